"""The sums of the work on a corpus, if it is large enough to have them; else pages count it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection

from django.db.models import Sum

from annotator.domain.figures.conditions import k_of
from annotator.domain.figures.dialogue_work import LAYOUT, Work, work_on
from annotator.models import DialogueWork, WorkMark, WorkSums
from common.database.snapshot import snapshot
from corpus.models import Corpus, Dialogue

MOST = 500  # marked dialogues that a page counts itself
MOST_UTTERANCES = 10_000  # of these


def work_sums(corpus: Corpus) -> Work | None:
    """Return the sums of the work on a corpus as they are now, see `dialogue_work`.

    The dialogues that changed since the job brought the sums up to date are counted here.

    Returns:
        None: the corpus has no sums, they are being made, or too many dialogues changed. The caller counts.
    """
    k = k_of(corpus)
    with snapshot():
        current = WorkSums.objects.filter(corpus=corpus, is_whole=True, k=k, figures__layout=LAYOUT)
        figures = current.values_list("figures", flat=True).first()
        if figures is None:
            return None
        marked = list(
            WorkMark.objects.filter(corpus=corpus.pk).values_list("dialogue", flat=True).distinct()[: MOST + 1]
        )
        if len(marked) > MOST or _utterances(marked) > MOST_UTTERANCES:
            return None
        sums = Counter(figures["sums"])
        if marked:
            for counted in DialogueWork.objects.filter(corpus=corpus, dialogue__in=marked):
                sums.subtract(counted.figures)
            for work in work_on(marked, k=k).values():
                sums.update(work)
        return sums


def _utterances(dialogues: Collection[int]) -> int:
    if not dialogues:
        return 0
    found = Dialogue.with_retired.filter(pk__in=dialogues).aggregate(utterances=Sum("length"))["utterances"]
    return int(found or 0)
