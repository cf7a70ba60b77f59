"""Dialogues closed to annotators who have seen the answers of others.

A member with several roles may open answers as a manager or adjudicator, and label as an annotator, but never both for
one dialogue in this order: opening the answers closes the dialogue to them. Triggers enforce it in the database.
"""

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from annotator.models import AnswerSet, Assignment, ClosedDialogue
from common.errors import Refused
from corpus.models import Dialogue, Membership, Rater, Revision

CHUNK = 1000  # rows inserted by one statement
AHEAD = timedelta(minutes=1)  # that somebody is taken to go on reading answers


def is_closed(*, rater: int, dialogue: int) -> bool:
    """Return whether a dialogue is closed to a rater, both given by primary key."""
    return ClosedDialogue.objects.filter(rater=rater, dialogue=dialogue).exists()


def blind_dialogues(*, membership: Membership) -> QuerySet[Dialogue]:
    """Return the dialogues of the corpus that a member holds or could still be given: they must stay blind to them.

    These are the dialogues in hand, and the ready ones that are neither closed to them nor finished by them. Members
    without the role of an annotator have none, unless they still hold one from before.
    """
    own = Assignment.objects.filter(dialogue=OuterRef("pk"), rater__membership=membership)
    closed = ClosedDialogue.objects.filter(dialogue=OuterRef("pk"), rater__membership=membership)
    of_corpus = Dialogue.objects.filter(corpus=membership.corpus_id)
    if not membership.is_annotator:
        # by the keys of the few that are held; a condition on each dialogue would look at all of the corpus
        held_now = Assignment.objects.filter(rater__membership=membership, state=Assignment.State.OPEN)
        return of_corpus.filter(pk__in=held_now.values("dialogue"))
    held = Exists(own.filter(state=Assignment.State.OPEN))
    is_done = Exists(own.filter(state=Assignment.State.DONE))
    return of_corpus.filter(Q(held) | Q(~Exists(closed), ~is_done, state=Dialogue.State.READY))


def held_dialogues(*, membership: Membership) -> set[int]:
    """Return the primary keys of the dialogues that a member holds now, for any purpose."""
    own = Assignment.objects.filter(rater__membership=membership, state=Assignment.State.OPEN)
    return set(own.values_list("dialogue_id", flat=True))


def settled_dialogues(*, membership: Membership) -> set[int]:
    """Return the primary keys of the dialogues that a member has finished, or that are closed to them.

    A ready dialogue that is neither among them nor held is one of `blind_dialogues`; these are few, in a large corpus,
    where those that somebody could still be given are many.
    """
    done = Assignment.objects.filter(rater__membership=membership, state=Assignment.State.DONE)
    closed = ClosedDialogue.objects.filter(rater__membership=membership)
    return {*done.values_list("dialogue_id", flat=True), *closed.values_list("dialogue_id", flat=True)}


def close_dialogues(*, membership: Membership, dialogues: QuerySet[Dialogue], now: datetime) -> None:
    """Record that a member sees the answers of others to dialogues, which closes these to them as an annotator.

    If they are no annotator, only a time is stored (see `close_seen_dialogues`). It lies `AHEAD` in the future, so that
    not every page of answers has to wait for a write.

    Args:
        membership: of the person, as it is now.
        dialogues: of the same corpus.
        now: the moment.

    Raises:
        Refused: `annotator.dialogue_held`, they hold one of the dialogues; nothing is closed.
    """
    if not membership.is_annotator and membership.saw_answers_at and membership.saw_answers_at >= now:
        held = Assignment.objects.filter(rater__membership=membership, state=Assignment.State.OPEN)
        if not held.filter(dialogue__in=dialogues.values("pk")).exists():
            return  # they can get no dialogue without a role that closes what they have seen by that time
    _record_seen(membership, dialogues, now)


@transaction.atomic
def _record_seen(membership: Membership, dialogues: QuerySet[Dialogue], now: datetime) -> None:
    rater = Rater.objects.select_for_update(no_key=True).filter(membership=membership).first()  # as a claim does
    if rater:
        own = Assignment.objects.filter(rater=rater, dialogue__in=dialogues.values("pk"))
        own = own.select_for_update(of=("self",), no_key=True).select_related("dialogue").order_by("pk")
        if held := next((each for each in own if each.state == Assignment.State.OPEN), None):
            raise Refused("annotator.dialogue_held", dialogue=held.dialogue.code)
    if not membership.is_annotator:
        Membership.objects.filter(pk=membership.pk).update(saw_answers_at=now + AHEAD)
    elif rater:
        _close(rater, dialogues, now)


@transaction.atomic
def close_seen_dialogues(*, membership: Membership, was_manager: bool, now: datetime) -> None:
    """Close the dialogues whose answers an annotator may have seen before in another role.

    For other members only a time is stored (`Membership.saw_answers_at`): that of the last answers they saw, or up to
    `AHEAD` later. Every
    dialogue that had answers by then is closed. A manager also knows the dialogues for calibration and their accepted
    answers.
    """
    rater = Rater.objects.select_for_update(no_key=True).filter(membership=membership).first()
    if rater is None:
        return
    held = Assignment.objects.filter(rater=rater, dialogue=OuterRef("pk"), state=Assignment.State.OPEN)
    of_corpus = Dialogue.objects.filter(~Exists(held), corpus=membership.corpus_id)
    if was_manager:
        accepted = AnswerSet.objects.filter(utterance__dialogue=OuterRef("pk"))
        _close(rater, of_corpus.filter(Q(calibration__isnull=False) | Exists(accepted)), now)
    if membership.saw_answers_at is None:
        return
    answered = Revision.objects.filter(
        ~Q(annotation__rater=rater),
        annotation__utterance__dialogue=OuterRef("pk"),
        number=1,
        created_at__lte=membership.saw_answers_at,
    )
    _close(rater, of_corpus.filter(Exists(answered)), now)


def _close(rater: Rater, dialogues: QuerySet[Dialogue], now: datetime) -> None:
    known = ClosedDialogue.objects.filter(rater=rater, dialogue=OuterRef("pk"))
    new = list(dialogues.filter(~Exists(known)).values_list("pk", flat=True).order_by("pk"))
    for start in range(0, len(new), CHUNK):
        ClosedDialogue.objects.bulk_create(
            [ClosedDialogue(rater=rater, dialogue_id=pk, closed_at=now) for pk in new[start : start + CHUNK]],
            ignore_conflicts=True,
        )
