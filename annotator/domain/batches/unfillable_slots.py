"""Places kept for a person who will not fill them, and giving them to the others of their batch.

A place of a shared batch is kept for one person. Who is paused, annotates here no more, or had the dialogue before will
never take it, and the batch would wait for ever.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from annotator.domain.allocation.eligibility import CAN_GET_WORK
from annotator.models import Assignment, Batch, Bookmark, Slot
from annotator.rules.purposes import KNOWN, in_the_way
from annotator.rules.teams import given_on
from common.errors import Refused
from corpus.models import Membership, Purpose, Rater

CHUNK = 1000  # places that change hands in one statement
Why = Literal["gone", "paused", "known"]


@dataclass(frozen=True, slots=True)
class Stranded:
    """The places of a batch that are kept for a person who will not fill them.

    Attributes:
        why: `gone`, annotates here no more; `paused`; `known`, had these dialogues before and gets none twice.
        count: how many places.
        possible: how many of them somebody else of the batch could fill.
    """

    batch: Batch
    rater: Rater
    why: Why
    count: int
    possible: int


@dataclass(frozen=True, slots=True)
class GivenOn:
    """How many places went to others, and how many stayed since nobody else of the batch can fill them."""

    given: int
    left: int


def stranded(*, batch: Batch | None = None, rater: Rater | None = None) -> list[Stranded]:
    """Return what waits in vain, by batch and person.

    Args:
        batch: of this one alone.
        rater: kept for this person alone. One of the two is given.
    """
    found = Slot.objects.filter(_waits_in_vain(), state=Slot.State.FREE, rater__isnull=False, batch__isnull=False)
    found = found.filter(batch=batch) if batch else found.filter(rater=rater)
    rows = list(
        found.order_by("batch", "rater")
        .values_list("batch", "rater")
        .annotate(count=Count("pk"), possible=Count("pk", filter=_can_be_taken()))
    )
    if not rows:
        return []
    people = Rater.objects.select_related("membership__user").in_bulk({row[1] for row in rows})
    batches = {batch.pk: batch} if batch else Batch.objects.in_bulk({row[0] for row in rows})
    return [
        Stranded(
            batch=batches[of_batch],
            rater=people[of_rater],
            why=_why(people[of_rater]),
            count=count,
            possible=possible if batches[of_batch].purpose != Purpose.RETEST else 0,
        )
        for of_batch, of_rater, count, possible in rows
    ]


@transaction.atomic
def give_on(*, batch: Batch, rater: Rater) -> GivenOn:
    """Keep the places that wait in vain for a person for others of the batch from now on.

    Each goes to somebody who gets work and is new to its dialogue; of these to whoever has the fewest places of the
    batch. What the person has in hand or done stays theirs.

    Raises:
        Refused: `batch.nothing_stranded`; `batch.retest_stays`, a retest asks a person about their own dialogues.
    """
    # one at a time in a batch: else two at once could give one person two places of a dialogue
    batch = Batch.objects.select_for_update(no_key=True).get(pk=batch.pk)
    if batch.purpose == Purpose.RETEST:
        raise Refused("batch.retest_stays")
    waiting = Slot.objects.filter(_waits_in_vain(), batch=batch, state=Slot.State.FREE, rater=rater)
    slots = list(waiting.select_for_update(no_key=True, of=("self",)).order_by("rank", "number"))
    if not slots:
        raise Refused("batch.nothing_stranded")
    others = list(batch.people.filter(CAN_GET_WORK).exclude(pk=rater.pk).order_by("pk").values_list("pk", flat=True))
    barred = _barred(batch, waiting, others)
    work = Counter(Slot.objects.filter(batch=batch, rater__in=others).values_list("rater", flat=True))
    chosen = given_on(
        [[each for each in others if (slot.dialogue_id, each) not in barred] for slot in slots],
        work={each: work[each] for each in others},
    )
    firsts = {}
    for each in others:
        own = [slot for slot, person in zip(slots, chosen, strict=True) if person == each]
        if own:
            _keep_for(each, own)
            firsts[each] = own[0].rank
    _look_again(batch, firsts)
    left = chosen.count(None)
    return GivenOn(given=len(slots) - left, left=left)


def _waits_in_vain() -> Q:
    """Return what is true of a free place whose person will not take it."""
    works = Rater.objects.filter(CAN_GET_WORK, pk=OuterRef("rater"))
    own = Assignment.objects.filter(dialogue=OuterRef("dialogue"), rater=OuterRef("rater"))
    had = Exists(own.filter(purpose=OuterRef("purpose")))
    return ~Q(Exists(works)) | Q(had) | Q(Exists(own.filter(purpose__in=KNOWN)), purpose__in=KNOWN)


def _can_be_taken() -> Q:
    """Return what is true of a place that somebody else of its batch could fill, by the rules of a claim."""
    slot = {"dialogue": OuterRef(OuterRef("dialogue")), "rater": OuterRef("pk")}
    kept = Slot.objects.filter(**slot, purpose=OuterRef(OuterRef("purpose")))
    others = Rater.objects.filter(~Exists(kept), CAN_GET_WORK, batches=OuterRef("batch")).exclude(pk=OuterRef("rater"))
    own = Assignment.objects.filter(**slot)
    new = others.filter(~Exists(own.filter(purpose=OuterRef(OuterRef("purpose")))))
    unknowing = others.filter(~Exists(own.filter(purpose__in=KNOWN)))
    return Q(Exists(unknowing), purpose__in=KNOWN) | Q(~Q(purpose__in=KNOWN), Exists(new))


def _barred(batch: Batch, waiting: QuerySet[Slot], others: Sequence[int]) -> set[tuple[int, int]]:
    """Return dialogue and person where the person has a place of the dialogue, or had it before."""
    dialogues = waiting.values("dialogue")
    kept = Slot.objects.filter(dialogue__in=dialogues, purpose=batch.purpose, rater__in=others)
    had = Assignment.objects.filter(dialogue__in=dialogues, purpose__in=in_the_way(batch.purpose), rater__in=others)
    return {*kept.values_list("dialogue", "rater"), *had.values_list("dialogue", "rater")}


def _keep_for(rater: int, slots: Sequence[Slot]) -> None:
    """Keep locked slots for another person."""
    for start in range(0, len(slots), CHUNK):
        Slot.objects.filter(pk__in=[slot.pk for slot in slots[start : start + CHUNK]]).update(rater=rater)


def _look_again(batch: Batch, firsts: dict[int, int]) -> None:
    """Move the bookmarks of who got slots back to the first of them.

    After the slots, and all bookmarks in one order, as whoever frees a slot does it: a claim that moves one just now
    has looked before the slot was kept for its person.
    """
    marks = Bookmark.objects.select_for_update().filter(batch=batch, rater__in=firsts).order_by("pk")
    for mark in list(marks):
        if mark.rank > firsts[mark.rater_id]:
            Bookmark.objects.filter(pk=mark.pk).update(rank=firsts[mark.rater_id])


def _why(rater: Rater) -> Why:
    member = rater.membership
    if member is None or not (member.is_active and member.user.is_active):
        return "gone"
    if member.role != Membership.Role.ANNOTATOR:
        return "gone"
    return "paused" if member.paused_at else "known"
