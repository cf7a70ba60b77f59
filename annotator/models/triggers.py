"""Triggers of dialogues that are closed to a person, and of the sums of work (see `corpus.models.triggers`).

Those of closed dialogues compare the rows that a transaction sees. `close_dialogues` locks the rater, as a claim does,
and the assignments, as code that reopens one does; so of two transactions at once the later one sees the rows of the
first.

Those of the sums mark the dialogue of each row that a sum depends on, in corpora that have sums (`WorkSums`). They
leave out hidden dialogues, which an import fills with a million rows: a dialogue is marked when its state changes.
"""

from __future__ import annotations

from collections.abc import Iterator

from django.db import DatabaseError

from common.errors import Refused
from corpus.models.triggers import Trigger

CLOSED = "concord: the dialogue is closed to its annotator"
HELD = "concord: the dialogue is held by its annotator"
_HAS_SUMS = "EXISTS (SELECT 1 FROM annotator_worksums s WHERE s.corpus_id = {corpus})"
_PAIR = "{other}.rater_id = NEW.rater_id AND {other}.dialogue_id = NEW.dialogue_id"


def triggers() -> list[Trigger]:
    """Return the triggers that refuse an open assignment of a closed dialogue, and closing a dialogue in hand."""
    closed = f"EXISTS (SELECT 1 FROM annotator_closeddialogue c WHERE {_PAIR.format(other='c')})"  # noqa: S608 -- constants
    held = f"EXISTS (SELECT 1 FROM annotator_assignment a WHERE {_PAIR.format(other='a')} AND a.state = 'open')"  # noqa: S608 -- constants
    return [
        *(
            Trigger("closed", "annotator_assignment", event, f"NEW.state = 'open' AND {closed}", CLOSED)
            for event in ("INSERT", 'UPDATE OF "state"')
        ),
        Trigger("held", "annotator_closeddialogue", "INSERT", held, HELD),
        *_marks(),
    ]


def _marks() -> Iterator[Trigger]:
    """Mark the dialogues whose work changes."""
    of_annotation = "(SELECT u.dialogue_id FROM corpus_utterance u WHERE u.id = {row}.utterance_id)"
    own = "{row}.dialogue_id"
    for table, columns, link, dialogue in (
        ("corpus_annotation", ("answers", "number", "rater_id", "purpose"), "utterance_id", of_annotation),
        ("annotator_assignment", ("state", "rater_id", "purpose"), "dialogue_id", own),
        ("annotator_slot", ("state", "purpose", "number", "batch_id"), "dialogue_id", own),
        ("annotator_calibrationdialogue", (), "dialogue_id", own),
    ):
        new, old = (_mark(dialogue.format(row=row)) for row in ("NEW", "OLD"))
        yield Trigger("work", table, "INSERT", "", then=(new,))
        yield Trigger("work", table, "DELETE", "", then=(old,))
        if columns:
            yield Trigger("work", table, "UPDATE OF " + ", ".join(f'"{each}"' for each in columns), "", then=(new,))
        # apart, since saves never set this column: a row that moves to another dialogue changes both
        moved = f"NEW.{link} <> OLD.{link}"
        yield Trigger("work_moved", table, f'UPDATE OF "{link}"', moved, then=(new, old))
    both = (_mark(own.format(row="NEW")), _mark(own.format(row="OLD")))
    yield Trigger(
        "work", "corpus_utterance", 'UPDATE OF "dialogue_id"', "NEW.dialogue_id <> OLD.dialogue_id", then=both
    )
    yield Trigger("work", "corpus_dialogue", 'UPDATE OF "state"', "NEW.state <> OLD.state", then=(_mark_of("NEW"),))
    yield Trigger("work", "corpus_dialogue", "DELETE", "", then=(_mark_of("OLD"),))
    # with the corpus; its marks have no key to it
    forget = "DELETE FROM annotator_workmark WHERE corpus = OLD.corpus_id"
    yield Trigger("unmarked", "annotator_worksums", "DELETE", "", then=(forget,))


def _mark(dialogue: str) -> str:
    """Return the statement that marks a dialogue, given by an expression for its key, unless it is hidden."""
    return (
        "INSERT INTO annotator_workmark (corpus, dialogue) SELECT d.corpus_id, d.id FROM corpus_dialogue d"  # noqa: S608 -- constants
        f" WHERE d.id = {dialogue} AND d.state <> 'hidden' AND {_HAS_SUMS.format(corpus='d.corpus_id')}"
    )


def _mark_of(row: str) -> str:
    """Return the statement that marks the dialogue `row`, hidden or not."""
    has_sums = _HAS_SUMS.format(corpus=f"{row}.corpus_id")
    return f"INSERT INTO annotator_workmark (corpus, dialogue) SELECT {row}.corpus_id, {row}.id WHERE {has_sums}"


def refusal_of(error: Exception) -> Refused | None:
    """Return the refusal that a database error of these triggers stands for; None for other errors."""
    if isinstance(error, DatabaseError) and CLOSED in str(error):
        return Refused("annotator.dialogue_closed")
    return None
