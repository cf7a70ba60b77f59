"""Raters who can get work."""

from django.db.models import Exists, OuterRef, Q
from django.utils import timezone

from annotator.models import WorkPlan

# A filter of raters: active annotators who are not paused.
CAN_GET_WORK = Q(
    membership__is_active=True,
    membership__user__is_active=True,
    membership__is_annotator=True,
    membership__paused_at__isnull=True,
)


def available_today() -> Q:
    """Return the filter of raters who can get work and are not absent today."""
    today = timezone.localdate()
    plans = WorkPlan.objects.filter(rater=OuterRef("pk"), absent_from__lte=today, absent_until__gte=today)
    return CAN_GET_WORK & ~Q(Exists(plans))
