"""Undoing a move of answers: the answers of before are added as revisions; nothing is deleted."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from django.db.models import Max

from common.database.bulk_update import update_rows
from corpus.domain.annotations.moved_answers import HEAD, Outcome
from corpus.models import Annotation, AnswerMove, Revision


def move_back(*, move: AnswerMove, dialogues: Iterable[int], now: datetime) -> Outcome:
    """Give back the answers that annotations had before a move; those answered again since stay as they are.

    Args:
        move: with `old`.
        dialogues: primary keys; the caller has locked their slots and assignments.
        now: the moment.

    Returns:
        `restored` and `skipped` annotations; in `withdrawn`, the places that have a skipped one.
    """
    outcome = Outcome()
    by_annotation: dict[int, dict[int, int]] = defaultdict(dict)  # number of each migration -> of what it moved
    migrations = Revision.objects.filter(
        annotation__utterance__dialogue__in=list(dialogues), move=move, codebook=move.new_id
    )
    for annotation, number, moved_from in migrations.values_list("annotation", "number", "moved_from"):
        by_annotation[annotation][number] = moved_from or 0  # a migration names it
    heads = Annotation.objects.filter(pk__in=by_annotation).order_by("pk").select_related("utterance")
    found = list(heads.defer("answers", "codes"))
    before = _revisions(found, by_annotation)
    answered = _answered(by_annotation)
    revisions: list[Revision] = []
    rows: list[tuple[Any, ...]] = []
    for head in found:
        moved = by_annotation[head.pk]
        last = max(moved)
        if answered.get(head.pk, 0) > last or head.codebook_id != move.new_id:
            if head.codebook_id == move.new_id:
                outcome.counts["skipped"] += 1
                outcome.withdrawn.add((head.utterance.dialogue_id, head.rater_id, head.purpose))
            continue
        past = before[head.pk, moved[last]]
        revisions.append(_revision(head, past, move, now))
        first_number, first_codes = _first(head, moved, before, move)
        codes = None if past.answers is None else move.old.layout().encode(past.answers)
        rows.append((head.pk, past.answers, codes, head.number + 1, first_number, first_codes, move.old_id, now))
        outcome.counts["restored"] += 1
    Revision.objects.bulk_create(revisions)
    update_rows(Annotation, HEAD, rows)
    return outcome


def _answered(annotations: Iterable[int]) -> dict[int, int]:
    """Return the number of the newest revision of each annotation that no move made."""
    given = Revision.objects.filter(annotation__in=list(annotations)).exclude(cause=Revision.Cause.MIGRATION)
    return dict(given.values("annotation").annotate(newest=Max("number")).values_list("annotation", "newest"))


def _revisions(heads: list[Annotation], by_annotation: dict[int, dict[int, int]]) -> dict[tuple[int, int], Revision]:
    """Return the revisions that migrations moved, and those of first answers, by annotation and number."""
    wanted = {(pk, number) for pk, moved in by_annotation.items() for number in moved.values()}
    wanted |= {(head.pk, head.first_number) for head in heads if head.first_number is not None}
    rows = Revision.objects.filter(annotation__in=by_annotation, number__in={number for _, number in wanted})
    return {(row.annotation_id, row.number): row for row in rows if (row.annotation_id, row.number) in wanted}


def _first(
    head: Annotation, moved: dict[int, int], before: dict[tuple[int, int], Revision], move: AnswerMove
) -> tuple[int | None, bytes | None]:
    """Return number and codes of the answers that were handed in first, as they were before the move.

    Reopening a dialogue keeps its present answers as the first ones, if there are no others. Then the number is that of
    the last migration, or of a later move that was undone, and there were no others before the move either.
    """
    number = head.first_number
    if number is None or number >= max(moved):
        return None, None
    number = moved.get(number, number)
    answers = before[head.pk, number].answers if (head.pk, number) in before else None
    return number, None if answers is None else move.old.layout().encode(answers)


def _revision(head: Annotation, past: Revision, move: AnswerMove, now: datetime) -> Revision:
    return Revision(
        annotation=head,
        number=head.number + 1,
        cause=Revision.Cause.MIGRATION,
        answers=past.answers,
        codebook_id=move.old_id,
        guideline_id=past.guideline_id,
        shortcut=past.shortcut,
        move=move,
        moved_from=past.number,
        created_at=now,
    )
