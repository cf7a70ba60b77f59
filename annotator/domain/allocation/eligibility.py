"""Raters who can get work."""

from django.db.models import Q

from corpus.models import Membership

# A filter of raters: active annotators who are not paused.
CAN_GET_WORK = Q(
    membership__is_active=True,
    membership__user__is_active=True,
    membership__role=Membership.Role.ANNOTATOR,
    membership__paused_at__isnull=True,
)
