"""The k places of each dialogue, and which of them a person may take."""

from datetime import datetime

from django.db.models import Count, Exists, OuterRef, Q, QuerySet

from annotator.models import Assignment, Slot
from corpus.models import Corpus, Dialogue, Purpose, Rater

BATCH = 200  # dialogues that get their slots at once: the first claim of a large corpus stays quick


def make_slots(*, corpus: Corpus, k: int) -> int:
    """Give the next ready dialogues that have fewer than `k` slots the rest of them.

    Returns:
        0 when every ready dialogue has all of its own. Two callers at once make each slot once.
    """
    short = (
        Dialogue.objects.filter(corpus=corpus, state=Dialogue.State.READY)
        .annotate(made=Count("slots", filter=Q(slots__purpose=Purpose.MAIN)))
        .filter(made__lt=k)
        .order_by("order")
        .values_list("pk", flat=True)[:BATCH]
    )
    slots = [Slot(dialogue_id=pk, number=number) for pk in short for number in range(1, k + 1)]
    Slot.objects.bulk_create(slots, ignore_conflicts=True)
    return len(slots)


def free_slots(*, rater: Rater, k: int) -> QuerySet[Slot]:
    """Return the slots that nobody holds and this rater may take, in the order of the dialogues."""
    held = Assignment.objects.filter(slot=OuterRef("pk"), state__in=[Assignment.State.OPEN, Assignment.State.DONE])
    return _slots_for(rater, k).filter(~Exists(held))


def abandoned_slots(*, rater: Rater, k: int, now: datetime) -> QuerySet[Slot]:
    """Return the slots whose holder's lease has run out and that this rater may take."""
    abandoned = Assignment.objects.filter(slot=OuterRef("pk"), state=Assignment.State.OPEN, lease_until__lt=now)
    return _slots_for(rater, k).filter(Exists(abandoned))


def _slots_for(rater: Rater, k: int) -> QuerySet[Slot]:
    seen = Assignment.objects.filter(dialogue=OuterRef("dialogue"), rater=rater, purpose=OuterRef("purpose"))
    return Slot.objects.filter(
        ~Exists(seen), dialogue__corpus=rater.corpus_id, dialogue__state=Dialogue.State.READY, number__lte=k
    ).order_by("dialogue__order", "number")
