"""What the pages of releases say in words."""

import re
from collections.abc import Mapping
from typing import Any

from django import template
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from corpus.rules.codebook import NOT_APPLICABLE

register = template.Library()
NEGATIVE = re.compile(r"^-(?=\d+$)")


@register.filter
def group_name(group: str) -> str:
    """Return what a kind of group is called, as the head of a column."""
    return {"episode": _("Episodes"), "series": _("Series"), "speaker": _("Speakers")}.get(group, _("Dialogues"))


@register.filter
def leak_sentence(leaks: Mapping[str, Any]) -> str:
    """Return what was proved of the groups."""
    count = leaks["groups"]
    sentences = {
        "dialogue": ngettext(
            "No dialogue is in two splits: the one there is was looked up in the written files.",
            "No dialogue is in two splits: all %(count)s were looked up in the written files.",
            count,
        ),
        "episode": ngettext(
            "No episode is in two splits: the one there is was looked up in the written files.",
            "No episode is in two splits: all %(count)s were looked up in the written files.",
            count,
        ),
        "series": ngettext(
            "No series is in two splits: the one there is was looked up in the written files.",
            "No series is in two splits: all %(count)s were looked up in the written files.",
            count,
        ),
        "speaker": ngettext(
            "No speaker is in two splits: the one there is was looked up in the written files.",
            "No speaker is in two splits: all %(count)s were looked up in the written files.",
            count,
        ),
    }
    return sentences[leaks["group"]] % {"count": count}


@register.filter
def label_name(label: Mapping[str, Any]) -> str:
    """Return a label's name; the two that the codebook does not name have words of their own.

    The value of a link that has no name is a number, and has a true minus sign.
    """
    own = {"": _("no label"), NOT_APPLICABLE: _("not applicable")}
    return own.get(label["slug"]) or NEGATIVE.sub("−", str(label["name"]))
