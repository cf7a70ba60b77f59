"""The list of a corpus's releases."""

from __future__ import annotations

from django.db.models import F, QuerySet

from corpus.models import Corpus
from export.models import Release


def listed_releases(corpus: Corpus) -> QuerySet[Release]:
    """Return the releases, the newest first, with the rows of their splits as `train`, `dev` and `test`, and the
    number of answers left out as incomparable as `incomparable` (None in releases made before it was counted).

    The manifests are deferred: together they can take megabytes.
    """
    return (
        Release.objects.filter(corpus=corpus)
        .select_related("job", "file", "created_by")
        .annotate(**{split: F(f"manifest__splits__{split}__rows") for split in ("train", "dev", "test")})
        .annotate(incomparable=F("manifest__left_out__incomparable"))
        .defer("manifest", "assignment")
    )


def splits_of_release(corpus: Corpus, name: str) -> dict[str, str]:
    """Return dialogue code -> split of a release by its name; empty if there is none."""
    found = Release.objects.filter(corpus=corpus, name=name).values_list("assignment", flat=True).first()
    return dict(found or {})
