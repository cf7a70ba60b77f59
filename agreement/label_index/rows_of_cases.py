"""Rows that adjudication refers to (cases, rulings, second answers), and dialogues of splits of releases.

Releases belong to an app above this one, which registers the function that reads their splits.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any

import numpy as np
from django.db.models import Count, Exists, OuterRef, QuerySet

from agreement.label_index.arrays import Arrays, Keys
from agreement.label_index.block import Mask
from agreement.label_index.index import LabelIndex
from agreement.models import AcceptedConsensus, AdjudicationCase, Decision, DecisionRevision, Outcome, Ruling
from agreement.models.feedback import annotations_of_phase
from annotator.models import Assignment, Slot
from common.errors import Refused
from corpus.models import Annotation, Corpus, Dialogue, Purpose, Revision

AGREEMENTS = ("unanimous", "majority")
ReleaseSplits = Callable[[Corpus, str], Mapping[str, str]]
_RELEASE_SPLITS: list[ReleaseSplits] = []
PURPOSES = {"retest": Purpose.RETEST, "ruling": Purpose.RELABEL}


def case_mask(corpus: Corpus, arrays: Arrays, wanted: Iterable[str]) -> Mask:
    """Return (N,) the utterances whose case fits one of some words, see `label_selection.CASES`."""
    mask = np.zeros(len(arrays), dtype=bool)
    for each in wanted:
        keys = _of_word(corpus, each).values_list("utterance", flat=True)
        mask[arrays.rows_of(np.fromiter(keys.iterator(10_000), dtype=np.int64))] = True
    return mask


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
            f"held_back_{agreement}": cases.held_back(agreement),
            f"audited_{agreement}": cases.audited().filter(agreement=agreement),
        }
    return found[word]


def accepted_mask(corpus: Corpus, arrays: Arrays) -> Mask:
    """Return (N,) the utterances whose accepted consensus holds."""
    rows = AcceptedConsensus.objects.filter(acceptance__corpus=corpus, ended_at__isnull=True)
    mask = np.zeros(len(arrays), dtype=bool)
    keys = rows.values_list("utterance", flat=True).iterator(10_000)
    mask[arrays.rows_of(np.fromiter(keys, dtype=np.int64))] = True
    return mask


def ruling_mask(corpus: Corpus, arrays: Arrays, wanted: Sequence[str]) -> Mask:
    """Return (N,) the utterances that two raters at least have answered again because of one of some rulings.

    Raises:
        Refused: `labels.filter.unknown_ruling`.
    """
    mask = np.zeros(len(arrays), dtype=bool)
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
        rows = Annotation.objects.filter(
            Exists(handed_in), purpose=Purpose.RELABEL, utterance__in=ruling.utterances.values("utterance")
        )
        counted = rows.values("utterance").annotate(n=Count("rater")).filter(n__gt=1).order_by()
        keys = counted.values_list("utterance", flat=True)
        mask[arrays.rows_of(np.fromiter(keys, dtype=np.int64))] = True
    return mask


def again_mask(index: LabelIndex, raters: Mask, wanted: Iterable[str]) -> Mask:
    """Return (N,) the utterances that some raters have answered a second time.

    Args:
        index: of the corpus.
        raters: (R + 1,) whether the answers of a rater are looked at.
        wanted: of `label_selection.AGAIN`.
    """
    chosen = [key for key, number in index.raters.items() if raters[number]]
    mask = np.zeros(len(index.arrays), dtype=bool)
    for each in wanted:
        rows = _answered_again(PURPOSES[each]).filter(rater__in=chosen)
        keys = set(rows.values_list("utterance", flat=True))
        mask[index.arrays.rows_of(np.fromiter(keys, dtype=np.int64))] = True
    return mask


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


def dialogues_of_release(corpus: Corpus, wanted: Iterable[str]) -> Keys:
    """Return the primary keys of the dialogues in splits of releases, each given as `NAME:SPLIT`.

    Raises:
        Refused: `labels.filter.unknown_release`.
    """
    codes: set[str] = set()
    for each in wanted:
        name, _, split = each.rpartition(":")
        splits = _RELEASE_SPLITS[0](corpus, name)
        if split not in splits.values():
            raise Refused("labels.filter.unknown_release", release=each[:60])
        codes |= {code for code, own in splits.items() if own == split}
    known = Dialogue.objects.filter(corpus=corpus).values_list("code", "pk")
    return np.array([key for code, key in known if code in codes], dtype=np.int64)
