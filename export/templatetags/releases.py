"""Filters for the pages of releases."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from corpus.rules.codebook import NOT_APPLICABLE

register = template.Library()
NEGATIVE = re.compile(r"^-(?=\d+$)")


@register.filter
def beside(values: Iterable[Any], others: Iterable[Any]) -> list[tuple[Any, Any]]:
    """Return the values of two rows of equal length in pairs."""
    return list(zip(values, others, strict=True))


@register.filter
def group_name(group: str) -> str:
    """Return the column heading of a kind of group."""
    return {"episode": _("Episodes"), "series": _("Series"), "speaker": _("Speakers")}.get(group, _("Dialogues"))


@register.filter
def leak_sentence(leaks: Mapping[str, Any]) -> str:
    """Return the result of the check of the groups, as a sentence."""
    count = leaks["groups"]
    sentences = {
        "dialogue": ngettext(
            "No dialogue is in two splits: the only one was checked in the written files.",
            "No dialogue is in two splits: all %(count)s were checked in the written files.",
            count,
        ),
        "episode": ngettext(
            "No episode is in two splits: the only one was checked in the written files.",
            "No episode is in two splits: all %(count)s were checked in the written files.",
            count,
        ),
        "series": ngettext(
            "No series is in two splits: the only one was checked in the written files.",
            "No series is in two splits: all %(count)s were checked in the written files.",
            count,
        ),
        "speaker": ngettext(
            "No speaker is in two splits: the only one was checked in the written files.",
            "No speaker is in two splits: all %(count)s were checked in the written files.",
            count,
        ),
    }
    return sentences[leaks["group"]] % {"count": count}


@register.filter
def label_name(label: Mapping[str, Any]) -> str:
    """Return the name of a label; "no label" and "not applicable" are not in the codebook.

    A link's value without a name is a number, shown with a typographic minus sign.
    """
    fixed = {"": _("no label"), NOT_APPLICABLE: _("not applicable")}
    return fixed.get(label["slug"]) or NEGATIVE.sub("−", str(label["name"]))


@register.filter
def change_name(kind: str) -> str:
    """Return the name of a kind of change between two releases."""
    return {
        "added": _("Dialogue added"),
        "moved": _("Dialogue moved to another split"),
        "removed": _("Dialogue removed"),
    }.get(kind, _("Changed labels"))


@register.filter
def reason_name(why: str) -> str:
    """Return the name of a reason for a changed label."""
    return {
        "revision": _("answers added or changed"),
        "decision": _("decision"),
        "codebook": _("codebook"),
    }.get(why, _("method or choice of raters"))


@register.filter
def alpha(value: float | None) -> str:
    """Return a coefficient with three digits and a typographic minus sign."""
    return "–" if value is None else f"{value:.3f}".replace("-", "−")
