"""Whole dialogues returned by annotators, and the manager's decisions about them."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from annotator.domain.allocation.assignments import release
from annotator.domain.allocation.closed_dialogues import is_closed
from annotator.domain.allocation.leases import SENT_BACK_LEASE, is_superseded
from annotator.domain.allocation.locks import lock_with_slot
from annotator.domain.labelling.ready_undo import undo_ready
from annotator.domain.messages.inbox import cleaned_text, existing_message
from annotator.models import Assignment, Return, Slot
from common.errors import Refused
from common.models import User
from corpus.domain.structure.ready_dialogues import exclude_dialogue, include_dialogue
from corpus.models import Corpus

Decision = Literal["give_out", "give_back", "exclude", "back_to_draft"]
State = Return.State
OUTCOMES: dict[Decision, Return.State] = {
    "give_out": State.GIVEN_OUT,
    "give_back": State.GIVEN_OUT,
    "exclude": State.EXCLUDED,
    "back_to_draft": State.DRAFT,
}


@transaction.atomic
def return_dialogue(
    *, assignment: Assignment, public_id: UUID, token: int, reason: str, now: datetime, comment: str = ""
) -> Return:
    """Return a whole dialogue; the same id a second time changes nothing.

    Depending on the policy of the codebook, its slot is free for someone else, or the dialogue is excluded until the
    manager decides. Answers given so far stay stored and do not count. The reason is stored even if the dialogue has
    taken by someone else in the meantime.

    Args:
        assignment: under which it is returned.
        public_id: made by the page.
        token: of the assignment.
        reason: one of `Return.Reason`.
        now: the moment.
        comment: may be empty.

    Raises:
        Refused: `annotator.id_taken`, `annotator.too_long`, `return.unknown_reason`, `return.handed_in`.
    """
    if before := existing_message(Return, public_id=public_id, assignment=assignment):
        return before
    if reason not in Return.Reason.values:
        raise Refused("return.unknown_reason")
    assignment = lock_with_slot(assignment)
    if assignment.state == Assignment.State.DONE:
        raise Refused("return.handed_in")
    returned, is_new = Return.objects.get_or_create(
        assignment=assignment,
        state=State.OPEN,
        defaults={
            "public_id": public_id,
            "corpus_id": assignment.rater.corpus_id,
            "reason": reason,
            "comment": cleaned_text(comment),
            "created_at": now,
        },
    )
    if is_new and not is_superseded(assignment, token):
        release(assignment=assignment, now=now)
        if assignment.codebook.rules().policy.returned == "manager":
            exclude_dialogue(dialogue=assignment.dialogue)
    return returned


@transaction.atomic
def settle_return(*, returned: Return, act: Decision, settled_by: User, now: datetime, reply: str = "") -> None:
    """Settle all returns of a dialogue at once.

    Args:
        returned: an open one, or one whose dialogue was excluded, to give it out after all.
        act: `give_out` to any annotator, `give_back` to the one who returned it, `exclude`, `back_to_draft`.
        settled_by: the manager.
        now: the moment.
        reply: shown with the dialogue to the annotator who gets it back; may be empty.

    Raises:
        Refused: `return.settled`, `return.slot_taken`, `annotator.dialogue_closed`, `annotator.too_long`,
            `dialogue.draft`, `dialogue.gone`, `dialogue.labelled`, `dialogue.calibrates`.
    """
    dialogue = Assignment.objects.select_related("dialogue").get(pk=returned.assignment_id).dialogue
    # Lock slots before the dialogue, as everywhere.
    list(Slot.objects.select_for_update(no_key=True).filter(dialogue=dialogue).order_by("pk"))
    returned = Return.objects.select_for_update(of=("self",)).select_related("assignment").get(pk=returned.pk)
    is_included = returned.state == State.EXCLUDED and act in ("give_out", "give_back")
    if returned.state != State.OPEN and not is_included:
        raise Refused("return.settled")
    reply = cleaned_text(reply)
    if act == "exclude":
        exclude_dialogue(dialogue=dialogue)
    elif act == "back_to_draft":
        undo_ready(dialogue=dialogue, now=now)
    else:
        include_dialogue(dialogue=dialogue)
        if act == "give_back":
            _give_back(returned.assignment, reply, now)
    waiting = Return.objects.filter(assignment__dialogue=dialogue, state=State.OPEN)
    (waiting | Return.objects.filter(pk=returned.pk)).update(
        state=OUTCOMES[act], reply=reply, settled_by=settled_by, settled_at=now
    )


def returns_of(*, corpus: Corpus, state: str = "") -> QuerySet[Return]:
    """Return the returned dialogues of a corpus; open ones oldest first, otherwise newest first."""
    returns = Return.objects.filter(corpus=corpus).select_related(
        "assignment__dialogue__series",
        "assignment__dialogue__episode__playable",
        "assignment__rater__membership__user",
        "settled_by",
    )
    if state in State.values:
        returns = returns.filter(state=state)
    return returns.order_by("created_at", "pk") if state == State.OPEN else returns.order_by("-created_at", "-pk")


def _give_back(assignment: Assignment, comment: str, now: datetime) -> None:
    """Reopen a returned assignment in its slot, which the caller has locked."""
    if is_closed(rater=assignment.rater_id, dialogue=assignment.dialogue_id):
        raise Refused("annotator.dialogue_closed")
    slot = Slot.objects.get(pk=assignment.slot_id)
    if slot.state != Slot.State.FREE or assignment.state != Assignment.State.RELEASED:
        raise Refused("return.slot_taken")
    slot.token, slot.state = slot.token + 1, Slot.State.HELD
    slot.save(update_fields=["token", "state"])
    assignment.state, assignment.ended_at, assignment.token = Assignment.State.OPEN, None, slot.token
    assignment.lease_until, assignment.comment = now + SENT_BACK_LEASE, comment
    assignment.save(update_fields=["state", "ended_at", "token", "lease_until", "comment"])
