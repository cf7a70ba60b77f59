"""The difference of two releases for its page, with names in the reader's language."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from corpus.rules.codebook import CANNOT_JUDGE, NOT_APPLICABLE, Codebook

REASONS = ("revision", "decision", "codebook", "method")


def difference_summary(summary: Mapping[str, Any], rules: Codebook | None, language: str) -> dict[str, Any]:
    """Return what the page shows above the list.

    Args:
        summary: as `export.domain.release_difference.difference` returned it.
        rules: the codebook in use, for the names of the questions.
        language: of the reader.

    Returns:
        `added`, `moved`, `removed`, `changed` and `compared`, numbers; `questions`: dicts with `slug`, `is_asked` (by
        the codebook in use), `name`, `counts` (pairs of reason and number, in one order), `changed`, and alpha `before`
        and `after`.
    """
    labels, agreement = summary["labels"], summary["agreement"]
    order = {question.slug: place for place, question in enumerate(rules.questions)} if rules else {}
    slugs = sorted({*labels["by_both"], *agreement}, key=lambda slug: (order.get(slug, len(order)), slug))
    return {
        **summary["dialogues"]["counts"],
        "changed": labels["changed"],
        "compared": labels["compared"],
        "questions": [
            {
                "slug": slug,
                "is_asked": slug in order,
                "name": rules.text(slug, language).name if rules else slug,
                "counts": [(why, labels["by_both"].get(slug, {}).get(why, 0)) for why in REASONS],
                "changed": labels["by_question"].get(slug, 0),
                **agreement.get(slug, {"before": None, "after": None}),
            }
            for slug in slugs
        ],
    }


def named_change(change: Mapping[str, str], rules: Codebook | None, language: str) -> dict[str, Any]:
    """Return a row of the stored changes with `question_name`, and `before` and `after` as lists of answers, each with
    `slug` and `name` for the filter `label_name`; splits are their own names."""
    question = change["question"]

    def named(text: str) -> list[dict[str, str]]:
        slugs = json.loads(text) if text.startswith("[") else [text]
        return [{"slug": slug, "name": _name(rules, question, slug, language)} for slug in slugs] or [_NOTHING]

    name = rules.text(question, language).name if rules and question else question
    return {**change, "question_name": name, "before": named(change["from"]), "after": named(change["to"])}


_NOTHING = {"slug": "–", "name": "–"}  # several choices are possible, and none was made


def _name(rules: Codebook | None, question: str, slug: str, language: str) -> str:
    if not question or rules is None or slug in ("", NOT_APPLICABLE, CANNOT_JUDGE):
        return slug
    return rules.text(f"{question}.{slug}", language).name
