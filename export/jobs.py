"""Background jobs of this app."""

from typing import Any

from common.jobs.queue import JobRun, handler
from export.domain.releases import KIND, make
from export.models import Release


@handler(KIND)
def make_release(run: JobRun, *, release: str) -> dict[str, Any]:
    """Build a release.

    Args:
        run: the attempt.
        release: its public id.
    """
    row = Release.objects.select_related("corpus__codebook").get(public_id=release)
    return make(run=run, release=row)
