"""A case as its adjudicator sees it: the dialogue, the codebook, and the answers once they may be shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from agreement.domain.adjudication.columns import (
    AnswerColumn,
    answer_columns,
    differing_questions,
    judged_annotations,
)
from agreement.domain.adjudication.decisions import standing
from agreement.domain.adjudication.settings import settings_of
from agreement.models import AdjudicationSettings, CaseHold, CaseRank, Decision, DecisionRevision
from annotator.domain.labelling.open_assignment import DIALOGUE, UTTERANCES
from corpus.domain.annotations.carried_answers import path
from corpus.models import CodebookVersion, Dialogue, Utterance

MOST_COUNTED = 1000  # waiting cases; counting all of them would take longer than the claim


@dataclass(frozen=True, slots=True)
class OpenedCase:
    """A hold with everything that the page needs.

    Attributes:
        hold: of the adjudicator.
        dialogue: with series and episode.
        utterances: of the dialogue, with their speakers.
        codebook: its document, without the expectations, which would influence the adjudicator.
        is_hidden: whether the answers are hidden until the adjudicator has decided.
        columns: the answers; none while they are hidden.
        differing: slugs of the questions that were answered differently; none while they are hidden.
        decision: the revision in effect that the adjudicator may see.
        needs_review: whether an annotation was added or changed after it.
        letters: primary key of a rater -> letter of their column.
        mine: revisions made under this hold, the oldest first.
        settings: of the corpus.
        waiting: number of cases that wait in the same order, at most `MOST_COUNTED`.
    """

    hold: CaseHold
    dialogue: Dialogue
    utterances: list[Utterance]
    codebook: dict[str, Any]
    is_hidden: bool
    columns: list[AnswerColumn]
    differing: list[str]
    decision: DecisionRevision | None
    needs_review: bool
    letters: dict[int, str]
    mine: list[DecisionRevision]
    settings: AdjudicationSettings
    waiting: int

    @property
    def is_final(self) -> bool:
        """Whether it was decided by a second adjudicator, who sees the answers now and can change nothing any more."""
        return self.hold.place == 2 and self.hold.blind and self.hold.revealed_at is not None


def open_case(*, hold: CaseHold) -> OpenedCase:
    """Return the case of a hold with everything that the page needs, in a fixed number of queries.

    A case in hand goes on under the codebook version in use if answers were moved to it.
    """
    hold = CaseHold.objects.select_related("case__utterance", "case__corpus", "membership__user", "codebook").get(
        pk=hold.pk
    )
    _follow_codebook(hold)
    utterance = hold.case.utterance
    dialogue = DIALOGUE.first(pk=utterance.dialogue_id)
    if dialogue is None:
        raise CaseHold.DoesNotExist
    is_hidden, settings = hold.blind and hold.revealed_at is None, settings_of(hold.case.corpus)
    columns = [] if is_hidden else shown_columns(hold, settings)
    decision = Decision.objects.filter(utterance=utterance).first()
    stack = standing(decision, second=hold.place == 2) if decision else []
    mine = DecisionRevision.objects.filter(hold=hold.public_id).select_related("taken_from").order_by("number")
    in_effect = stack[-1] if stack else None
    if is_hidden and in_effect and in_effect.hold != hold.public_id:
        in_effect = None  # somebody else's decision tells as much as the answers
    document = {name: part for name, part in hold.codebook.cached_document().items() if name != "expectations"}
    waiting = CaseRank.objects.filter(corpus=hold.case.corpus_id, order=hold.order or "disagreement")
    return OpenedCase(
        hold=hold,
        dialogue=dialogue,
        utterances=UTTERANCES.all(dialogue=dialogue.pk),
        codebook=document,
        is_hidden=is_hidden,
        columns=columns,
        differing=differing_questions([each.answers for each in columns]),
        decision=in_effect,
        needs_review=bool(decision and decision.needs_review and not is_hidden),
        letters={each.rater.pk: each.letter for each in columns},
        mine=list(mine),
        settings=settings,
        waiting=waiting[:MOST_COUNTED].count(),
    )


def _follow_codebook(hold: CaseHold) -> None:
    corpus = hold.case.corpus
    if hold.state == CaseHold.State.RELEASED or corpus.codebook_id in {None, hold.codebook_id} or corpus.archived_at:
        return
    if corpus.codebook and path(corpus=corpus.pk, source=hold.codebook_id, target=corpus.codebook.pk):
        hold.codebook = corpus.codebook
        hold.save(update_fields=["codebook"])


def shown_columns(hold: CaseHold, settings: AdjudicationSettings) -> list[AnswerColumn]:
    """Return the columns of a case; the caller has checked that they may be shown."""
    codebook: CodebookVersion = hold.codebook
    return answer_columns(
        judged_annotations(hold.case.utterance),
        codebook=codebook,
        membership=hold.membership,
        utterance=hold.case.utterance,
        settings=settings,
    )
