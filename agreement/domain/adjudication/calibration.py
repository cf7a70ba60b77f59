"""Calibration rounds from decisions: dialogues whose utterances are all settled train or watch other annotators."""

from __future__ import annotations

from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from agreement.models import AdjudicationCase, Decision, DecisionRevision, Outcome
from annotator.domain.calibration.answer_sets import write_answers
from annotator.domain.calibration.settings import use_dialogue
from annotator.models import AnswerSet, CalibrationDialogue
from common.errors import Refused
from common.models import User
from corpus.domain.structure.archiving import require_writable
from corpus.models import Corpus, Dialogue, Utterance
from corpus.rules.codebook import CANNOT_JUDGE

MOST_AT_ONCE = 50  # dialogues


def settled_dialogues(corpus: Corpus) -> QuerySet[Dialogue]:
    """Return the dialogues that a round can take, those with the most decisions first by their order.

    Each utterance has a decision with answers, or else unanimous annotations; one at least has a decision. Dialogues
    that are in use already are left out.
    """
    decided = Decision.objects.filter(utterance=OuterRef("pk"), outcome=Outcome.PROFILE, codebook=corpus.codebook)
    unanimous = AdjudicationCase.objects.filter(
        utterance=OuterRef("pk"),
        agreement=AdjudicationCase.Agreement.UNANIMOUS,
        consensus__isnull=False,
        codebook=corpus.codebook,
    )
    of_dialogue = Utterance.objects.filter(dialogue=OuterRef("pk"))
    return (
        Dialogue.objects.filter(corpus=corpus, state=Dialogue.State.READY)
        .filter(Exists(of_dialogue.filter(Exists(decided))))
        .filter(~Exists(of_dialogue.filter(~Exists(decided) & ~Exists(unanimous))))
        .filter(~Exists(CalibrationDialogue.objects.filter(dialogue=OuterRef("pk"))))
        .order_by("order")
    )


@transaction.atomic
def begin_round(*, corpus: Corpus, use: str, author: User) -> int:
    """Use the settled dialogues for training or as gold; only people who never had them get them.

    Decided answers become the accepted ones, with the reasons of the adjudicators; where annotators agreed without a
    decision, theirs do. "Cannot judge" is never scored.

    Args:
        corpus: the corpus.
        use: `training` or `gold`, see `use_dialogue`.
        author: of the answer sets.

    Returns:
        The number of dialogues.

    Raises:
        Refused: `corpus.archived`; `adjudication.nothing_settled`; the codes of `write_answers` and `use_dialogue`.
    """
    require_writable(corpus)
    dialogues = list(settled_dialogues(corpus)[:MOST_AT_ONCE])
    if not dialogues:
        raise Refused("adjudication.nothing_settled")
    for dialogue in dialogues:
        for utterance in dialogue.utterances.select_related("dialogue__corpus__codebook").order_by("order"):
            answers, reason = _settled(utterance)
            write_answers(
                utterance=utterance,
                acceptable={slug: [value] for slug, value in answers.items() if value != CANNOT_JUDGE},
                reasons={"": reason},
                author=author,
                origin=AnswerSet.Origin.DECIDED,
            )
        use_dialogue(dialogue=dialogue, use=use)
    return len(dialogues)


def _settled(utterance: Utterance) -> tuple[dict[str, Any], str]:
    """Return the decided or unanimous answers of an utterance, and the adjudicator's comment."""
    decision = Decision.objects.filter(Q(outcome=Outcome.PROFILE), utterance=utterance).first()
    if decision is not None:
        revision = DecisionRevision.objects.get(decision=decision, number=decision.number)
        return decision.answers or {}, revision.comment
    case = AdjudicationCase.objects.select_related("codebook").get(utterance=utterance)
    assert case.consensus is not None  # noqa: S101 -- see `settled_dialogues`
    return case.codebook.layout().decode(bytes(case.consensus)), ""
