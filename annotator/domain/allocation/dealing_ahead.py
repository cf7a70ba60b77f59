"""Dealing ahead: a job creates the slots of the automatic batch before a claim needs them.

The sweep queues it for each corpus in which the fastest annotator has few dealt dialogues left, and before the first
claim. A claim that finds nothing deals a few dialogues itself, so nobody waits for the job or needs a worker.
"""

from typing import Any

from django.db.models import Exists, Max, OuterRef, Q, QuerySet

from annotator.domain.allocation.automatic_batch import automatic_batch, deal_slots, has_undealt
from annotator.domain.allocation.eligibility import CAN_GET_WORK
from annotator.models import Batch, Bookmark
from common.jobs.queue import JobRun
from corpus.domain.structure.archiving import writable_corpora
from corpus.models import Corpus, Dialogue, Rater

KIND = "annotator.dealing"
AHEAD = 200  # dialogues; more would spoil the mixture with dialogues that become ready later
CHUNK = 25  # dialogues of one transaction; on SQLite every save waits for it


def corpora_to_deal() -> list[Corpus]:
    """Return the writable corpora whose automatic batch needs more slots; those without annotators need none."""
    undealt = Dialogue.objects.filter(corpus=OuterRef("corpus"), state=Dialogue.State.READY, is_dealt=False)
    batches = (
        _begun().filter(corpus__in=writable_corpora()).select_related("corpus__codebook").annotate(left=Exists(undealt))
    )
    begun = [
        batch.corpus
        for batch in batches
        if batch.corpus.codebook
        and ((batch.left and not _is_ahead(batch)) or batch.k < batch.corpus.codebook.rules().policy.k)
    ]
    ready = Dialogue.objects.filter(corpus=OuterRef("pk"), state=Dialogue.State.READY, is_dealt=False)
    return [*begun, *_not_begun().filter(Exists(ready)).select_related("codebook").order_by("pk")]


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
            if corpus.codebook is None or (batch is None and not _not_begun().filter(pk=corpus.pk).exists()):
                return {"dialogues": 0}
            policy = corpus.codebook.rules().policy
            batch = batch or automatic_batch(corpus=corpus, k=policy.k)
            is_enough = _is_ahead(batch) or not has_undealt(corpus=corpus)
            if is_enough and batch.k >= policy.k:
                return {"dialogues": batch.dealt}
            deal_slots(batch=batch, policy=policy, most=CHUNK, only_more=is_enough)
        run.progress(batch.dealt, 0, "annotator.dealing")


def _begun() -> QuerySet[Batch]:
    """Return the automatic batches that have dealt something."""
    return Batch.objects.filter(is_automatic=True, closed_at__isnull=True, dealt__gt=0)


def _not_begun() -> QuerySet[Corpus]:
    """Return the corpora with a codebook and annotators in which the automatic batch has dealt nothing yet."""
    people = Rater.objects.filter(CAN_GET_WORK, corpus=OuterRef("pk"))
    held_back = Batch.objects.filter(Q(dealt__gt=0) | Q(closed_at__isnull=False), corpus=OuterRef("pk"))
    return Corpus.objects.filter(
        Exists(people),
        ~Exists(held_back.filter(is_automatic=True)),
        codebook__isnull=False,
        archived_at__isnull=True,
    )


def _is_ahead(batch: Batch) -> bool:
    """Return whether enough dialogues are dealt beyond the highest bookmark."""
    front = Bookmark.objects.filter(batch=batch).aggregate(front=Max("rank"))["front"] or 0
    return batch.dealt - front >= AHEAD
