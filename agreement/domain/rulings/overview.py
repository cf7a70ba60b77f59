"""The rows on the pages of rulings."""

from __future__ import annotations

from dataclasses import dataclass

from django.db.models import Exists, OuterRef, QuerySet

from agreement.models import Ruling
from annotator.models import Acknowledgement
from corpus.models import Corpus, Membership


def rulings_of(corpus: Corpus) -> QuerySet[Ruling]:
    """Return the rulings of a corpus, the newest first."""
    rows = Ruling.objects.filter(corpus=corpus)
    return rows.select_related("corpus__codebook", "guideline", "created_by", "batch", "decision__utterance__dialogue")


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
    members = (
        Membership.objects.filter(corpus=ruling.corpus_id, is_active=True, is_annotator=True)
        .annotate(knows=Exists(known))
        .select_related("user")
        .order_by("pk")
    )
    found = list(members)
    return Readers([each for each in found if each.knows], [each for each in found if not each.knows])
