"""Filters for scores."""

from django import template

from annotator.models import AnswerSet, Attempt
from annotator.rules.scoring import Score

register = template.Library()


@register.filter
def share(scored: Score | Attempt) -> str:
    """Return the share of accepted answers, rounded down, so that 80 % is only shown once it is reached."""
    return f"{100 * scored.right // scored.judged} %" if scored.judged else "–"


@register.filter
def interval(score: Score) -> str:
    """Return the 95 % interval of a score."""
    bounds = score.interval
    return "–" if bounds is None else f"{100 * bounds[0]:.0f}–{100 * bounds[1]:.0f} %"


@register.filter
def whole_reason(answers: AnswerSet | None) -> str:
    """Return the reason for the whole utterance."""
    return str(answers.reasons.get("", "")) if answers else ""
