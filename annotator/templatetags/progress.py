"""Filters for figures of the progress pages."""

from django import template
from django.utils.translation import gettext as _

register = template.Library()


@register.filter
def hours(milliseconds: int) -> str:
    """Return a duration as hours and minutes."""
    minutes = milliseconds // 60_000
    return _("%(hours)d h %(minutes)02d min") % {"hours": minutes // 60, "minutes": minutes % 60}
