"""Answers that arrive under an earlier codebook version after a move: they follow it at once."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import datetime

from django.db.models import F, OuterRef, Q, QuerySet, Subquery

from annotator.domain.moves.asking import reopen_places, who_is_asked
from annotator.models import Assignment
from common.models import User
from corpus.domain.annotations.carried_answers import path
from corpus.domain.annotations.moved_answers import move_answers
from corpus.domain.annotations.revisions import restore_answers
from corpus.models import Annotation, CodebookVersion


def shown_codebook(*, assignment: Assignment, version: int | None) -> CodebookVersion:
    """Return the codebook version under which an operation was made, if moves lead from it to the assignment's.

    Args:
        assignment: with its codebook and its rater.
        version: number of the version that the page showed; None if it did not say.

    Returns:
        The assignment's own version in all other cases.
    """
    own = assignment.codebook
    if version in (None, own.version):
        return own
    corpus = assignment.rater.corpus_id
    shown = CodebookVersion.objects.filter(corpus=corpus, version=version).first()
    return shown if shown and path(corpus=corpus, source=shown.pk, target=own.pk) else own


def restore_withdrawn(withdrawn: Iterable[tuple[int, int]], *, author: User, now: datetime) -> int:
    """Restore answers as `restore_answers` does, and move those of an earlier codebook version to the present one.

    Args:
        withdrawn, author, now: as for `restore_answers`; the caller has locked the assignments.
    """
    numbers = dict(withdrawn)
    restored = restore_answers(numbers.items(), author=author, now=now)
    places = Annotation.objects.filter(pk__in=numbers).values_list("rater__corpus", "utterance__dialogue").distinct()
    for corpus in {corpus for corpus, _dialogue in places}:
        follow(corpus=corpus, dialogues=[dialogue for of, dialogue in places if of == corpus], now=now)
    return restored


def follow(*, corpus: int, dialogues: Collection[int], now: datetime) -> int:
    """Move answers to the codebook version of their assignment, along the moves between the two.

    Answers that no move leads to that version stay as they are.

    Args:
        corpus: primary key.
        dialogues: primary keys; the caller has locked the assignments that hold such answers.
        now: the moment.

    Returns:
        The number of annotations that were withdrawn, since only their annotator can complete them.
    """
    withdrawn = set()
    count = 0
    versions = _strays(dialogues).values_list("codebook", "version")  # type: ignore[misc] # annotated
    for source, target in list(versions.order_by().distinct()):
        for step in path(corpus=corpus, source=source, target=target):
            found = _strays(dialogues).filter(codebook=step.mover.source.pk, version=target)  # type: ignore[misc]
            asked = who_is_asked(dialogues)
            outcome = move_answers(annotations=found, mover=step.mover, asked=asked, now=now)
            withdrawn |= outcome.withdrawn
            count += outcome.counts["asked"]
    reopen_places(withdrawn, now=now)
    return count


def _strays(dialogues: Collection[int]) -> QuerySet[Annotation]:
    """Return the annotations with answers of another version than that of their assignment, `version`."""
    own = Assignment.objects.filter(
        dialogue=OuterRef("utterance__dialogue"), rater=OuterRef("rater"), purpose=OuterRef("purpose")
    )
    return (
        Annotation.objects.filter(
            Q(answers__isnull=False) | Q(first_codes__isnull=False), utterance__dialogue__in=dialogues
        )
        .annotate(version=Subquery(own.values("codebook")[:1]))
        .exclude(codebook=F("version"))
        .filter(version__isnull=False)
    )
