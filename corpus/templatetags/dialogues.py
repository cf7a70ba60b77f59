"""Template filters for times and warnings of episodes and dialogues."""

from __future__ import annotations

from django import template

from common.errors import sentence
from corpus.rules import timestamps

register = template.Library()


@register.filter
def stamp(ms: int | None) -> str:
    """Return a time as `m:ss.mmm`, or a dash for None."""
    return "–" if ms is None else timestamps.stamp(ms)


@register.filter
def length_of(ms: int | None) -> str:
    """Return a duration in whole seconds, or a dash for None."""
    return "–" if ms is None else timestamps.stamp(ms).partition(".")[0]


@register.filter
def warning_text(warning: dict[str, object]) -> str:
    """Return the text of a `{code, params}`."""
    params = warning.get("params")
    return sentence(str(warning.get("code")), params if isinstance(params, dict) else {})
