"""The conditions by which work counts in figures; each is stated here once."""

from __future__ import annotations

from django.db.models import Case, Count, Exists, OuterRef, Q, Value, When
from django.db.models.lookups import GreaterThan

from annotator.models import CalibrationDialogue, Slot
from corpus.models import Corpus, Dialogue, Purpose

FINISHED, HELD, FREE = Q(state=Slot.State.DONE), Q(state=Slot.State.HELD), Q(state=Slot.State.FREE)
# Gold, retests, pilots and relabelling count as a person's work like main work: otherwise the figures would tell an
# annotator which of their dialogues are hidden gold. Training and test, which are announced, do not count.
VISIBLE = (Purpose.TRAINING, Purpose.TEST)


def k_of(corpus: Corpus) -> int:
    """Return the number of people who judge each dialogue; 0 without a codebook."""
    return corpus.codebook.rules().policy.k if corpus.codebook else 0


def of_main_work(path: str = "dialogue") -> Q:
    """Return the condition that the dialogue at the end of a path belongs to the main work."""
    used = CalibrationDialogue.objects.filter(dialogue=OuterRef(path))
    taken = Slot.objects.filter(~FREE, dialogue=OuterRef(path), purpose=Purpose.MAIN)
    return Q(**{f"{path}__state": Dialogue.State.READY}) & (~Exists(used) | Exists(taken))


def wanted(k: int) -> Case:
    """Return the target number of judgements of a dialogue, over its main slots.

    Args:
        k: annotators per dialogue.
    """
    of_calibration = Count("pk", filter=Q(dialogue__calibration__isnull=False))
    taken = Count("pk", filter=~FREE)
    of_manager = Count("pk", filter=Q(batch__is_automatic=False))
    # After a batch is dissolved, the automatic batch may have more slots than it gives out.
    given_out = Count("pk", filter=~Q(state=Slot.State.FREE, batch__is_automatic=True, number__gt=k))
    return Case(
        When(GreaterThan(of_calibration, 0), then=taken),
        When(GreaterThan(of_manager, 0), then=given_out),
        default=Value(k),
    )
