"""Edits in the timeline editor, with the answers they withdraw and the finished work they reopen."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Mapping
from datetime import datetime

from django.db import transaction
from django.db.models import Max

from annotator.domain.allocation.assignments import give_up, unlabelled
from annotator.domain.allocation.leases import REOPENED_LEASE, reopen
from annotator.domain.allocation.locks import lock_work
from annotator.domain.labelling.utterance_edits import Reopening, finish_again, reopen_withdrawn
from annotator.domain.messages.flags import reopen_accepted, settle_as_accepted
from annotator.domain.moves.following import restore_withdrawn
from annotator.models import Assignment, ClosedDialogue
from common.errors import Refused
from common.models import User
from corpus.domain.structure.archiving import require_writable
from corpus.domain.timeline.checks import check_versions
from corpus.domain.timeline.undo import take_back
from corpus.domain.timeline.workspace import Changes, Workspace
from corpus.models import Annotation, Dialogue, Episode, Purpose, TimelineEdit

ASKED_AGAIN = (Purpose.MAIN, Purpose.PILOT, Purpose.RELABEL, Purpose.RETEST, Purpose.GOLD)

ARRANGING = (TimelineEdit.Action.DIVIDE, TimelineEdit.Action.EXCLUDE)  # they may create a dialogue


class NeedsConfirmation(Refused):
    """An edit that would withdraw more answers, or reopen more finished dialogues, than were confirmed.

    Attributes:
        answers: number of answers that it would withdraw.
        reopened: number of finished dialogues that it would open again.
        raters: primary keys of the annotators concerned.
        dialogues: codes of the dialogues concerned.
    """

    def __init__(self, *, answers: int, reopened: int, raters: Iterable[int], dialogues: Iterable[str]) -> None:
        super().__init__("timeline.confirm")
        self.answers, self.reopened = answers, reopened
        self.raters, self.dialogues = sorted(set(raters)), sorted(set(dialogues))

    @property
    def total(self) -> int:
        """The number to confirm."""
        return self.answers + self.reopened


@transaction.atomic
def make_edit(
    *,
    episode: Episode,
    operation: uuid.UUID,
    session: uuid.UUID,
    action: str,
    change: Callable[[Workspace], None],
    versions: Mapping[uuid.UUID, int],
    confirmed: int,
    edited_by: User,
    now: datetime,
    flag: uuid.UUID | None = None,
) -> TimelineEdit:
    """Make an edit and store it in the log; the same operation a second time changes nothing.

    Args:
        episode: one that is ready.
        operation: id that the page gave the edit.
        session: id of the page.
        action: a `TimelineEdit.Action`.
        change: makes the edit in the locked episode; one of `corpus.domain.timeline`.
        versions: of the utterances and dialogues, as the page shows them.
        confirmed: number of answers and finished dialogues that the manager has agreed to withdraw and reopen.
        edited_by: the manager.
        now: the moment.
        flag: public id of the flag whose proposal the edit accepts.

    Raises:
        NeedsConfirmation: the edit would withdraw or reopen more than `confirmed`.
        Conflict: someone changed one of the utterances or dialogues since.
        Refused: `corpus.archived`, and the codes of `change`.
    """
    if done := _begin(episode, operation):
        return done
    work = Workspace(episode, edited_by=edited_by, now=now, arranges=action in ARRANGING)
    check_versions(work, versions)
    change(work)
    changes = work.save()
    if flag is not None:
        settle_as_accepted(public_id=flag, utterance=_only_line(changes), settled_by=edited_by, now=now)
    reopening = _ask_again(changes, confirmed=confirmed, now=now)
    return _record(work, changes, reopening, operation=operation, session=session, action=action, flag=flag)


@transaction.atomic
def undo_edit(
    *,
    episode: Episode,
    edit: uuid.UUID,
    operation: uuid.UUID,
    session: uuid.UUID,
    confirmed: int,
    edited_by: User,
    now: datetime,
) -> TimelineEdit:
    """Undo an edit; undoing an undo is a redo.

    The answers that the edit withdrew count again where nobody has touched the utterance or answered since, and the
    dialogues that it reopened are finished again if all their answers are back.

    Args:
        edit: operation id of the edit.
        episode, operation, session, confirmed, edited_by, now: as of `make_edit`.

    Raises:
        NeedsConfirmation, Conflict: as `make_edit`.
        Refused: `timeline.unknown_edit`, and as `take_back`.
    """
    if done := _begin(episode, operation):
        return done
    found = TimelineEdit.objects.filter(episode=episode, operation=edit).first()
    if found is None:
        raise Refused("timeline.unknown_edit")
    work = Workspace(episode, edited_by=edited_by, now=now)
    withdrawn = take_back(work, found)
    untouched = {
        each["id"]
        for each in found.lines
        if work.before(work.lines[uuid.UUID(each["id"])])["version"] == each["after"]["version"]
    }
    changes = work.save()
    if found.flag is not None:
        reopen_accepted(public_id=found.flag)
    restore_withdrawn(_answers_to(untouched, withdrawn), author=edited_by, now=now)
    reopening = _ask_again(changes, confirmed=confirmed, now=now)
    finish_again(reopened=found.reopened, given_up=found.given_up, now=now)
    return _record(
        work,
        changes,
        reopening,
        operation=operation,
        session=session,
        action=TimelineEdit.Action.UNDO,
        undoes=found,
    )


def _begin(episode: Episode, operation: uuid.UUID) -> TimelineEdit | None:
    """Lock the episode, its slots and assignments; return the edit if the operation was applied before."""
    locked = Episode.objects.select_for_update(no_key=True, of=("self",)).select_related("series__corpus")
    row = locked.get(pk=episode.pk)
    require_writable(row.series.corpus)
    if done := TimelineEdit.objects.filter(operation=operation).first():
        if done.episode_id != episode.pk:
            raise Refused("timeline.id_taken")
        return done
    if row.state != Episode.State.READY:
        raise Refused("timeline.not_ready")
    lock_work(Dialogue.objects.filter(episode=episode).exclude(state=Dialogue.State.DRAFT).values_list("pk", flat=True))
    return None


def _only_line(changes: Changes) -> uuid.UUID:
    if len(changes.lines) != 1:
        raise Refused("flag.unknown")
    return uuid.UUID(changes.lines[0]["id"])


def _ask_again(changes: Changes, *, confirmed: int, now: datetime) -> Reopening:
    """Reopen finished work that lost answers or got an utterance, if that many consequences were confirmed."""
    places = {(each.utterance.dialogue_id, each.rater_id) for each in changes.withdrawn}
    grown = [each.pk for each in changes.grown]
    done = Assignment.objects.filter(dialogue__in=grown, state=Assignment.State.DONE, purpose__in=ASKED_AGAIN)
    finished = [each for each in done if (each.dialogue_id, each.rater_id) not in places and unlabelled(each).exists()]
    total = len(changes.withdrawn) + len(finished)
    if total > confirmed:
        keys = {each.utterance.dialogue_id for each in changes.withdrawn} | {each.dialogue_id for each in finished}
        raters = {each.rater_id for each in changes.withdrawn} | {each.rater_id for each in finished}
        raise NeedsConfirmation(
            answers=len(changes.withdrawn),
            reopened=len(finished),
            raters=raters,
            dialogues=Dialogue.objects.filter(pk__in=keys).values_list("code", flat=True),
        )
    result = _reopen(changes.withdrawn, changes, now=now)
    for assignment in finished:
        if ClosedDialogue.objects.filter(dialogue=assignment.dialogue_id, rater=assignment.rater_id).exists():
            give_up(assignment, now=now)
            result.given_up.append(assignment)
        else:
            reopen(assignment, until=now + REOPENED_LEASE)
            result.reopened.append(assignment)
    return result


def _reopen(withdrawn: Iterable[Annotation], changes: Changes, *, now: datetime) -> Reopening:
    """Reopen the assignments of withdrawn answers, of retired utterances in the dialogue they were in.

    An assignment whose only withdrawn answers were to retired utterances stays finished: nothing is left to answer.
    """
    was_in = {each["id"]: each["before"]["dialogue"] for each in changes.lines}
    left = [
        each
        for each in withdrawn
        if each.utterance.dialogue.state != Dialogue.State.RETIRED or was_in[str(each.utterance.public_id)] is None
    ]
    return reopen_withdrawn(left, now=now)


def _answers_to(lines: set[str], withdrawn: list[tuple[int, int]]) -> list[tuple[int, int]]:
    """Return the withdrawn answers to these utterances."""
    owners = dict(
        Annotation.objects.filter(pk__in=[key for key, _number in withdrawn]).values_list("pk", "utterance__public_id")
    )
    return [(key, number) for key, number in withdrawn if str(owners.get(key)) in lines]


def _record(
    work: Workspace,
    changes: Changes,
    reopening: Reopening,
    *,
    operation: uuid.UUID,
    session: uuid.UUID,
    action: str,
    undoes: TimelineEdit | None = None,
    flag: uuid.UUID | None = None,
) -> TimelineEdit:
    last = TimelineEdit.objects.filter(episode=work.episode).aggregate(last=Max("number"))["last"] or 0
    return TimelineEdit.objects.create(
        episode=work.episode,
        number=last + 1,
        operation=operation,
        session=session,
        action=action,
        lines=changes.lines,
        dialogues=changes.dialogues,
        speakers=changes.speakers,
        cues=changes.cues,
        withdrawn=[[each.pk, each.number] for each in changes.withdrawn],
        reopened=[str(each.public_id) for each in reopening.reopened],
        given_up=[str(each.public_id) for each in reopening.given_up],
        flag=flag,
        undoes=undoes,
        made_by=work.edited_by,
        made_at=work.now,
    )
