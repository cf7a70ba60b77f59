"""Template tags for the pages of every app."""

from typing import Any

from django import template
from django.urls import reverse

from common.version import VERSION

register = template.Library()


@register.simple_tag
def concord_version() -> str:
    """Return the version of Concord."""
    return VERSION


@register.inclusion_tag("common/tab.html", takes_context=True)
def tab(context: dict[str, Any], label: str, view: str, *also: str, count: int = 0) -> dict[str, object]:
    """Render one line of a corpus's navigation.

    Args:
        context: of the page; gives `request` and `corpus`.
        label: translated text.
        view: name of the view it leads to; takes the corpus's slug.
        *also: names of the views that belong under this line too.
        count: how much waits there; 0 is not shown.
    """
    match = context["request"].resolver_match
    return {
        "label": label,
        "href": reverse(view, args=[context["corpus"].slug]),
        "count": count,
        "current": match is not None and match.view_name in (view, *also),
    }
