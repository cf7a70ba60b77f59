"""Triggers of dialogues that are closed to a person (see `corpus.models.triggers`).

They compare the rows that a transaction sees. `close_dialogues` locks the rater, as a claim does, and the assignments,
as code that reopens one does; so of two transactions at once the later one sees the rows of the first.
"""

from __future__ import annotations

from django.db import DatabaseError

from common.errors import Refused
from corpus.models.triggers import Trigger

CLOSED = "concord: the dialogue is closed to its annotator"
HELD = "concord: the dialogue is held by its annotator"
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
    ]


def refusal_of(error: Exception) -> Refused | None:
    """Return the refusal that a database error of these triggers stands for; None for other errors."""
    if isinstance(error, DatabaseError) and CLOSED in str(error):
        return Refused("annotator.dialogue_closed")
    return None
