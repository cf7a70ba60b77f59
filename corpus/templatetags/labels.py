"""Template tag that links a figure to the utterances behind it."""

from __future__ import annotations

from typing import Any

from django import template
from django.utils.html import format_html
from django.utils.safestring import mark_safe

from corpus.label_links import label_address, selection_of

register = template.Library()


@register.simple_block_tag(takes_context=True)
def utterances(context: dict[str, Any], content: str, **filters: Any) -> str:
    """Link the content to the label browser, with filters as `corpus.label_links.selection_of` takes them.

    A reader who may not open it gets the content alone. `answer_question` and `answer_value` stand for the condition
    that they are equal; `gap`, `majority` and `question` for the filters that take a question and a word; `release`
    (its name) and `split_of_release` for one of its splits.
    """
    membership = context["membership"]
    if question := filters.pop("question", ""):
        for name, target in (("gap", "no_answer"), ("majority", "consensus")):
            if word := filters.pop(name, ""):
                filters[target] = [(question, word)]
    release, split = filters.pop("release", ""), filters.pop("split_of_release", "")
    if release and split:
        filters["release_split"] = f"{release}:{split}"
    if slug := filters.pop("answer_question", ""):
        filters["answer"] = f"{slug} == {filters.pop('answer_value')}"
    address = label_address(context["corpus"], membership, selection_of(membership, **filters))
    if not address:
        return content
    # rendered and escaped already; `strip` returns a plain string, which would be escaped again
    inner = mark_safe(content.strip())  # noqa: S308
    return format_html('<a class="figure-link" href="{}">{}</a>', address, inner)


@register.filter
def out_of(part: int, whole: int) -> str:
    """Return a count and the count that it is a part of."""
    return f"{part} / {whole}"
