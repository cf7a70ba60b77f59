from io import StringIO
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from corpus.domain.annotations.answer_codes import rebuild_codes
from corpus.domain.annotations.revisions import NewRevision, commit_revision
from corpus.domain.codebooks.codebook_versions import add_codebook_version
from corpus.domain.codebooks.shipped_codebooks import shipped_codebook
from corpus.models import Annotation, CodebookVersion, Revision
from tests.factories import CorpusFactory, RaterFactory, UtteranceFactory

pytestmark = [pytest.mark.django_db, pytest.mark.database]
ANSWERS = {"sentiment": "neutral", "emotion": "neutral", "sarcasm": "no", "humor": "no"}


@pytest.fixture
def codebook() -> CodebookVersion:
    return add_codebook_version(corpus=CorpusFactory(), yaml_text=shipped_codebook("affect-dialogue"))


def commit(codebook: CodebookVersion, answers: dict[str, Any] | None = None, **more: Any) -> Annotation:
    rater = more.pop("rater", None) or RaterFactory(corpus=codebook.corpus)
    utterance = more.pop("utterance", None) or UtteranceFactory(dialogue__corpus=codebook.corpus)
    author = rater.membership.user
    new = NewRevision(rater=rater, utterance=utterance, codebook=codebook, author=author, answers=answers, **more)
    return Annotation.objects.get(pk=commit_revision(new)[0].annotation_id)


def decoded(annotation: Annotation) -> dict[str, Any]:
    assert annotation.codes is not None
    return annotation.codebook.layout().decode(annotation.codes)


def test_a_commit_stores_the_answers_and_their_codes(codebook: CodebookVersion) -> None:
    annotation = commit(codebook, ANSWERS)
    assert decoded(annotation) == annotation.answers
    assert set(ANSWERS) <= set(annotation.answers)


def test_a_later_commit_and_a_withdrawal_replace_the_codes(codebook: CodebookVersion) -> None:
    first = commit(codebook, ANSWERS)
    same = {"rater": first.rater, "utterance": first.utterance}
    assert decoded(commit(codebook, ANSWERS | {"humor": "yes"}, **same))["humor"] == "yes"
    assert commit(codebook, None, cause=Revision.Cause.UNDO, **same).codes is None


def test_a_rebuild_corrects_only_wrong_codes(codebook: CodebookVersion) -> None:
    right, wrong = commit(codebook, ANSWERS), commit(codebook, ANSWERS)
    Annotation.objects.filter(pk=wrong.pk).update(codes=None)
    seen: list[tuple[int, int]] = []
    assert rebuild_codes(corpus=codebook.corpus, progress=lambda done, total: seen.append((done, total))) == 1
    wrong.refresh_from_db()
    assert decoded(wrong) == wrong.answers
    assert seen == [(2, 2)]
    assert rebuild_codes(corpus=codebook.corpus) == 0
    assert Annotation.objects.get(pk=right.pk).updated_at == right.updated_at


def test_the_command_names_each_corpus(codebook: CodebookVersion) -> None:
    annotation = commit(codebook, ANSWERS)
    Annotation.objects.filter(pk=annotation.pk).update(codes=b"")
    out = StringIO()
    call_command("rebuild_codes", codebook.corpus.slug, stdout=out)
    assert out.getvalue() == f"{codebook.corpus.slug}: 1 annotations corrected\n"
    with pytest.raises(CommandError, match="nowhere"):
        call_command("rebuild_codes", "nowhere")
