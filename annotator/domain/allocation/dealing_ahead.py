"""Dealing ahead: a job creates the slots of the automatic batch before a claim needs them.

The sweep queues it for corpora in which people work and few dealt dialogues are left for the person who is furthest
ahead. A claim that finds nothing deals a few dialogues itself, so nobody waits for the job or needs a worker.
"""

from typing import Any

from django.db.models import Exists, Max, OuterRef, QuerySet

from annotator.domain.allocation.automatic_batch import deal_slots, has_undealt
from annotator.models import Batch, Bookmark
from common.jobs.queue import JobRun
from corpus.domain.structure.archiving import writable_corpora
from corpus.models import Corpus, Dialogue

KIND = "annotator.dealing"
AHEAD = 200  # dialogues; more would spoil the mixture with dialogues that become ready later
CHUNK = 25  # dialogues of one transaction; on SQLite every save waits for it


def corpora_to_deal() -> list[Corpus]:
    """Return the writable corpora whose automatic batch needs more slots; those in which nobody has begun need none."""
    undealt = Dialogue.objects.filter(corpus=OuterRef("corpus"), state=Dialogue.State.READY, is_dealt=False)
    batches = (
        _begun().filter(corpus__in=writable_corpora()).select_related("corpus__codebook").annotate(left=Exists(undealt))
    )
    return [
        batch.corpus
        for batch in batches
        if batch.corpus.codebook
        and ((batch.left and not _is_ahead(batch)) or batch.k < batch.corpus.codebook.rules().policy.k)
    ]


def deal_ahead(*, run: JobRun, corpus: Corpus) -> dict[str, Any]:
    """Create slots in small transactions until enough dialogues are dealt, and those for a higher k.

    Claims and other jobs may deal at the same time: each step takes what is undealt under the lock of the batch.

    Args:
        run: the attempt.
        corpus: with its codebook.

    Returns:
        `dialogues`, the rank of the next dialogue of the batch.

    Raises:
        Superseded: the job went to another attempt.
    """
    while True:
        with run.finishing():
            batch = _begun().filter(corpus=corpus).first()
            if batch is None or corpus.codebook is None:
                return {"dialogues": 0}
            policy = corpus.codebook.rules().policy
            is_enough = _is_ahead(batch) or not has_undealt(corpus=corpus)
            if is_enough and batch.k >= policy.k:
                return {"dialogues": batch.dealt}
            deal_slots(batch=batch, policy=policy, most=CHUNK, only_more=is_enough)
        run.progress(batch.dealt, 0, "annotator.dealing")


def _begun() -> QuerySet[Batch]:
    """Return the automatic batches from which someone has got work."""
    return Batch.objects.filter(is_automatic=True, closed_at__isnull=True, dealt__gt=0)


def _is_ahead(batch: Batch) -> bool:
    """Return whether enough dialogues are dealt beyond the highest bookmark."""
    front = Bookmark.objects.filter(batch=batch).aggregate(front=Max("rank"))["front"] or 0
    return batch.dealt - front >= AHEAD
