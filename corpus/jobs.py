"""The slow work of this app: bringing an episode in, cutting clips."""

from __future__ import annotations

from typing import Any

from common.jobrun import JobRun
from common.jobs import handler
from corpus.domain import clips, ingest
from corpus.domain.episodes import CUT, INGEST


@handler(INGEST)
def ingest_episode(run: JobRun, **args: Any) -> dict[str, Any]:
    """Bring an episode in."""
    return {**ingest.bring_in(run, **args)}


@handler(CUT)
def cut_clips(run: JobRun, **args: Any) -> dict[str, Any]:
    """Cut the clips that dialogues lack."""
    return {**clips.cut_missing(run, **args)}
