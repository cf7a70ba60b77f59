"""The rows on the pages of rulings."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Count, Exists, Max, OuterRef, Q, QuerySet

from agreement.models import Ruling
from annotator.models import Acknowledgement, Slot
from corpus.models import Corpus, Membership


def rulings_of(corpus: Corpus) -> QuerySet[Ruling]:
    """Return the rulings of a corpus, the newest first."""
    rows = Ruling.objects.filter(corpus=corpus)
    return rows.select_related("corpus__codebook", "guideline", "created_by", "batch", "decision__utterance__dialogue")


@dataclass(frozen=True)
class ListedRuling:
    """A ruling in the list.

    Attributes:
        ruling: the row.
        acknowledged, annotators: active annotators who have acknowledged it, and all of them.
        done, asked: judgements of its second round that are handed in, and all of them; 0 before it was asked for.
    """

    ruling: Ruling
    acknowledged: int
    annotators: int
    done: int
    asked: int


def listed_rulings(corpus: Corpus, rows: QuerySet[Ruling]) -> list[ListedRuling]:
    """Return rulings of a corpus with their figures, in three queries."""
    newest = list(
        _annotators(corpus)
        .annotate(known=Max("acknowledgements__guideline__version"))
        .order_by()
        .values_list("known", flat=True)
    )
    done = Count("pk", filter=Q(state=Slot.State.DONE))
    slots = Slot.objects.filter(batch__ruling__corpus=corpus).order_by()
    rounds = {
        batch: (ended, every)
        for batch, ended, every in slots.values_list("batch").annotate(ended=done, every=Count("pk"))
    }
    return [
        ListedRuling(
            each,
            sum(version is not None and version >= each.guideline.version for version in newest),
            len(newest),
            *rounds.get(each.batch_id or 0, (0, 0)),
        )
        for each in rows
    ]


def _annotators(corpus: Corpus) -> QuerySet[Membership]:
    return Membership.objects.filter(corpus=corpus, is_active=True, is_annotator=True)


@dataclass(frozen=True)
class Readers:
    """The active annotators who have acknowledged a guideline with a ruling, and those who have not."""

    acknowledged: list[Membership]
    waiting: list[Membership]

    @property
    def all(self) -> int:
        """Number of active annotators."""
        return len(self.acknowledged) + len(self.waiting)


def readers_of(ruling: Ruling) -> Readers:
    """Return the annotators by whether they acknowledged the guideline version with a ruling, or a later one."""
    known = Acknowledgement.objects.filter(membership=OuterRef("pk"), guideline__version__gte=ruling.guideline.version)
    found = list(_annotators(ruling.corpus).annotate(knows=Exists(known)).select_related("user").order_by("pk"))
    return Readers([each for each in found if each.knows], [each for each in found if not each.knows])
