"""Raters who can get work."""

from django.db.models import Q

# A filter of raters: active annotators who are not paused.
CAN_GET_WORK = Q(
    membership__is_active=True,
    membership__user__is_active=True,
    membership__is_annotator=True,
    membership__paused_at__isnull=True,
)
