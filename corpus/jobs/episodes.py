"""The slow work of this app: bringing an episode in, cutting clips."""

from __future__ import annotations

from typing import Any

from common.jobs.queue import handler
from common.jobs.run import JobRun
from corpus.domain.ingest import episode_ingest
from corpus.domain.ingest.episodes import INGEST
from corpus.domain.media import clip_cutting
from corpus.domain.media.clip_cutting import CUT


@handler(INGEST)
def ingest_episode(run: JobRun, **args: Any) -> dict[str, Any]:
    """Bring an episode in."""
    return {**episode_ingest.bring_in(run, **args)}


@handler(CUT)
def cut_clips(run: JobRun, **args: Any) -> dict[str, Any]:
    """Cut the clips that dialogues lack."""
    return {**clip_cutting.cut_missing(run, **args)}
