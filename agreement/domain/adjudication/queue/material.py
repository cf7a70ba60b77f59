"""The annotations that the queue is computed from."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from django.db.models import Exists, OuterRef, Q, QuerySet

from agreement.judgements.reader import JudgementReader
from agreement.judgements.selection import countable
from annotator.models import Slot
from corpus.models import Annotation, CodebookVersion, Corpus, Dialogue, Purpose, Rater


def complete_dialogues(corpus: Corpus, codebook: CodebookVersion) -> QuerySet[Dialogue]:
    """Return the ready dialogues in which no annotator is at work and none is still to come.

    Slots of closed batches, and of the automatic batch above the k of the codebook, are not waited for.
    """
    k = codebook.rules().policy.k
    awaited = Slot.objects.filter(
        Q(batch__is_automatic=False) | Q(number__lte=k),
        dialogue=OuterRef("pk"),
        purpose=Purpose.MAIN,
        batch__closed_at__isnull=True,
    ).exclude(state=Slot.State.DONE)
    return Dialogue.objects.filter(~Exists(awaited), corpus=corpus, state=Dialogue.State.READY)


def judging_raters(corpus: Corpus) -> list[Rater]:
    """Return the raters whose answers are adjudicated: the members with annotations, else the sources. Never models."""
    for kind in (Rater.Kind.MEMBER, Rater.Kind.SOURCE):
        own = Annotation.objects.filter(rater=OuterRef("pk"), purpose=Purpose.MAIN)
        if found := list(corpus.raters.filter(Exists(own), kind=kind).order_by("slug")):
            return found
    return []


class QueueMaterial:
    """Reads the annotations of complete dialogues as codes of one codebook version.

    Args:
        corpus: the corpus.
        codebook: the version in use.
    """

    def __init__(self, corpus: Corpus, codebook: CodebookVersion) -> None:
        raters = judging_raters(corpus)
        self._corpus, self._codebook = corpus, codebook
        self._annotations = countable(raters)
        self.reader = JudgementReader(codebook=codebook, raters=raters)

    def dialogues(self) -> QuerySet[Dialogue]:
        """Return the complete dialogues of the corpus."""
        return complete_dialogues(self._corpus, self._codebook)

    def annotations(self) -> QuerySet[Annotation]:
        """Return all annotations that count, also those of dialogues that are not complete yet."""
        return self._annotations

    def profiles(self, dialogues: Sequence[int]) -> dict[int, list[bytes]]:
        """Return the codes of the annotations of each utterance of the complete ones among some dialogues.

        Args:
            dialogues: primary keys.
        """
        found: dict[int, list[bytes]] = defaultdict(list)
        complete = self.dialogues().filter(pk__in=dialogues)
        wanted = self._annotations.filter(utterance__dialogue__in=complete.values("pk"))
        for judgements in self.reader.chunks(wanted):
            codes = self.reader.comparable_codes(judgements)
            data, size = codes.tobytes(), codes.itemsize * codes.shape[1]
            for row, utterance in enumerate(judgements.utterance.tolist()):
                found[utterance].append(data[row * size : (row + 1) * size])
        return found
