"""The jobs that import an episode, read and check its subtitles, cut clips, and find silences and shot changes."""

from __future__ import annotations

from typing import Any

from common.jobs.queue import handler
from common.jobs.run import JobRun
from corpus.domain.ingest import episode_ingest, speech_check, subtitle_files
from corpus.domain.ingest.episodes import EXTRACT, INGEST
from corpus.domain.ingest.speech_check import CHECK
from corpus.domain.media import clip_cutting, timeline_marks
from corpus.domain.media.clip_cutting import CUT
from corpus.domain.media.timeline_marks import MARK


@handler(INGEST)
def ingest_episode(run: JobRun, **args: Any) -> dict[str, Any]:
    """Import an episode."""
    return {**episode_ingest.bring_in(run, **args)}


@handler(EXTRACT)
def extract_subtitles(run: JobRun, **args: Any) -> dict[str, Any]:
    """Take the subtitles out of the container of an episode that waits for its preview."""
    return {**subtitle_files.extract_waiting(run, **args)}


@handler(CHECK)
def check_speech(run: JobRun, **args: Any) -> dict[str, Any]:
    """Look for speech in the sound of an episode."""
    return {**speech_check.check_speech(run, **args)}


@handler(CUT)
def cut_clips(run: JobRun, **args: Any) -> dict[str, Any]:
    """Cut the missing clips of dialogues."""
    return {**clip_cutting.cut_missing(run, **args)}


@handler(MARK)
def find_marks(run: JobRun, **args: Any) -> dict[str, Any]:
    """Find the silences and shot changes of an episode."""
    return {**timeline_marks.find_marks(run, **args)}
