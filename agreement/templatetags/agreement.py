"""Filters that format figures."""

from typing import Any

from django import template
from django.utils.translation import get_language

from agreement.domain.codebook_changes import different_versions
from agreement.presentation.cards import REASONS
from agreement.presentation.interval_notes import is_grey, note_sentence, short_note
from agreement.presentation.left_out import named_versions
from agreement.presentation.numerals import in_percent, number
from corpus.models import AnswerMove, Corpus, Membership

register = template.Library()


register.filter(number)
register.filter(in_percent)


@register.filter
def audited_case(place: int) -> str:
    """Return the filter of the label browser for a cell of error rates: all, unanimous and majority utterances."""
    return ("audited", "audited_unanimous", "audited_majority")[place]


@register.filter
def in_small_percent(value: float) -> str:
    """Return a share as a percentage, with two digits below one percent."""
    return f"{100 * value:.2f} %" if value < 0.01 else f"{100 * value:.1f} %"


@register.filter
def why(figure: dict[str, Any]) -> str:
    """Return the reason why a figure has no value, in words."""
    return str(REASONS.get(figure["reason"], figure["reason"]))


@register.filter
def grey(figure: dict[str, Any]) -> bool:
    """Return whether the interval of a figure is not to be trusted."""
    return is_grey(figure)


@register.filter
def note(figure: dict[str, Any]) -> str:
    """Return what a reader of the interval must know, in a few words."""
    return short_note(figure)


@register.filter
def note_in_full(figure: dict[str, Any]) -> str:
    """Return the same as a sentence."""
    return note_sentence(figure)


@register.inclusion_tag("agreement/different_versions.html")
def incomparable_answers(corpus: Corpus, membership: Membership) -> dict[str, Any]:
    """State how many answers cannot be compared under the codebook in use, by their version."""
    rules = corpus.codebook.rules() if corpus.codebook else None
    different = named_versions(different_versions(corpus), rules, get_language() or "en")
    return {"corpus": corpus, "membership": membership, "different": different}


@register.inclusion_tag("agreement/different_versions.html")
def incomparable_answers_while_moving(corpus: Corpus, membership: Membership) -> dict[str, Any]:
    """State the same only while a move runs, on a page that must not wait for the count at other times."""
    moving = AnswerMove.objects.filter(corpus=corpus, state__in=[AnswerMove.State.MOVING, AnswerMove.State.UNDOING])
    return incomparable_answers(corpus, membership) if moving.exists() else {"different": []}
