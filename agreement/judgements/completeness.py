"""Completeness: the dialogues that not all of their k annotators have finished."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Exists, F, OuterRef

from annotator.models import Assignment, Slot
from corpus.models import Purpose


def incomplete_dialogues(dialogues: Iterable[int]) -> set[int]:
    """Return those dialogues (primary keys) that have a place of the main work which nobody has finished.

    Places above the k of their batch, left over from a higher k, are none. Dialogues without places have no annotators
    at all, only the answers of sources or models, and are complete.
    """
    finished = Assignment.objects.filter(slot=OuterRef("pk"), state=Assignment.State.DONE)
    open_places = Slot.objects.filter(
        ~Exists(finished), dialogue__in=list(dialogues), purpose=Purpose.MAIN, number__lte=F("batch__k")
    )
    return set(open_places.values_list("dialogue", flat=True))
