"""Triggers that mark decisions and cases when an annotation of their utterance is added or changed.

Whatever writes the annotation (a page, the API, an import, a move with the codebook), the mark is set by the same
transaction. It costs a commit two look-ups in unique indexes.

The case is written first, whether it is marked already or not: its row is the lock of the utterance. Whoever decides
holds it, so an annotation that changes meanwhile waits, and then finds the new decision.
"""

from __future__ import annotations

from corpus.models.triggers import Trigger

COUNTS = "NEW.purpose = 'main'"
OF_UTTERANCE = "utterance_id = NEW.utterance_id"
TO_REVIEW = f"{OF_UTTERANCE} AND outcome <> 'none' AND NOT needs_review"
MARKS = (
    f"UPDATE agreement_adjudicationcase SET is_stale = TRUE WHERE {OF_UTTERANCE}",  # noqa: S608 -- constants
    f"UPDATE agreement_decision SET needs_review = TRUE WHERE {TO_REVIEW}",  # noqa: S608 -- constants
)


def triggers() -> list[Trigger]:
    """Return the triggers that mark what depends on the annotations of an utterance."""
    return [
        Trigger("changed", "corpus_annotation", "INSERT", COUNTS, then=MARKS),
        Trigger(
            "changed",
            "corpus_annotation",
            'UPDATE OF "answers"',
            f"{COUNTS} AND NEW.answers IS DISTINCT FROM OLD.answers",
            then=MARKS,
        ),
    ]
