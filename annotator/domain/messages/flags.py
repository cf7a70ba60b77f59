"""Flags on utterances: raised from the labelling page, settled by the manager."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import QuerySet

from annotator.domain.labelling.utterance_edits import edit_utterance
from annotator.domain.messages.inbox import cleaned_text, existing_message, utterance_of
from annotator.models import Assignment, Flag
from common.errors import Refused
from common.models import User
from corpus.domain.structure.utterance_edits import check_span
from corpus.models import Corpus, Utterance

Reason, State = Flag.Reason, Flag.State


@transaction.atomic
def raise_flag(
    *,
    assignment: Assignment,
    public_id: UUID,
    utterance: UUID,
    reason: str,
    now: datetime,
    comment: str = "",
    start_ms: int | None = None,
    end_ms: int | None = None,
) -> Flag:
    """Store a flag of an annotator; the same id a second time changes nothing.

    A flag is also accepted under a superseded assignment, since it is not an answer.

    Args:
        assignment: under which the utterance was shown.
        public_id: made by the page.
        utterance: public id, of the assignment's dialogue.
        reason: one of `Flag.Reason`.
        now: the moment.
        comment: may be empty.
        start_ms, end_ms: proposed times in milliseconds of the episode, for a bad cut; both or none.

    Raises:
        Refused: `annotator.id_taken`, `annotator.unknown_utterance`, `annotator.too_long`, `flag.unknown_reason`,
            `flag.no_proposal_wanted` (times without a bad cut, or only one of the two),
            `utterance.span`, `utterance.past_end`.
    """
    if before := existing_message(Flag, public_id=public_id, assignment=assignment):
        return before
    flagged = utterance_of(assignment, utterance)
    if reason not in Reason.values:
        raise Refused("flag.unknown_reason")
    if start_ms is not None and end_ms is not None and reason == Reason.BAD_CUT:
        check_span(assignment.dialogue.episode, start_ms, end_ms)
    elif start_ms is not None or end_ms is not None:
        raise Refused("flag.no_proposal_wanted")
    flag, _ = Flag.objects.get_or_create(
        public_id=public_id,
        defaults={
            "corpus_id": assignment.dialogue.corpus_id,
            "assignment": assignment,
            "utterance": flagged,
            "reason": reason,
            "comment": cleaned_text(comment),
            "start_ms": start_ms,
            "end_ms": end_ms,
            "created_at": now,
        },
    )
    return flag


@transaction.atomic
def withdraw_flag(*, assignment: Assignment, public_id: UUID, now: datetime) -> None:
    """Withdraw an open flag of this assignment; a second time changes nothing.

    Raises:
        Refused: `flag.unknown`, `flag.settled`.
    """
    flag = Flag.objects.select_for_update().filter(public_id=public_id, assignment=assignment).first()
    if flag is None:
        raise Refused("flag.unknown")
    if flag.state == State.WITHDRAWN:
        return
    if flag.state != State.OPEN:
        raise Refused("flag.settled")
    flag.state, flag.settled_at, flag.seen_at = State.WITHDRAWN, now, now
    flag.save(update_fields=["state", "settled_at", "seen_at"])


@transaction.atomic
def accept_flag(
    *,
    flag: Flag,
    settled_by: User,
    now: datetime,
    text: str,
    speaker: str,
    start_ms: int | None,
    end_ms: int | None,
    reply: str = "",
) -> int:
    """Accept a flag and edit its utterance.

    Args:
        flag: an open one.
        settled_by: the manager.
        now: the moment.
        text, speaker, start_ms, end_ms: the edited utterance; equal values change nothing.
        reply: for the annotator who raised it; may be empty.

    Returns:
        Number of annotations that the edit affected.

    Raises:
        Refused: `flag.settled`, `annotator.too_long`, and the codes of `edit_utterance`.
    """
    flag = _open(flag)
    affected = edit_utterance(
        utterance=flag.utterance,
        text=text,
        speaker=speaker,
        start_ms=start_ms,
        end_ms=end_ms,
        edited_by=settled_by,
        now=now,
    )
    _settle(flag, State.ACCEPTED, settled_by, reply, now)
    return affected


@transaction.atomic
def settle_as_accepted(*, public_id: UUID, utterance: UUID, settled_by: User, now: datetime) -> None:
    """Settle an open flag of an utterance that the timeline editor has changed as its annotator proposed.

    Raises:
        Refused: `flag.unknown`, `flag.settled`.
    """
    flag = Flag.objects.filter(public_id=public_id, utterance__public_id=utterance).first()
    if flag is None:
        raise Refused("flag.unknown")
    _settle(_open(flag), State.ACCEPTED, settled_by, "", now)


@transaction.atomic
def reopen_accepted(*, public_id: UUID) -> None:
    """Open an accepted flag again, because the change of its utterance was undone."""
    flag = Flag.objects.select_for_update(of=("self",)).filter(public_id=public_id, state=State.ACCEPTED).first()
    if flag is not None:
        flag.state, flag.settled_by, flag.settled_at, flag.seen_at = State.OPEN, None, None, None
        flag.save(update_fields=["state", "settled_by", "settled_at", "seen_at"])


@transaction.atomic
def decline_flag(*, flag: Flag, settled_by: User, reply: str, now: datetime) -> None:
    """Decline a flag with a reply to its annotator; the utterance stays as it is.

    Raises:
        Refused: `flag.settled`, `annotator.too_long`.
    """
    _settle(_open(flag), State.DECLINED, settled_by, reply, now)


def flags_of(*, corpus: Corpus, state: str = "", reason: str = "") -> QuerySet[Flag]:
    """Return the flags of a corpus, open ones oldest first, otherwise newest first.

    Args:
        corpus: the corpus.
        state, reason: only these; empty or unknown: all. Withdrawn flags are only included on request.
    """
    flags = Flag.objects.filter(corpus=corpus).select_related(
        "utterance__speaker",
        "utterance__dialogue__episode__playable",
        "utterance__dialogue__series",
        "assignment__rater__membership__user",
        "settled_by",
    )
    flags = flags.filter(state=state) if state in State.values else flags.exclude(state=State.WITHDRAWN)
    if reason in Reason.values:
        flags = flags.filter(reason=reason)
    return flags.order_by("created_at", "pk") if state == State.OPEN else flags.order_by("-created_at", "-pk")


def _open(flag: Flag) -> Flag:
    flag = Flag.objects.select_for_update(of=("self",)).select_related("utterance").get(pk=flag.pk)
    if flag.state != State.OPEN:
        raise Refused("flag.settled")
    return flag


def _settle(flag: Flag, state: Flag.State, settled_by: User, reply: str, now: datetime) -> None:
    flag.state, flag.reply, flag.settled_by, flag.settled_at = state, cleaned_text(reply), settled_by, now
    flag.save(update_fields=["state", "reply", "settled_by", "settled_at"])


def neighbours(flags: list[Flag]) -> dict[int, list[Utterance]]:
    """Return the utterance of each flag with its neighbours, by primary key of the flag."""
    dialogues = {flag.utterance.dialogue_id for flag in flags}
    rows = Utterance.objects.filter(dialogue__in=dialogues).select_related("speaker").order_by("order")
    by_place = {(row.dialogue_id, row.order): row for row in rows}
    context = {}
    for flag in flags:
        at = flag.utterance
        near = [by_place.get((at.dialogue_id, at.order + step)) for step in (-1, 0, 1)]
        context[flag.pk] = [row for row in near if row is not None]
    return context
