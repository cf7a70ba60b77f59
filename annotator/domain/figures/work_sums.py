"""The sums of the work on a corpus, if it is large enough to have them; else pages count it."""

from __future__ import annotations

from collections import Counter

from annotator.domain.figures.conditions import k_of
from annotator.domain.figures.dialogue_work import LAYOUT, Work, work_on
from annotator.models import DialogueWork, WorkMark, WorkSums
from common.database.snapshot import snapshot
from corpus.models import Corpus

MOST = 500  # marked dialogues that a page counts itself


def work_sums(corpus: Corpus) -> Work | None:
    """Return the sums of the work on a corpus as they are now, see `dialogue_work`.

    The dialogues that changed since the job brought the sums up to date are counted here.

    Returns:
        None: the corpus has no sums, they are being made, or more than `MOST` dialogues changed. The caller counts.
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
        if len(marked) > MOST:
            return None
        sums = Counter(figures["sums"])
        if marked:
            for counted in DialogueWork.objects.filter(corpus=corpus, dialogue__in=marked):
                sums.subtract(counted.figures)
            for work in work_on(marked, k=k).values():
                sums.update(work)
        return sums
