"""Template tag that links a figure to the utterances behind it."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import template
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString, mark_safe

from corpus.label_links import label_address, selection_of

register = template.Library()


@register.simple_block_tag(takes_context=True)
def utterances(context: dict[str, Any], content: str, **filters: Any) -> str:
    """Link the content to the label browser, with filters as `corpus.label_links.selection_of` takes them.

    A reader who may not open it gets the content alone, and so does everybody if `when` is false. `answer_question` and
    `answer_value` stand for the condition that they are equal; `gap`, `majority` and `origin`, with `question`, for the
    filters that take a question and a word, the last two also without a question; `filters` for further filters as a
    mapping; `moved` for a part of the move of answers in the context; `release` (its name) and `split_of_release` for
    one of its splits.
    """
    membership = context["membership"]
    if not filters.pop("when", True):
        return content
    further = filters.pop("filters", {})
    question = filters.pop("question", "")
    for name, target in (("gap", "no_answer"), ("majority", "majority"), ("origin", "origin")):
        if word := filters.pop(name, ""):
            filters[target] = [(question, word)]
    if word := filters.pop("moved", ""):
        filters["move"] = f"{context['move'].public_id}:{word}"
    release, split = filters.pop("release", ""), filters.pop("split_of_release", "")
    if release and split:
        filters["release_split"] = f"{release}:{split}"
    if slug := filters.pop("answer_question", ""):
        filters["answer"] = f"{slug} == {filters.pop('answer_value')}"
    address = label_address(context["corpus"], membership, selection_of(membership, **filters, **further))
    if not address:
        return content
    # rendered and escaped already; `strip` returns a plain string, which would be escaped again
    inner = mark_safe(content.strip())  # noqa: S308
    return format_html('<a class="figure-link" href="{}">{}</a>', address, inner)


@register.filter
def offered(names: Iterable[str]) -> SafeString:
    """Return names as the options of a list; a loop of the template takes ten times as long for hundreds of them."""
    return format_html_join("", '<option value="{}"></option>', ((name,) for name in names))


@register.filter
def out_of(part: int, whole: int) -> str:
    """Return a count and the count that it is a part of."""
    return f"{part} / {whole}"
