"""The times at which the detectors look at a corpus again."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from django.db.models import Exists, OuterRef, Q

from agreement.models import DetectionLook
from annotator.models import Assignment
from corpus.domain.structure.archiving import writable_corpora
from corpus.models import Corpus, Purpose, Revision

SOON = timedelta(seconds=20)  # after a dialogue was handed in
IDLE = 3  # times as long as the last look took, at least, until the next one
INTERVAL = timedelta(hours=1)  # while answers come in of dialogues that are not handed in


def corpora_to_look_at(*, now: datetime) -> Iterable[Corpus]:
    """Yield the writable corpora with work handed in since the last look, and hourly those with new answers."""
    handed_in = Assignment.objects.filter(
        rater__corpus=OuterRef("pk"), state=Assignment.State.DONE, purpose__in=Purpose.values
    )
    since = OuterRef("detection_look__looked_at")
    never = Q(detection_look__isnull=True) & Exists(handed_in)
    soon = Q(detection_look__looked_at__lte=now - SOON) & Exists(handed_in.filter(ended_at__gt=since))
    answered = Revision.objects.filter(codebook__corpus=OuterRef("pk"), created_at__gt=since)
    hourly = Q(detection_look__looked_at__lte=now - INTERVAL) & Exists(answered)
    for corpus in writable_corpora().filter(never | soon | hourly).select_related("detection_look"):
        last: DetectionLook | None = getattr(corpus, "detection_look", None)
        if last is None or now - last.looked_at >= IDLE * timedelta(milliseconds=last.took_ms):
            yield corpus
