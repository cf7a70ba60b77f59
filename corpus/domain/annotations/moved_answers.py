"""Moving stored answers to another codebook version: as revisions, in bulk.

Every state of an annotation stays. The moved answers are a revision of cause `migration` without an author; it names
the move, which has the person, and the revision whose answers it moved. Time worked is not copied, since nobody worked.
If present answers differ from those handed in first, the first ones are moved by a revision of their own, before the
present ones, and `Annotation.first_number` refers to it: agreement reads it. `moved_back.py` undoes a move.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from django.db.models import BooleanField, ExpressionWrapper, F, Q, QuerySet

from common.database.bulk_update import update_rows
from common.errors import Refused
from corpus.models import Annotation, AnswerMove, Revision
from corpus.rules.moves import Mapping, Mover, from_document, inverse

Place = tuple[int, int, str]  # dialogue, rater and purpose: at most one assignment has it
HEAD = ("answers", "codes", "number", "first_number", "first_codes", "codebook", "updated_at")
MOST_CACHED = 20_000


@dataclass(slots=True)
class Outcome:
    """The result of moving some annotations.

    Attributes:
        counts: `moved`, complete under the new version; `asked`, withdrawn until their rater answers again;
            `incomplete`, moved without the questions that only the rater could answer; `first`, first answers that
            were moved beside them; `first_incomplete`, those of them that lack a question now.
        withdrawn: the places whose rater has to answer again.
    """

    counts: Counter[str] = field(default_factory=Counter)
    withdrawn: set[Place] = field(default_factory=set)


class MovedProfile(NamedTuple):
    """Answers under the new version with their codes, and the questions that only their rater can answer."""

    answers: dict[str, Any]
    codes: bytes
    open: tuple[str, ...]


class ProfileMover:
    """Moves the answers to an utterance by a move; results are cached, since the same answers occur often.

    Args:
        move: with `old` and `new`.
        back: move answers of the new version to the old one instead, as after an undoing.
    """

    def __init__(self, move: AnswerMove, *, back: bool = False) -> None:
        self.move = move
        self.source, self.target = (move.new, move.old) if back else (move.old, move.new)
        self.mover = Mover(self.source.rules(), self.target.rules(), mapping_of(move, back=back))
        self._cache: dict[bytes, MovedProfile] = {}

    def __call__(self, codes: bytes) -> MovedProfile:
        """Return the moved answers of stored codes."""
        if codes not in self._cache:
            if len(self._cache) >= MOST_CACHED:
                self._cache.clear()
            moved = self.mover.move(self.source.layout().decode(codes))
            coded = self.target.layout().encode(moved.answers)
            self._cache[codes] = MovedProfile(moved.answers, coded, moved.open)
        return self._cache[codes]


def mapping_of(move: AnswerMove, *, back: bool = False) -> Mapping:
    """Return the mapping of a move, or the one back."""
    mapping = from_document(move.mapping)
    return inverse(move.old.rules(), move.new.rules(), mapping) if back else mapping


def with_answers_of(codebook: int) -> QuerySet[Annotation]:
    """Return the annotations with present or first answers of a codebook version, by its primary key."""
    return Annotation.objects.filter(Q(answers__isnull=False) | Q(first_codes__isnull=False), codebook=codebook)


def move_answers(
    *, annotations: QuerySet[Annotation], mover: ProfileMover, asked: Collection[Place], now: datetime
) -> Outcome:
    """Move annotations; answers that only their rater can complete are withdrawn.

    Args:
        annotations: a few hundred with answers of the source version; the caller has locked their assignments.
        mover: of the move.
        asked: places whose rater can answer again; all other answers are moved without the open questions.
        now: the moment.

    Raises:
        Refused: `agreement.codes_missing`.
    """
    heads = _heads(annotations)
    _refuse_missing_codes(heads, mover)
    writer = _Writer(mover, now, _circumstances(heads), asked)
    rows = [writer.row(head) for head in heads]
    Revision.objects.bulk_create(writer.revisions)
    update_rows(Annotation, HEAD, rows)
    return writer.outcome


class _Head(NamedTuple):
    """The part of an annotation that a move reads."""

    pk: int
    number: int
    codes: bytes | None
    first_number: int | None
    first_codes: bytes | None
    is_answered: bool
    dialogue: int
    rater: int
    purpose: str

    @property
    def place(self) -> Place:
        return self.dialogue, self.rater, self.purpose


def _heads(annotations: QuerySet[Annotation]) -> list[_Head]:
    answered = ExpressionWrapper(Q(answers__isnull=False), output_field=BooleanField())
    rows = annotations.annotate(is_answered=answered).order_by("pk")
    found = rows.values_list(
        "pk",
        "number",
        "codes",
        "first_number",
        "first_codes",
        "is_answered",
        "utterance__dialogue",
        "rater",
        "purpose",
    )
    return [
        _Head(pk, number, _bytes(codes), first_number, _bytes(first_codes), *rest)
        for pk, number, codes, first_number, first_codes, *rest in found
    ]


def _bytes(codes: bytes | memoryview | None) -> bytes | None:
    return None if codes is None else bytes(codes)  # PostgreSQL returns a view


def _refuse_missing_codes(heads: Sequence[_Head], mover: ProfileMover) -> None:
    width = 2 * mover.source.layout().width
    for head in heads:
        stored = [each for each in (head.codes, head.first_codes) if each is not None]
        if (head.is_answered and head.codes is None) or any(len(each) != width for each in stored):
            raise Refused("agreement.codes_missing", corpus=mover.move.corpus.slug)


def _circumstances(heads: Sequence[_Head]) -> dict[tuple[int, int], tuple[str, int | None]]:
    """Return shortcut and guideline of the present and the first revisions, by annotation and number."""
    wanted = Q(number=F("annotation__number")) | Q(number=F("annotation__first_number"))
    rows = Revision.objects.filter(wanted, annotation__in=[head.pk for head in heads])
    found = rows.values_list("annotation", "number", "shortcut", "guideline")
    return {(annotation, number): (shortcut, guideline) for annotation, number, shortcut, guideline in found}


class _Writer:
    """Collects the revisions and new heads of annotations."""

    def __init__(
        self,
        mover: ProfileMover,
        now: datetime,
        circumstances: dict[tuple[int, int], tuple[str, int | None]],
        asked: Collection[Place],
    ) -> None:
        self.mover, self.now = mover, now
        self.circumstances, self.asked = circumstances, asked
        self.revisions: list[Revision] = []
        self.outcome = Outcome()

    def row(self, head: _Head) -> tuple[Any, ...]:
        """Add the revisions of an annotation; return its primary key and the values of `HEAD`."""
        moved = None if head.codes is None else self.mover(head.codes)
        if moved is not None and moved.open and head.place in self.asked:
            return self._withdrawn(head)
        number, first_number, first_codes = head.number, head.first_number, None
        if head.first_number is not None and head.first_codes is not None:
            first = self.mover(head.first_codes)
            number = self._add(head.pk, number, head.first_number, first.answers)
            first_number, first_codes = number, first.codes
            self.outcome.counts["first"] += 1
            self.outcome.counts["first_incomplete"] += bool(first.open)
        number = self._add(head.pk, number, head.number, None if moved is None else moved.answers)
        if moved is not None:
            self.outcome.counts["incomplete" if moved.open else "moved"] += 1
        answers, codes = (None, None) if moved is None else (moved.answers, moved.codes)
        return head.pk, answers, codes, number, first_number, first_codes, self.mover.target.pk, self.now

    def _withdrawn(self, head: _Head) -> tuple[Any, ...]:
        # As after an edit of the utterance: the number of the first answers stays, without codes, until new answers
        # take their place or the move is undone.
        number = self._add(head.pk, head.number, head.number, None)
        self.outcome.counts["asked"] += 1
        self.outcome.withdrawn.add(head.place)
        return head.pk, None, None, number, head.first_number, None, self.mover.target.pk, self.now

    def _add(self, annotation: int, last: int, moved_from: int, answers: dict[str, Any] | None) -> int:
        """Add a revision after the one numbered `last`; return its number."""
        shortcut, guideline = self.circumstances[annotation, moved_from]
        self.revisions.append(
            Revision(
                annotation_id=annotation,
                number=last + 1,
                cause=Revision.Cause.MIGRATION,
                answers=answers,
                codebook_id=self.mover.target.pk,
                guideline_id=guideline,
                shortcut=shortcut,
                move=self.mover.move,
                moved_from=moved_from,
                created_at=self.now,
            )
        )
        return last + 1
