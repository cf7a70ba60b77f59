"""Row locks of an assignment and its slot.

Every function that changes the holder of a slot locks the slot's row first, and the constraints of `Assignment` enforce
the result. The locks are `no_key`: rows that refer to a locked row can still be inserted, so a save never waits for a
claim.
"""

from collections.abc import Iterable
from typing import Any

from annotator.domain.allocation import prepared_statements
from annotator.models import Assignment, Slot
from common.database.prepared import PreparedSelect


def lock_with_slot(assignment: Assignment) -> Assignment:
    """Lock an assignment and its slot for this transaction, and return the assignment as it is now.

    Needed before the holder of the slot changes. The slot is locked first, as in a claim.
    """
    if prepared_statements.SLOT.first(pk=assignment.slot_id) is None:
        raise Slot.DoesNotExist
    return lock_assignment(assignment)


def lock_assignment(assignment: Assignment) -> Assignment:
    """Lock an assignment without its slot, and return it as it is now.

    Enough to save answers, which do not change the holder of the slot. A claim that takes over an abandoned slot
    updates the row of the assignment, so it waits for this lock.
    """
    found = locked(prepared_statements.HELD, pk=assignment.pk)
    if found is None:
        raise Assignment.DoesNotExist
    return found


def locked(statement: PreparedSelect[Assignment], **parameters: Any) -> Assignment | None:
    """Return the assignment that a locking statement finds, with the codebook version it has now.

    If a move of answers changed the version while PostgreSQL waited for the lock, the statement finds nothing, since
    it had joined the former version. A second one sees the new version.
    """
    return statement.first(**parameters) or statement.first(**parameters)


def lock_work(dialogues: Iterable[int]) -> None:
    """Lock the slots and assignments of dialogues, which every edit does before it locks the dialogues themselves."""
    keys = list(dialogues)
    list(Slot.objects.select_for_update(no_key=True).filter(dialogue__in=keys).order_by("pk"))
    list(Assignment.objects.select_for_update(no_key=True).filter(dialogue__in=keys).order_by("pk"))
