"""The slow work of this app: bringing an episode in, cutting clips."""

from __future__ import annotations

from typing import Any

from common.jobrun import JobRun
from common.jobs import handler
from corpus.domain import ingest
from corpus.domain.episodes import INGEST


@handler(INGEST)
def ingest_episode(run: JobRun, **args: Any) -> dict[str, Any]:
    """Bring an episode in."""
    return {**ingest.bring_in(run, **args)}
