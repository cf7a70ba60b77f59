"""Rows that adjudication refers to (cases, rulings, second answers), and dialogues of splits of releases.

Releases belong to an app above this one, which registers the function that reads their splits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from django.db.models import Count, Exists, OuterRef, QuerySet

from agreement.label_index.arrays import Keys
from agreement.label_index.index import LabelIndex
from agreement.models import (
    AcceptedConsensus,
    AdjudicationCase,
    CaseHold,
    CaseRank,
    Decision,
    DecisionRevision,
    Outcome,
    Ruling,
)
from agreement.models.adjudication import FINDING, FLAG
from agreement.models.feedback import annotations_of_phase
from annotator.models import Assignment, Slot
from common.errors import Refused
from corpus.models import Annotation, Corpus, Dialogue, Purpose, Revision

AGREEMENTS = ("unanimous", "majority")
HELD_BACK = "held_back_"
ReleaseSplits = Callable[[Corpus, str], Mapping[str, str]]
_RELEASE_SPLITS: list[ReleaseSplits] = []
PURPOSES = {"retest": Purpose.RETEST, "ruling": Purpose.RELABEL}


def case_rows(corpus: Corpus, wanted: Iterable[str]) -> list[QuerySet[Any]]:
    """Return queries of the utterances whose case fits one of some words, see `label_selection.CASES`."""
    return [
        query
        for each in wanted
        for query in (
            _held_back(corpus, each.removeprefix(HELD_BACK)) if each.startswith(HELD_BACK) else [_of_word(corpus, each)]
        )
    ]


def _held_back(corpus: Corpus, agreement: str) -> list[QuerySet[Any]]:
    """Return queries of the cases that a flag or a finding holds back: by their ranks, and those in somebody's hands.

    A case in somebody's hands may have no rank. Ranks and holds have indexes, what is stored of the case has none.
    """
    cases = AdjudicationCase.objects.filter(corpus=corpus).held_back(agreement)
    ranks = CaseRank.objects.filter(corpus=corpus, order__in=[FLAG, FINDING])
    holds = CaseHold.objects.filter(case__corpus=corpus, state=CaseHold.State.OPEN)
    return [cases.filter(pk__in=ranks.values("case")), cases.filter(pk__in=holds.values("case"))]


def _of_word(corpus: Corpus, word: str) -> Any:
    cases, decisions = AdjudicationCase.objects.filter(corpus=corpus), Decision.objects.exclude(number=0)
    own = DecisionRevision.objects.filter(decision=OuterRef("pk"), number=OuterRef("number"), taken_from__isnull=False)
    profiles = decisions.filter(utterance__dialogue__corpus=corpus, outcome=Outcome.PROFILE)
    blind = DecisionRevision.objects.filter(decision=OuterRef("pk"), blind=True, chosen=False)
    found: dict[str, Any] = {
        "taken": profiles.filter(Exists(own)),
        "mixed": profiles.filter(~Exists(own)),
        "audited": cases.audited().filter(agreement__in=AGREEMENTS),
        "double": Decision.objects.filter(
            Exists(blind.filter(second=False)), Exists(blind.filter(second=True)), utterance__dialogue__corpus=corpus
        ),
    }
    if word.startswith("feedback_"):
        return annotations_of_phase(corpus, is_after=word.startswith("feedback_after"), is_same=word.endswith("_same"))
    for agreement in AGREEMENTS:
        of_agreement = cases.filter(agreement=agreement)
        found |= {
            f"accepted_{agreement}": of_agreement.filter(state=AdjudicationCase.State.ACCEPTED),
            f"decided_{agreement}": of_agreement.filter(state=AdjudicationCase.State.DECIDED),
            f"acceptable_{agreement}": cases.acceptable(agreement),
            f"audited_{agreement}": cases.audited().filter(agreement=agreement),
        }
    return found[word]


def accepted_rows(corpus: Corpus) -> QuerySet[AcceptedConsensus]:
    """Return the accepted consensus that holds."""
    return AcceptedConsensus.objects.filter(acceptance__corpus=corpus, ended_at__isnull=True)


def ruling_rows(corpus: Corpus, wanted: Sequence[str]) -> list[QuerySet[Any]]:
    """Return queries of the utterances that two raters at least have answered again because of one of some rulings.

    Raises:
        Refused: `labels.filter.unknown_ruling`.
    """
    found: list[QuerySet[Any]] = []
    for each in wanted:
        number = int(each) if each.isdecimal() and len(each) < 10 else 0
        ruling = Ruling.objects.filter(corpus=corpus, number=number).first()
        if ruling is None:
            raise Refused("labels.filter.unknown_ruling", ruling=each[:60])
        handed_in = Slot.objects.filter(
            batch=ruling.batch_id,
            state=Slot.State.DONE,
            rater=OuterRef("rater"),
            dialogue=OuterRef("utterance__dialogue"),
        )
        answers = Annotation.objects.filter(Exists(handed_in), purpose=Purpose.RELABEL, utterance=OuterRef("utterance"))
        raters = answers.order_by().values("utterance").annotate(n=Count("rater")).filter(n__gt=1)
        found.append(ruling.utterances.filter(Exists(raters)))
    return found


def again_rows(raters: Iterable[int], wanted: Iterable[str]) -> list[QuerySet[Annotation]]:
    """Return queries of the annotations by which some raters answered a second time.

    Args:
        raters: primary keys of the raters whose answers are looked at.
        wanted: of `label_selection.AGAIN`.
    """
    chosen = list(raters)
    return [_answered_again(PURPOSES[each]).filter(rater__in=chosen) for each in wanted]


def _answered_again(purpose: str) -> QuerySet[Annotation]:
    """Return the annotations of second rounds of a purpose that are handed in; what was taken over is none."""
    handed_in = Assignment.objects.filter(
        state=Assignment.State.DONE,
        purpose=purpose,
        rater=OuterRef("rater"),
        dialogue=OuterRef("utterance__dialogue"),
    )
    carried = Revision.objects.filter(annotation=OuterRef("pk"), number=OuterRef("number"), cause="carried")
    return Annotation.objects.filter(Exists(handed_in), ~Exists(carried), purpose=purpose, answers__isnull=False)


def register_release_splits(read: ReleaseSplits) -> None:
    """Register the function that returns dialogue code -> split of a release by its name; empty if there is none."""
    _RELEASE_SPLITS[:] = [read]


def dialogues_of_release(corpus: Corpus, index: LabelIndex, wanted: Iterable[str]) -> Keys:
    """Return the primary keys of the dialogues in splits of releases, each given as `NAME:SPLIT`.

    Releases never change; the dialogues of their splits are kept in memory until dialogues are added or removed.

    Raises:
        Refused: `labels.filter.unknown_release`.
    """
    chosen: list[Keys] = [np.empty(0, dtype=np.int64)]
    for each in wanted:
        name, _, split = each.rpartition(":")
        kept = index.releases.get(name)
        if kept is None or kept[0] != index.structure:
            kept = (list(index.structure), _keys_of_splits(corpus, name))
            if kept[1]:
                index.releases[name] = kept
        if split not in kept[1]:
            raise Refused("labels.filter.unknown_release", release=each[:60])
        chosen.append(kept[1][split])
    return np.concatenate(chosen)


def _keys_of_splits(corpus: Corpus, name: str) -> dict[str, Keys]:
    """Return split -> primary keys of its dialogues, of a release by its name; empty if there is none."""
    splits = _RELEASE_SPLITS[0](corpus, name)
    known = dict(Dialogue.objects.filter(corpus=corpus).values_list("code", "pk")) if splits else {}
    keys: dict[str, list[int]] = {split: [] for split in splits.values()}
    for code, split in splits.items():
        if code in known:
            keys[split].append(known[code])
    return {split: np.array(own, dtype=np.int64) for split, own in keys.items()}
