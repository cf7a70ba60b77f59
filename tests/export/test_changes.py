"""CHANGES.md of a release."""

import zipfile
from pathlib import Path

import pytest
from django.utils import timezone

from corpus.models import Corpus
from export.domain.release_difference import Side, difference
from export.domain.releases import discard_release
from export.metadata.changes import Previous
from export.metadata.changes import changes as written_changes
from export.metadata.release_facts import ReleaseFacts
from export.models import Release
from export.rows.columns import Table
from tests.agreement.material import put_in_use, utterances
from tests.annotator.material import answered
from tests.export.material import contents, export, manifest, released_corpus
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def corpus() -> Corpus:
    return released_corpus(dialogues=8)


def changes(folder: Path) -> str:
    return (folder / "CHANGES.md").read_text(encoding="utf-8")


def answer(corpus: Corpus, place: int, **answers: str) -> None:
    assert corpus.codebook
    document = answered(**answers)
    codes = corpus.codebook.layout().encode(document)
    utterances(corpus)[place].annotations.update(answers=document, codes=codes)


def test_the_first_release_says_so(corpus: Corpus, tmp_path: Path) -> None:
    out = export(corpus, tmp_path / "out", "--register", "v1")
    assert "## v1\n\nFirst release: 16 utterances in 8 dialogues." in changes(out)
    assert manifest(out)["changes"] == {"since": ""}


def test_a_later_release_counts_what_changed_and_why(corpus: Corpus, tmp_path: Path) -> None:
    export(corpus, tmp_path / "v1", "--register", "v1")
    answer(corpus, 3, sentiment="positive")
    answer(corpus, 5, sentiment="negative")
    gone = corpus.dialogues.get(order=7)
    corpus.dialogues.filter(pk=gone.pk).update(state="draft", ready_at=None)
    out = export(corpus, tmp_path / "v2", "--register", "v2", "--consensus", "soft")
    text = changes(out)
    for line in (
        "## v2, compared with v1",
        "Utterances: 16 before, 14 now.",
        "- added: 0",
        f"- removed: 1 ({gone.code})",
        "| question | answers added or changed | decisions of adjudicators | question asked differently |",
        "- Option consensus: default before, soft:0 now",
    ):
        assert line in text, line
    [sentiment] = [line for line in text.splitlines() if line.startswith("| `sentiment`") and line.count("|") == 7]
    assert sentiment.split(" | ")[1] == "2"
    found = manifest(out)["changes"]
    assert (found["since"], found["dialogues"]) == ("v1", {"added": 0, "moved": 0, "removed": 1})
    assert found["labels"]["by_reason"]["revision"] >= 2


def test_nothing_changed_is_said_too_and_the_bytes_repeat(corpus: Corpus, tmp_path: Path) -> None:
    export(corpus, tmp_path / "v1", "--register", "v1")
    first, second = export(corpus, tmp_path / "a"), export(corpus, tmp_path / "b")
    assert contents(first) == contents(second)
    text = changes(first)
    assert "## This release, compared with v1" in text
    assert "0 of " in text
    assert "- Same codebook, number of raters, findings, options and version of Concord." in text


def test_a_new_codebook_is_the_reason_and_is_named(corpus: Corpus, tmp_path: Path) -> None:
    export(corpus, tmp_path / "v1", "--register", "v1")
    put_in_use(corpus, "[negative, neutral, positive]", "[bad, neutral, positive]")
    out = export(corpus, tmp_path / "out", "--allow-empty")
    assert "- Codebook version: 1 before, 2 now" in changes(out)
    assert set(manifest(out)["changes"]["labels"]["by_reason"]) == {"codebook"}


def test_questions_that_come_or_go_are_named(corpus: Corpus, tmp_path: Path) -> None:
    new = manifest(export(corpus, tmp_path / "out"))
    old = {**new, "questions": [{"slug": "mood"}, *new["questions"][1:]], "options": {**new["options"], "seed": 3}}
    facts = ReleaseFacts(
        manifest=new,
        table=Table(corpus.codebook.rules(), is_soft=False),  # type: ignore[union-attr]
        title="The flat",
        name="v2",
        date="2026-01-01",
        languages=("en",),
        versions={},
        answers={},
    )
    side = Side(tmp_path / "out", new)
    text = written_changes(facts, Previous("v1", old, difference(side, side)))
    assert "New questions: sentiment." in text
    assert "Questions that are gone: mood." in text
    assert "- Option seed: 3 before, 0 now" in text


def test_a_discarded_release_is_not_the_one_before(corpus: Corpus, tmp_path: Path) -> None:
    export(corpus, tmp_path / "v1", "--register", "v1")
    export(corpus, tmp_path / "v2", "--register", "v2")
    release = Release.objects.get(name="v2")
    discard_release(release=release, reason="wrong", discarded_by=UserFactory(), now=timezone.now())
    assert "compared with v1" in changes(export(corpus, tmp_path / "out"))


@pytest.mark.parametrize("damage", ["gone", "not a zip", "rows", "manifest"])
def test_a_damaged_release_before_does_not_stop_the_next_one(corpus: Corpus, tmp_path: Path, damage: str) -> None:
    out = export(corpus, tmp_path / "v1", "--register", "v1")
    file = Release.objects.get().file
    assert file
    file.path.chmod(0o600)
    if damage == "gone":
        file.path.unlink()
    elif damage == "not a zip":
        file.path.write_bytes(b"nothing")
    else:
        with zipfile.ZipFile(file.path, "w") as archive:
            text = '{"splits": {}}' if damage == "manifest" else (out / "manifest.json").read_text(encoding="utf-8")
            archive.writestr("x/manifest.json", text)
            archive.writestr("x/train.jsonl", "{")
    text = changes(export(corpus, tmp_path / "v2"))
    assert "The files of v1 could not be read when this release was made." in text
