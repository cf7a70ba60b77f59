"""How figures are written."""

from typing import Any

from django import template

from agreement.presentation.cards import REASONS

register = template.Library()


@register.filter
def number(value: float | None) -> str:
    """Return a value with three digits; a dash where there is none."""
    return "–" if value is None else f"{value:.3f}".replace("-", "−")


@register.filter
def in_percent(value: float | None) -> str:
    """Return a share as a percentage with one digit."""
    return "–" if value is None else f"{100 * value:.1f} %"


@register.filter
def why(figure: dict[str, Any]) -> str:
    """Return in words why a figure has no value."""
    return str(REASONS.get(figure["reason"], figure["reason"]))
