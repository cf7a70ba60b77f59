"""Whole dialogues given back by annotators, and what the manager makes of them."""

from datetime import datetime
from typing import Literal
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from annotator.domain.allocation.assignments import release
from annotator.domain.allocation.leases import SENT_BACK_LEASE, is_superseded
from annotator.domain.allocation.locks import lock_with_slot
from annotator.domain.messages.inbox import checked_text, sent_before
from annotator.models import Assignment, Return, Slot
from common.errors import Refused
from common.models import User
from corpus.domain.structure.ready_dialogues import back_to_draft, exclude_dialogue, include_dialogue
from corpus.models import Corpus, Dialogue

Act = Literal["give_out", "give_back", "exclude", "back_to_draft"]
State = Return.State
OUTCOMES: dict[Act, Return.State] = {
    "give_out": State.GIVEN_OUT,
    "give_back": State.GIVEN_OUT,
    "exclude": State.EXCLUDED,
    "back_to_draft": State.DRAFT,
}


@transaction.atomic
def return_dialogue(
    *, assignment: Assignment, public_id: UUID, token: int, reason: str, now: datetime, comment: str = ""
) -> Return:
    """Take a dialogue from an annotator who gives it back whole; the same id a second time changes nothing.

    Its place is free for another person, or the dialogue waits for the manager, as the codebook's policy says. What was
    labelled is kept and does not count. The reason is kept where the dialogue has gone to someone else meanwhile, too.

    Args:
        assignment: under which it is given back.
        public_id: made by the page.
        token: of the assignment.
        reason: one of `Return.Reason`.
        now: the moment.
        comment: may be empty.

    Raises:
        Refused: `annotator.id_taken`, `annotator.too_long`, `return.unknown_reason`, `return.handed_in`.
    """
    if before := sent_before(Return, public_id=public_id, assignment=assignment):
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
            "comment": checked_text(comment),
            "created_at": now,
        },
    )
    if is_new and not is_superseded(assignment, token):
        release(assignment=assignment, now=now)
        if assignment.codebook.rules().policy.returned == "manager":
            exclude_dialogue(dialogue=assignment.dialogue)
    return returned


@transaction.atomic
def settle_return(*, returned: Return, act: Act, settled_by: User, now: datetime, reply: str = "") -> None:
    """Decide about a returned dialogue, for everybody who has returned it.

    Args:
        returned: one that is open; or one whose dialogue was put aside, to give it out after all.
        act: `give_out` to whoever comes next, `give_back` to who returned it, `exclude`, `back_to_draft`.
        settled_by: the manager.
        now: the moment.
        reply: who gets it back reads it beside the dialogue; may be empty.

    Raises:
        Refused: `return.settled`, `return.place_taken`, `annotator.too_long`, `dialogue.draft`, `dialogue.gone`,
            `dialogue.labelled`.
    """
    dialogue = Assignment.objects.select_related("dialogue").get(pk=returned.assignment_id).dialogue
    # slots before the dialogue, as everywhere
    list(Slot.objects.select_for_update(no_key=True).filter(dialogue=dialogue).order_by("pk"))
    returned = Return.objects.select_for_update(of=("self",)).select_related("assignment").get(pk=returned.pk)
    wakes = returned.state == State.EXCLUDED and act in ("give_out", "give_back")
    if returned.state != State.OPEN and not wakes:
        raise Refused("return.settled")
    reply = checked_text(reply)
    if act == "exclude":
        exclude_dialogue(dialogue=dialogue)
    elif act == "back_to_draft":
        _take_from_all(dialogue, now)
        back_to_draft(dialogue=dialogue)
    else:
        include_dialogue(dialogue=dialogue)
        if act == "give_back":
            _give_back(returned.assignment, reply, now)
    waiting = Return.objects.filter(assignment__dialogue=dialogue, state=State.OPEN)
    (waiting | Return.objects.filter(pk=returned.pk)).update(
        state=OUTCOMES[act], reply=reply, settled_by=settled_by, settled_at=now
    )


def returns_of(*, corpus: Corpus, state: str = "") -> QuerySet[Return]:
    """Return the returned dialogues of a corpus; the longest waiting first where they are open, else newest first."""
    found = Return.objects.filter(corpus=corpus).select_related(
        "assignment__dialogue__series",
        "assignment__dialogue__episode__playable",
        "assignment__rater__membership__user",
        "settled_by",
    )
    if state in State.values:
        found = found.filter(state=state)
    return found.order_by("created_at", "pk") if state == State.OPEN else found.order_by("-created_at", "-pk")


def _take_from_all(dialogue: Dialogue, now: datetime) -> None:
    """Release everybody who holds a dialogue that is to become a draft; the caller holds its slots."""
    for assignment in Assignment.objects.filter(dialogue=dialogue, state=Assignment.State.OPEN):
        release(assignment=assignment, now=now)


def _give_back(assignment: Assignment, comment: str, now: datetime) -> None:
    """Let the person who returned a dialogue hold their place again; the caller holds the slot."""
    slot = Slot.objects.get(pk=assignment.slot_id)
    if slot.state != Slot.State.FREE or assignment.state != Assignment.State.RELEASED:
        raise Refused("return.place_taken")
    slot.token, slot.state = slot.token + 1, Slot.State.HELD
    slot.save(update_fields=["token", "state"])
    assignment.state, assignment.ended_at, assignment.token = Assignment.State.OPEN, None, slot.token
    assignment.lease_until, assignment.comment = now + SENT_BACK_LEASE, comment
    assignment.save(update_fields=["state", "ended_at", "token", "lease_until", "comment"])
