"""The cells of a question: answers with one type, and their state beside them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from agreement.consensus.method import Answer, Consensus
from corpus.rules.codebook import CANNOT_JUDGE, NOT_APPLICABLE, Link
from export.rows.columns import Question

RESERVED = (CANNOT_JUDGE, NOT_APPLICABLE)


def cell(
    question: Question, consensus: Consensus, raters: Iterable[str], *, is_soft: bool, withheld: frozenset[str]
) -> dict[str, Any]:
    """Return label, state, source and votes of a question, as a row holds them.

    Args:
        question: a task or link.
        consensus: its label and answers.
        raters: everyone who annotated the utterance, by slug; a vote without an answer is listed as missing.
        is_soft: whether to add the distribution.
        withheld: raters whose answers are not listed.
    """
    label = consensus.label
    state = "missing" if label is None else NOT_APPLICABLE if label == NOT_APPLICABLE else "labelled"
    found: dict[str, Any] = {
        "label": label if state == "labelled" else None,
        "state": state,
        "source": consensus.source,
        "votes": [vote(rater, consensus.answers.get(rater)) for rater in raters if rater not in withheld],
    }
    if is_soft:
        found["distribution"] = _distribution(question, consensus.distribution or {})
    return found


def vote(rater: str, answer: Answer | None) -> dict[str, Any]:
    """Return the record of a rater's answer."""
    if answer is None:
        return {"rater": rater, "answer": None, "state": "missing"}
    if isinstance(answer, str) and answer in RESERVED:
        return {"rater": rater, "answer": None, "state": answer}
    return {"rater": rater, "answer": answer, "state": "given"}


def answer_of(vote: Mapping[str, Any]) -> Answer | None:
    """Return the answer of a vote's record, with `cannot_judge` and `not_applicable` as answers."""
    answer: Answer | None = vote["state"] if vote["state"] in RESERVED else vote["answer"]
    return answer


def _distribution(question: Question, shares: Mapping[str, float]) -> list[dict[str, Any]]:
    is_link = isinstance(question, Link)
    return [{"answer": int(answer) if is_link else answer, "probability": p} for answer, p in shares.items()]
