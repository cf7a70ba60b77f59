import threading
from collections.abc import Callable
from typing import Any
from uuid import UUID, uuid4

import pytest
from django.db import IntegrityError, connection

from corpus.domain.annotations import revisions
from corpus.domain.annotations.revisions import NewRevision, commit_revision
from corpus.domain.codebooks.codebook_versions import add_codebook_version
from corpus.domain.codebooks.shipped_codebooks import shipped_codebook
from corpus.models import Annotation, Revision
from tests.factories import CorpusFactory, RaterFactory, UtteranceFactory

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]

AT_ONCE = 8
CALM = {"sentiment": "neutral", "emotion": "neutral", "sarcasm": "no", "humor": "no"}


def commit_at_once(operation: Callable[[], UUID]) -> list[Any]:
    """Commit the same utterance from many threads that start together; return the numbers of their revisions."""
    codebook = add_codebook_version(corpus=CorpusFactory(), yaml_text=shipped_codebook("affect-dialogue"))
    rater = RaterFactory(corpus=codebook.corpus)
    utterance = UtteranceFactory(dialogue__corpus=codebook.corpus)
    start, numbers = threading.Barrier(AT_ONCE), list[Any]()

    def work(operation_id: UUID) -> None:
        start.wait()
        try:
            new = NewRevision(
                rater=rater,
                utterance=utterance,
                codebook=codebook,
                answers=CALM,
                author=rater.membership.user,
                operation_id=operation_id,
            )
            revision, _ = commit_revision(new)
            numbers.append(revision.number)
        except Exception as fault:  # noqa: BLE001 -- the test compares what came out
            numbers.append(fault)
        finally:
            connection.close()

    threads = [threading.Thread(target=work, args=(operation(),)) for _ in range(AT_ONCE)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return numbers


def test_one_operation_sent_many_times_is_one_revision() -> None:
    operation = uuid4()
    assert commit_at_once(lambda: operation) == [1] * AT_ONCE
    assert (Annotation.objects.count(), Revision.objects.count()) == (1, 1)


def test_many_operations_are_numbered_without_gaps() -> None:
    assert sorted(commit_at_once(uuid4)) == list(range(1, AT_ONCE + 1))
    assert Annotation.objects.get().number == AT_ONCE


def a_commit() -> NewRevision:
    codebook = add_codebook_version(corpus=CorpusFactory(), yaml_text=shipped_codebook("affect-dialogue"))
    rater = RaterFactory(corpus=codebook.corpus)
    utterance = UtteranceFactory(dialogue__corpus=codebook.corpus)
    author = rater.membership.user
    return NewRevision(
        rater=rater, utterance=utterance, codebook=codebook, answers=CALM, author=author, operation_id=uuid4()
    )


def collide(_new: NewRevision, _answers: Any) -> None:
    raise IntegrityError("one_revision_per_operation")


def test_the_slower_of_two_equal_operations_returns_the_revision_of_the_quicker(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    new = a_commit()
    first, is_new = commit_revision(new)
    assert is_new
    monkeypatch.setattr(revisions, "_added", collide)
    assert commit_revision(new) == (first, False)


def test_another_violated_constraint_is_an_error(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(revisions, "_added", collide)
    with pytest.raises(IntegrityError):
        commit_revision(a_commit())
