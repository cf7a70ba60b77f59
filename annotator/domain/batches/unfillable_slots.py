"""Reserved slots that cannot be filled, and their reassignment to others in the batch.

A slot of a shared batch is reserved for one person. If that person is paused or absent, is no longer an annotator, or
had the dialogue before or has seen the answers of others to it, the slot stays free.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from django.db import transaction
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from annotator.domain.allocation.eligibility import available_today
from annotator.domain.allocation.work_plans import is_absent, plan_of
from annotator.models import Assignment, Batch, Bookmark, ClosedDialogue, Slot
from annotator.rules.purposes import KNOWN, in_the_way
from annotator.rules.teams import distribute
from common.errors import Refused
from corpus.models import Purpose, Rater

CHUNK = 1000  # slots updated in one statement
Reason = Literal["gone", "paused", "absent", "known"]


@dataclass(frozen=True, slots=True)
class UnfillableSlots:
    """Slots of a batch that are reserved for a person who cannot fill them.

    Attributes:
        reason: `gone`, no longer an annotator; `paused`; `absent` today; `known`, had these dialogues before or has
            seen the answers of others to them.
        count: number of slots.
        possible: number of these slots that someone else in the batch could fill.
    """

    batch: Batch
    rater: Rater
    reason: Reason
    count: int
    possible: int


@dataclass(frozen=True, slots=True)
class Reassignment:
    """Number of slots that were reassigned, and of those left because no one else in the batch can fill them."""

    reassigned: int
    left: int


def unfillable_slots_of(*, batch: Batch | None = None, rater: Rater | None = None) -> list[UnfillableSlots]:
    """Return the unfillable slots by batch and person.

    Args:
        batch: only of this batch.
        rater: only reserved for this person. Exactly one of the two is required.
    """
    free = Slot.objects.filter(_is_unfillable(), state=Slot.State.FREE, rater__isnull=False, batch__isnull=False)
    free = free.filter(batch=batch) if batch else free.filter(rater=rater)
    rows = list(
        free.order_by("batch", "rater")
        .values_list("batch", "rater")
        .annotate(count=Count("pk"), possible=Count("pk", filter=_is_fillable_by_others()))
    )
    if not rows:
        return []
    people = Rater.objects.select_related("membership__user", "work_plan").in_bulk({row[1] for row in rows})
    batches = {batch.pk: batch} if batch else Batch.objects.in_bulk({row[0] for row in rows})
    return [
        UnfillableSlots(
            batch=batches[of_batch],
            rater=people[of_rater],
            reason=_reason(people[of_rater]),
            count=count,
            possible=possible if batches[of_batch].purpose != Purpose.RETEST else 0,
        )
        for of_batch, of_rater, count, possible in rows
    ]


@transaction.atomic
def reassign(*, batch: Batch, rater: Rater) -> Reassignment:
    """Reserve the unfillable slots of a person for others in the batch.

    Each slot goes to someone who can get work and is new to its dialogue; among these to the person with the fewest
    slots of the batch. Open and finished assignments of the person stay.

    Raises:
        Refused: `batch.no_unfillable_slots`; `batch.retest_stays`, a retest repeats a person's own dialogues.
    """
    # One at a time per batch: two at once could give one person two slots of a dialogue.
    batch = Batch.objects.select_for_update(no_key=True).get(pk=batch.pk)
    if batch.purpose == Purpose.RETEST:
        raise Refused("batch.retest_stays")
    waiting = Slot.objects.filter(_is_unfillable(), batch=batch, state=Slot.State.FREE, rater=rater)
    if not waiting.exists():
        raise Refused("batch.no_unfillable_slots")
    return give_slots(batch=batch, waiting=waiting, people=batch.people.exclude(pk=rater.pk))


def give_slots(*, batch: Batch, waiting: QuerySet[Slot], people: QuerySet[Rater]) -> Reassignment:
    """Reserve free slots of a locked batch for those of the people who can get work and are new to their dialogues.

    Args:
        batch: a shared one.
        waiting: free slots of the batch.
        people: the person with the fewest slots of the batch comes first.
    """
    slots = list(waiting.select_for_update(no_key=True, of=("self",)).order_by("rank", "number"))
    others = list(people.filter(available_today()).order_by("pk").values_list("pk", flat=True))
    barred = _barred(batch, waiting, others)
    work = Counter(Slot.objects.filter(batch=batch, rater__in=others).values_list("rater", flat=True))
    chosen = distribute(
        [[each for each in others if (slot.dialogue_id, each) not in barred] for slot in slots],
        work={each: work[each] for each in others},
    )
    firsts = {}
    for each in others:
        own = [slot for slot, person in zip(slots, chosen, strict=True) if person == each]
        if own:
            _reserve_for(each, own)
            firsts[each] = own[0].rank
    _move_bookmarks_back(batch, firsts)
    left = chosen.count(None)
    return Reassignment(reassigned=len(slots) - left, left=left)


def _is_unfillable() -> Q:
    """Return the condition of a free slot that its person cannot take."""
    works = Rater.objects.filter(available_today(), pk=OuterRef("rater"))
    own = Assignment.objects.filter(dialogue=OuterRef("dialogue"), rater=OuterRef("rater"))
    had = Exists(own.filter(purpose=OuterRef("purpose")))
    closed = Exists(ClosedDialogue.objects.filter(dialogue=OuterRef("dialogue"), rater=OuterRef("rater")))
    return ~Q(Exists(works)) | Q(had) | Q(closed) | Q(Exists(own.filter(purpose__in=KNOWN)), purpose__in=KNOWN)


def _is_fillable_by_others() -> Q:
    """Return the condition of a slot that someone else in its batch could fill, by the rules of a claim."""
    slot = {"dialogue": OuterRef(OuterRef("dialogue")), "rater": OuterRef("pk")}
    reserved = Slot.objects.filter(**slot, purpose=OuterRef(OuterRef("purpose")))
    closed = ClosedDialogue.objects.filter(**slot)
    others = Rater.objects.filter(
        ~Exists(reserved), ~Exists(closed), available_today(), batches=OuterRef("batch")
    ).exclude(pk=OuterRef("rater"))
    own = Assignment.objects.filter(**slot)
    new = others.filter(~Exists(own.filter(purpose=OuterRef(OuterRef("purpose")))))
    without_knowledge = others.filter(~Exists(own.filter(purpose__in=KNOWN)))
    return Q(Exists(without_knowledge), purpose__in=KNOWN) | Q(~Q(purpose__in=KNOWN), Exists(new))


def _barred(batch: Batch, waiting: QuerySet[Slot], others: Sequence[int]) -> set[tuple[int, int]]:
    """Return the pairs of dialogue and person in which the person has a slot, had the dialogue, or saw its answers."""
    dialogues = waiting.values("dialogue")
    reserved = Slot.objects.filter(dialogue__in=dialogues, purpose=batch.purpose, rater__in=others)
    had = Assignment.objects.filter(dialogue__in=dialogues, purpose__in=in_the_way(batch.purpose), rater__in=others)
    closed = ClosedDialogue.objects.filter(dialogue__in=dialogues, rater__in=others)
    return {pair for rows in (reserved, had, closed) for pair in rows.values_list("dialogue", "rater")}


def _reserve_for(rater: int, slots: Sequence[Slot]) -> None:
    """Reserve locked slots for another person."""
    for start in range(0, len(slots), CHUNK):
        Slot.objects.filter(pk__in=[slot.pk for slot in slots[start : start + CHUNK]]).update(rater=rater)


def _move_bookmarks_back(batch: Batch, firsts: dict[int, int]) -> None:
    """Move the bookmarks of people who got slots back to the first of these.

    After the slots, and all bookmarks in one order, as `free_slot` does it: a claim that moves one right now looked
    before the slot was reserved.
    """
    marks = Bookmark.objects.select_for_update().filter(batch=batch, rater__in=firsts).order_by("pk")
    for mark in list(marks):
        if mark.rank > firsts[mark.rater_id]:
            Bookmark.objects.filter(pk=mark.pk).update(rank=firsts[mark.rater_id])


def _reason(rater: Rater) -> Reason:
    """Return why a rater cannot fill their reserved slots."""
    member = rater.membership
    if member is None or not (member.is_active and member.user.is_active and member.is_annotator):
        return "gone"
    if member.paused_at:
        return "paused"
    return "absent" if is_absent(plan_of(rater), today=timezone.localdate()) else "known"
