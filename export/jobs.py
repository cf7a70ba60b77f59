"""Background jobs of this app."""

from typing import Any

from common.jobs.queue import JobRun, handler
from export.domain import differences
from export.domain.releases import KIND, make
from export.domain.training import trainings
from export.models import Release, ReleaseDifference, Training


@handler(KIND)
def make_release(run: JobRun, *, release: str) -> dict[str, Any]:
    """Build a release.

    Args:
        run: the attempt.
        release: its public id.
    """
    row = Release.objects.select_related("corpus__codebook").get(public_id=release)
    return make(run=run, release=row)


@handler(differences.KIND)
def compare_releases(run: JobRun, *, difference: str) -> dict[str, Any]:
    """Compute what differs between two releases.

    Args:
        run: the attempt.
        difference: public id of its row.
    """
    rows = ReleaseDifference.objects.select_related("old__file", "new__file", "new__corpus")
    row = rows.filter(public_id=difference).first()
    if row is None:  # a release was discarded meanwhile
        return {}
    return differences.make_difference(run=run, row=row)


@handler(trainings.KIND)
def train_baselines(run: JobRun, *, training: str) -> dict[str, Any]:
    """Train baselines on a release.

    Args:
        run: the attempt.
        training: public id of its row.
    """
    row = Training.objects.select_related("release__file", "release__corpus", "file").filter(public_id=training).first()
    if row is None:  # the release was discarded meanwhile
        return {}
    return trainings.make_training(run=run, training=row)
