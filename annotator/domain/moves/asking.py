"""Asking annotators again: who can be asked, and the dialogues that are reopened for it."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from django.db.models import Exists, F, OuterRef, Q

from annotator.domain.allocation.leases import REOPENED_LEASE
from annotator.models import Assignment, ClosedDialogue, Slot
from corpus.domain.annotations.moved_answers import Place
from corpus.models import Annotation, Purpose

JUDGED_ONCE = (Purpose.TRAINING, Purpose.TEST)  # finished ones keep their result; nobody answers them again


def who_is_asked(dialogues: Iterable[int]) -> set[Place]:
    """Return the places in these dialogues whose annotator can answer again.

    They hold the dialogue or have finished it, are active annotators, and have not seen the answers of others to it.
    Finished training and tests are not asked again.
    """
    closed = ClosedDialogue.objects.filter(dialogue=OuterRef("dialogue"), rater=OuterRef("rater"))
    open_ = Q(state=Assignment.State.OPEN)
    done = Q(state=Assignment.State.DONE) & ~Q(purpose__in=JUDGED_ONCE)
    held = Assignment.objects.filter(
        open_ | done,
        ~Exists(closed),
        dialogue__in=list(dialogues),
        rater__membership__is_active=True,
        rater__membership__is_annotator=True,
    )
    return set(held.values_list("dialogue", "rater", "purpose"))


def reopen_places(places: Collection[Place], *, now: datetime) -> list[Assignment]:
    """Reopen the finished assignments of places, whose slots and assignments the caller has locked.

    As for any reopening, the answers that were handed in stay readable as the first ones; those that were withdrawn
    have none.

    Returns:
        The assignments as they were, with `ended_at`.
    """
    if not places:
        return []
    done = Assignment.objects.filter(
        state=Assignment.State.DONE, dialogue__in={dialogue for dialogue, _rater, _purpose in places}
    )
    found = [each for each in done.order_by("pk") if (each.dialogue_id, each.rater_id, each.purpose) in places]
    _keep_first_answers(found)
    Assignment.objects.filter(pk__in=[each.pk for each in found]).update(
        state=Assignment.State.OPEN, ended_at=None, lease_until=now + REOPENED_LEASE
    )
    Slot.objects.filter(pk__in=[each.slot_id for each in found]).update(state=Slot.State.HELD)
    return found


def _keep_first_answers(assignments: Sequence[Assignment]) -> None:
    """Do what `keep_first_answers` does, for several assignments at once."""
    own = Assignment.objects.filter(
        pk__in=[each.pk for each in assignments],
        dialogue=OuterRef("utterance__dialogue"),
        rater=OuterRef("rater"),
        purpose=OuterRef("purpose"),
    )
    Annotation.objects.filter(
        Exists(own),
        utterance__dialogue__in={each.dialogue_id for each in assignments},
        first_number__isnull=True,
        codes__isnull=False,
    ).update(first_number=F("number"), first_codes=F("codes"))
