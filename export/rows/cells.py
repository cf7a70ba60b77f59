"""The cells of a question: answers with one type, and their state beside them; as JSON, and back as answers."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from agreement.consensus.method import Answer
from corpus.rules.codebook import CANNOT_JUDGE, NOT_APPLICABLE, Link
from export.rows.columns import Question
from export.rows.records import encode

RESERVED = (CANNOT_JUDGE, NOT_APPLICABLE)


def label_part(label: Answer | None, source: str) -> bytes:
    """Return the beginning of a cell as JSON: label, state and source."""
    state = "missing" if label is None else NOT_APPLICABLE if label == NOT_APPLICABLE else "labelled"
    return encode({"label": label if state == "labelled" else None, "state": state, "source": source}).removesuffix(
        b"}"
    )


def cell(label: bytes, votes: bytes, ending: bytes) -> bytes:
    """Return a cell as JSON.

    Args:
        label: as of `label_part`.
        votes: as of `vote`, joined by commas.
        ending: as of `distribution_part`; empty if the method gives no distributions.
    """
    return b'%s,"votes":[%s]%s}' % (label, votes, ending)


def vote(rater: str, answer: Answer | None) -> bytes:
    """Return the record of a rater's answer as JSON."""
    if answer is None:
        return encode({"rater": rater, "answer": None, "state": "missing"})
    if isinstance(answer, str) and answer in RESERVED:
        return encode({"rater": rater, "answer": None, "state": answer})
    return encode({"rater": rater, "answer": answer, "state": "given"})


def distribution_part(question: Question, shares: Mapping[str, float]) -> bytes:
    """Return the end of a cell as JSON: the probabilities of a method that gives them."""
    is_link = isinstance(question, Link)
    records = [{"answer": int(answer) if is_link else answer, "probability": p} for answer, p in shares.items()]
    return b',"distribution":' + encode(records)


def answer_of(vote: Mapping[str, Any]) -> Answer | None:
    """Return the answer of a vote's record, with `cannot_judge` and `not_applicable` as answers."""
    answer: Answer | None = vote["state"] if vote["state"] in RESERVED else vote["answer"]
    return answer
