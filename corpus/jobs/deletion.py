"""The jobs that delete a corpus, a series or an episode for good."""

from __future__ import annotations

from typing import Any

from common.jobs.queue import handler
from common.jobs.run import JobRun
from corpus.domain.deletion import corpora, parts


@handler(corpora.KIND)
def delete_corpus(run: JobRun, **args: Any) -> dict[str, Any]:
    """Delete a corpus."""
    return {**corpora.delete_corpus(run=run, **args)}


@handler(parts.KIND)
def delete_part(run: JobRun, **args: Any) -> dict[str, Any]:
    """Delete a series or an episode."""
    return {**parts.delete_part(run=run, **args)}
