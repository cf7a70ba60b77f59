"""Template filters for times and warnings of episodes and dialogues."""

from __future__ import annotations

from dataclasses import asdict

from django import template

from common.errors import sentence
from corpus.rules import timestamps
from corpus.rules.subtitles.formats.raw_cue import FileRemark

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
def note_text(note: str) -> str:
    """Return what a note of the reader of subtitles says."""
    return sentence(f"note.{note}", {})


@register.filter
def file_remark_text(remark: dict[str, object] | FileRemark) -> str:
    """Return the sentence of a remark on a line of a subtitle file."""
    given = remark if isinstance(remark, dict) else asdict(remark)
    return sentence(f"line.{given['code']}", {"line": str(given["line"]), "text": str(given.get("text", ""))})


@register.filter
def warning_text(warning: dict[str, object]) -> str:
    """Return the text of a `{code, params}`."""
    params = warning.get("params")
    return sentence(str(warning.get("code")), params if isinstance(params, dict) else {})
