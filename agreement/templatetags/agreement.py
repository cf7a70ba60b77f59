"""Filters that format figures."""

from typing import Any

from django import template

from agreement.presentation.cards import REASONS

register = template.Library()


@register.filter
def number(value: float | None) -> str:
    """Return a value with three digits, or a dash if there is none."""
    return "–" if value is None else f"{value:.3f}".replace("-", "−")


@register.filter
def in_percent(value: float | None) -> str:
    """Return a share as a percentage with one digit, or a dash if there is none."""
    return "–" if value is None else f"{100 * value:.1f} %"


@register.filter
def why(figure: dict[str, Any]) -> str:
    """Return the reason why a figure has no value, in words."""
    return str(REASONS.get(figure["reason"], figure["reason"]))
