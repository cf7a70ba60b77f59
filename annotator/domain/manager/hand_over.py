"""Handing over the open work of a person: their open dialogues, and the slots reserved for them.

Answers given so far stay with the first person as revisions and do not count; what their browser still sends is kept as
late work. A dialogue has as many judgements as before: each slot changes its holder.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction
from django.db.models import Q, QuerySet

from annotator.domain.allocation.assignments import end_assignment, give_up
from annotator.domain.allocation.eligibility import available_today
from annotator.domain.allocation.guideline_acknowledgement import guideline_for
from annotator.domain.allocation.leases import HANDED_OVER_LEASE
from annotator.domain.allocation.locks import lock_with_slot
from annotator.domain.batches.unfillable_slots import give_slots
from annotator.domain.calibration.qualification_statuses import statuses_of
from annotator.models import Assignment, Batch, ClosedDialogue, Slot
from annotator.rules.purposes import in_the_way
from annotator.rules.teams import distribute
from common.errors import Refused
from corpus.models import Annotation, Dialogue, Purpose, Rater

# Retests, training, tests and hidden gold are about the person, so nobody else can do them.
TRANSFERABLE = (Purpose.MAIN, Purpose.PILOT, Purpose.RELABEL)


@dataclass(frozen=True, slots=True)
class OpenWork:
    """The open work of a person.

    Attributes:
        dialogues: open dialogues that others can do.
        answered: number of utterances of these that have answers.
        personal: open and reserved dialogues that only this person can do.
        reserved: number of slots reserved for them.
    """

    dialogues: int
    answered: int
    personal: int
    reserved: int


@dataclass(frozen=True, slots=True)
class HandOver:
    """The result of a hand-over.

    Attributes:
        given: open dialogues that one of the named people has now.
        freed: open dialogues that are free for everyone in their batch.
        reserved: reserved slots that are reserved for others now.
        left: reserved slots that nobody else could take; they stay reserved.
    """

    given: int
    freed: int
    reserved: int
    left: int


def open_work(*, rater: Rater) -> OpenWork:
    """Count the open work of a person."""
    held = Assignment.objects.filter(rater=rater, state=Assignment.State.OPEN)
    movable = held.filter(purpose__in=TRANSFERABLE)
    answered = Annotation.objects.filter(
        rater=rater,
        purpose__in=TRANSFERABLE,
        answers__isnull=False,
        utterance__dialogue__in=movable.values("dialogue"),
    )
    reserved = _reserved(rater)
    return OpenWork(
        dialogues=movable.count(),
        answered=answered.count(),
        personal=held.count() - movable.count() + reserved.exclude(purpose__in=TRANSFERABLE).count(),
        reserved=reserved.filter(purpose__in=TRANSFERABLE).count(),
    )


@transaction.atomic
def hand_over(*, rater: Rater, to: Sequence[Rater], now: datetime) -> HandOver:
    """Hand the open work of a person over.

    Args:
        rater: whose work it is.
        to: named people of the corpus, each of whom gets the dialogues that are new to them, those with the least open
            work first; a dialogue that none of them can get becomes free. Empty: everyone in the batches.
        now: the moment.

    Raises:
        Refused: `hand_over.nothing`; `hand_over.nobody`, none of these people can get work, or it is the same person.
    """
    # Rows of raters first, as in a claim: nobody claims in the meantime.
    people = list(
        Rater.objects.select_for_update(of=("self",), no_key=True)
        .filter(Q(pk=rater.pk) | Q(pk__in=[each.pk for each in to]), corpus=rater.corpus_id)
        .select_related("membership__user", "corpus__codebook", "corpus__guideline")
        .order_by("pk")
    )
    takers = _able([each for each in people if each.pk != rater.pk])
    if to and not takers:
        raise Refused("hand_over.nobody")
    held = Assignment.objects.filter(rater=rater, state=Assignment.State.OPEN, purpose__in=TRANSFERABLE)
    touched = Q(pk__in=_reserved(rater).values("batch")) | Q(pk__in=held.values("slot__batch"))
    shared = Batch.objects.filter(touched, given=Batch.Given.SHARED, purpose__in=TRANSFERABLE)
    batches = list(shared.select_for_update(no_key=True).order_by("pk"))
    _release_gold(rater, now)
    given, freed = _hand_assignments(held, takers, now)
    reserved = left = 0
    for batch in batches:
        waiting = _reserved(rater).filter(batch=batch)
        if not waiting.exists():
            continue
        if takers:
            batch.people.add(*takers)
        named = Rater.objects.filter(pk__in=[each.pk for each in takers])
        result = give_slots(batch=batch, waiting=waiting, people=named if takers else batch.people.exclude(pk=rater.pk))
        reserved, left = reserved + result.reassigned, left + result.left
    if not given + freed + reserved + left:
        raise Refused("hand_over.nothing")
    return HandOver(given=given, freed=freed, reserved=reserved, left=left)


def _release_gold(rater: Rater, now: datetime) -> None:
    """Release hidden gold too: if it alone stayed with the person, they would recognize it."""
    gold = Assignment.objects.filter(rater=rater, state=Assignment.State.OPEN, purpose=Purpose.GOLD)
    for assignment in map(lock_with_slot, gold.select_related("slot").order_by("slot_id")):
        if assignment.state == Assignment.State.OPEN:
            give_up(assignment, now=now)


def _hand_assignments(held: QuerySet[Assignment], takers: Sequence[Rater], now: datetime) -> tuple[int, int]:
    """Give open assignments to the takers who are new to their dialogues; free the slots of the others.

    Returns:
        The number of given ones, and of freed ones. A freed slot of a shared batch stays reserved and is not counted.
    """
    rows = sorted(held.select_related("slot"), key=lambda each: each.slot_id)
    locked = [each for each in map(lock_with_slot, rows) if each.state == Assignment.State.OPEN]
    ready = set(
        Dialogue.objects.filter(pk__in=[each.dialogue_id for each in locked], state="ready").values_list(
            "pk", flat=True
        )
    )
    barred = _barred(locked, takers)
    load = Counter(
        Assignment.objects.filter(rater__in=takers, state=Assignment.State.OPEN).values_list("rater", flat=True)
    )
    eligible = [
        [
            taker.pk
            for taker in takers
            if each.dialogue_id in ready and (each.dialogue_id, taker.pk, each.purpose) not in barred
        ]
        for each in locked
    ]
    chosen = distribute(eligible, work={taker.pk: load[taker.pk] for taker in takers})
    by_key, given, freed = {taker.pk: taker for taker in takers}, 0, 0
    for assignment, key in zip(locked, chosen, strict=True):
        if key is not None:
            _give(assignment, by_key[key], now)
            given += 1
            continue
        give_up(assignment, now=now)
        batch = assignment.slot.batch
        freed += batch is None or batch.given != Batch.Given.SHARED
    return given, freed


def _give(assignment: Assignment, taker: Rater, now: datetime) -> None:
    """Give the locked slot of an open assignment to another person, under a new token."""
    end_assignment(assignment, Assignment.State.RELEASED, now)
    slot = assignment.slot
    slot.token, slot.state = slot.token + 1, Slot.State.HELD
    if slot.rater_id is not None:
        slot.rater = taker
    slot.save(update_fields=["token", "state", "rater"])
    guideline = guideline_for(rater=taker, now=now)
    Assignment.objects.create(
        slot=slot,
        dialogue_id=slot.dialogue_id,
        rater=taker,
        purpose=slot.purpose,
        codebook_id=taker.corpus.codebook_id or assignment.codebook_id,
        guideline=guideline,
        token=slot.token,
        lease_until=now + HANDED_OVER_LEASE,
        claimed_at=now,
        heartbeat_at=now,
    )


def _able(people: Sequence[Rater]) -> list[Rater]:
    """Return the people who can get work today and are qualified for it."""
    if not people:
        return []
    keys = [each.pk for each in people]
    can = set(Rater.objects.filter(available_today(), pk__in=keys).values_list("pk", flat=True))
    statuses = statuses_of(corpus=people[0].corpus, raters=people)
    return [each for each in people if each.pk in can and statuses[each.pk].stage == "qualified"]


def _barred(held: Sequence[Assignment], takers: Sequence[Rater]) -> set[tuple[int, int, str]]:
    """Return (dialogue, person, purpose) where the person had the dialogue, is to get it, or saw its answers."""
    keys, purposes = [each.dialogue_id for each in held], {each.purpose for each in held}
    own = {"dialogue__in": keys, "rater__in": takers}
    barred: set[tuple[int, int, str]] = set()
    for purpose in purposes:
        for rows in (
            Assignment.objects.filter(**own, purpose__in={purpose, *in_the_way(purpose)}),
            Slot.objects.filter(**own, purpose=purpose),
            ClosedDialogue.objects.filter(**own),
        ):
            barred |= {(dialogue, person, purpose) for dialogue, person in rows.values_list("dialogue", "rater")}
    return barred


def _reserved(rater: Rater) -> QuerySet[Slot]:
    return Slot.objects.filter(rater=rater, state=Slot.State.FREE, batch__isnull=False)
