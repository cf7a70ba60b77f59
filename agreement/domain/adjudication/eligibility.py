"""The utterances that a member may adjudicate: never their own, and none of a dialogue that they could still label."""

from __future__ import annotations

from collections.abc import Iterable

from django.db.models import Exists, OuterRef, Q, QuerySet

from agreement.models import CaseHold
from annotator.domain.allocation.closed_dialogues import blind_dialogues
from annotator.models import Assignment, ClosedDialogue
from common.errors import Refused
from common.models import User
from corpus.models import Annotation, Dialogue, Membership, Rater, Utterance


def eligible_cases(membership: Membership) -> Q:
    """Return the condition of the cases (`case__` of a rank) that a member may adjudicate.

    It agrees with `refuse_own`. Most adjudicators are no raters, and have no condition.
    """
    rater = Rater.objects.filter(membership=membership).first()
    if rater is None:
        return Q()
    labelled = Annotation.objects.filter(utterance=OuterRef("case__utterance"), rater=rater)
    assigned = Assignment.objects.filter(dialogue=OuterRef("case__utterance__dialogue"), rater=rater)
    allowed = Q(~Exists(labelled), ~Exists(assigned))
    if not membership.is_annotator:
        return allowed
    closed = ClosedDialogue.objects.filter(dialogue=OuterRef("case__utterance__dialogue"), rater=rater)
    return allowed & Q(Exists(closed))


def blind_holds() -> QuerySet[CaseHold]:
    """Return the cases in hand that are decided before the answers are shown."""
    return CaseHold.objects.filter(blind=True, revealed_at__isnull=True).exclude(state=CaseHold.State.RELEASED)


def dialogues_to_decide_blind(membership: Membership) -> set[int]:
    """Return the dialogues (primary keys) of cases that a member has in hand and decides before the answers are shown.

    Until then they see neither the answers nor what others decided, on any page.
    """
    return set(blind_holds().filter(membership=membership).values_list("case__utterance__dialogue", flat=True))


def refuse_while_blind(*, membership: Membership, dialogue: int) -> None:
    """Refuse to show a member what others decided in a dialogue whose case they decide without it.

    Raises:
        Refused: `adjudication.still_blind`.
    """
    if dialogue in dialogues_to_decide_blind(membership):
        raise Refused("adjudication.still_blind")


def refuse_own(*, membership: Membership, utterance: Utterance) -> None:
    """Refuse to let a member adjudicate an utterance that is not theirs to decide.

    Raises:
        Refused: `adjudication.labelled`, they labelled it or worked on its dialogue; `adjudication.could_label`, they
            could still be given its dialogue.
    """
    of_member = {"rater__membership": membership}
    if (
        Annotation.objects.filter(utterance=utterance, **of_member).exists()
        or Assignment.objects.filter(dialogue=utterance.dialogue_id, **of_member).exists()
    ):
        raise Refused("adjudication.labelled")
    if blind_dialogues(membership=membership).filter(pk=utterance.dialogue_id).exists():
        raise Refused("adjudication.could_label")


def refuse_group(*, group: Iterable[User], utterance: Utterance) -> None:
    """Refuse a group in which somebody may not decide the utterance.

    Raises:
        Refused: `adjudication.not_in_group`, somebody is neither adjudicator nor manager of the corpus; the codes of
            `refuse_own`.
    """
    for person in group:
        membership = Membership.objects.filter(
            Q(is_adjudicator=True) | Q(is_manager=True),
            corpus=Dialogue.objects.get(pk=utterance.dialogue_id).corpus_id,
            user=person,
            is_active=True,
        ).first()
        if membership is None:
            raise Refused("adjudication.not_in_group", person=person.get_full_name() or person.username)
        refuse_own(membership=membership, utterance=utterance)
