"""Template tags for the pages of every app."""

from collections.abc import ItemsView, Mapping
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
    """Render one tab of the navigation of a corpus.

    Args:
        context: of the page, with `request` and `corpus`.
        label: translated text.
        view: name of the linked view, which takes the slug of the corpus.
        *also: names of other views for which the tab is current.
        count: number of open items; 0 is not shown.
    """
    match = context["request"].resolver_match
    return {
        "label": label,
        "href": reverse(view, args=[context["corpus"].slug]),
        "count": count,
        "current": match is not None and match.view_name in (view, *also),
    }


@register.filter
def pairs(mapping: Mapping[Any, Any]) -> ItemsView[Any, Any]:
    """Return the keys and values of a mapping whose keys people choose: `.items` would find a key of this name."""
    return mapping.items()
