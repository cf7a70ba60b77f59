"""Batches created by a manager: their dialogues, people and priority."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from secrets import randbelow

from django.db import connection, transaction
from django.db.models import F, Max, Min, QuerySet

from annotator.domain.allocation.automatic_batch import automatic_batch
from annotator.domain.batches.batch_filling import KIND, add_dialogues, available, in_scope
from annotator.models import Batch, Slot
from common.errors import Refused
from common.jobs.queue import UNFINISHED, enqueue
from common.models import Job, User
from corpus.models import Corpus, Dialogue, Episode, Purpose, Rater, Series

MOST = 200_000  # dialogues of one batch; so many are added and removed within minutes
AT_ONCE = 500  # dialogues that are added while the manager waits
PHASES = (Purpose.MAIN, Purpose.PILOT, Purpose.RELABEL)
# No one ever held these slots, so no row refers to them; Django would read each of them first.
FORGET = """
DELETE FROM annotator_slot WHERE batch_id = %(batch)s AND dialogue_id NOT IN (
    SELECT dialogue_id FROM annotator_slot WHERE batch_id = %(batch)s AND token > 0)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class BatchSpec:
    """Content and distribution of a new batch.

    Attributes:
        purpose: one of `PHASES`.
        series, episode: only their dialogues; None: all.
        most: maximum number of dialogues; None: all, up to `MOST`.
        k: judgements per dialogue.
        given: distribution, see `Batch.Given`.
        people: of batches that are not for everyone.
    """

    purpose: str = Purpose.MAIN
    series: Series | None = None
    episode: Episode | None = None
    most: int | None = None
    k: int = 3
    given: str = Batch.Given.EVERYONE
    people: Sequence[Rater] = field(default=())


@transaction.atomic
def create_batch(
    *,
    corpus: Corpus,
    name: str,
    spec: BatchSpec,
    priority: int = 0,
    deadline: date | None = None,
    created_by: User,
    now: datetime,
) -> Batch:
    """Create a batch and the slots of its dialogues; a job creates the slots of more than `AT_ONCE` dialogues.

    The batch gives nothing out until the job has finished.

    Raises:
        Refused: `annotator.no_codebook`; `batch.nobody` (not for everyone, and no people), `batch.few_people`
            (fewer than k people); `batch.no_dialogues`; `batch.too_many` with `most`.
    """
    if corpus.codebook is None:
        raise Refused("annotator.no_codebook")
    if spec.given != Batch.Given.EVERYONE and not spec.people:
        raise Refused("batch.nobody")
    if spec.given == Batch.Given.SHARED and len(spec.people) < spec.k:
        raise Refused("batch.few_people", k=spec.k)
    # Lock the automatic batch: it deals no slots in the meantime.
    automatic = automatic_batch(corpus=corpus, k=corpus.codebook.rules().policy.k)
    Batch.objects.select_for_update(no_key=True).get(pk=automatic.pk)
    scope = {"series": spec.series.pk if spec.series else None, "episode": spec.episode.pk if spec.episode else None}
    candidates = in_scope(available(corpus=corpus, purpose=spec.purpose), **scope)
    count = min(candidates.count(), spec.most or MOST + 1)
    if count > MOST:
        raise Refused("batch.too_many", most=MOST)
    if not count:
        raise Refused("batch.no_dialogues")
    batch = Batch.objects.create(
        corpus=corpus,
        purpose=spec.purpose,
        name=name,
        k=spec.k,
        given=spec.given,
        priority=priority,
        deadline=deadline,
        seed=randbelow(2**31),
        created_by=created_by,
        created_at=now,
        closed_at=now if count > AT_ONCE else None,
    )
    if spec.given != Batch.Given.EVERYONE:
        batch.people.set(spec.people)
    if count > AT_ONCE:
        args = {"batch": str(batch.public_id), "most": spec.most, **scope}
        batch.job = enqueue(kind=KIND, args=args, scope=str(corpus.public_id), created_by=created_by)
        batch.save(update_fields=["job"])
    else:
        add_dialogues(batch=batch, candidates=candidates, most=spec.most)
    return batch


@transaction.atomic
def change_batch(*, batch: Batch, name: str, priority: int, deadline: date | None) -> None:
    """Change the name, priority and deadline of a batch."""
    batch.name, batch.priority, batch.deadline = name, priority, deadline
    batch.save(update_fields=["name", "priority", "deadline"])


@transaction.atomic
def stop_batch(*, batch: Batch, now: datetime) -> None:
    """Stop giving out dialogues of a batch; open assignments continue. A second time changes nothing."""
    Batch.objects.filter(pk=batch.pk, closed_at__isnull=True).update(closed_at=now)


@transaction.atomic
def resume_batch(*, batch: Batch) -> None:
    """Resume a stopped batch.

    Raises:
        Refused: `batch.being_filled`, its slots are still being created.
    """
    _refuse_while_filling(batch)
    Batch.objects.filter(pk=batch.pk).update(closed_at=None, job=None)  # without the dialogues that are missing


def dissolve_batch(*, batch: Batch, now: datetime) -> int:
    """Move the free slots of a main batch to the automatic batch, and stop the batch.

    Dialogues that no one has started become undealt again. Free slots of started dialogues move as they are and are no
    longer reserved.

    Returns:
        Number of slots that moved.

    Raises:
        Refused: `batch.not_dissolved`, it is the automatic batch or has another purpose; `batch.being_filled`.
    """
    if batch.is_automatic or batch.purpose != Purpose.MAIN:
        raise Refused("batch.not_dissolved")
    _refuse_while_filling(batch)
    # In a transaction of its own: from then on claims skip the batch instead of waiting for all of its slots.
    stop_batch(batch=batch, now=now)
    return _dissolve(batch)


@transaction.atomic
def _dissolve(batch: Batch) -> int:
    automatic = automatic_batch(corpus=batch.corpus, k=batch.k)
    both = Batch.objects.select_for_update(no_key=True).filter(pk__in=[automatic.pk, batch.pk])
    locked = {each.pk: each for each in both.order_by("pk")}
    _refuse_while_filling(batch)
    slots = Slot.objects.filter(batch=batch)
    free = slots.filter(state=Slot.State.FREE)
    count = len(free.select_for_update().order_by("rank", "number").values_list("pk"))
    begun = slots.filter(token__gt=0).values("dialogue")
    untouched = slots.exclude(dialogue__in=begun)
    Dialogue.objects.filter(pk__in=untouched.values("dialogue")).update(is_dealt=False)
    with connection.cursor() as cursor:
        cursor.execute(FORGET, {"batch": batch.pk})
    _move_to_automatic(free, locked[automatic.pk])
    Batch.objects.filter(pk=batch.pk).update(job=None)  # a failed job has nothing left to retry
    return count


def _move_to_automatic(free: QuerySet[Slot], automatic: Batch) -> None:
    """Move locked free slots to the end of the locked automatic batch, without reservations."""
    ends = free.aggregate(first=Min("rank"), last=Max("rank"))
    if ends["first"] is not None:
        shift = automatic.dealt - ends["first"]
        free.update(batch=automatic, rank=F("rank") + shift, rater=None)
        Batch.objects.filter(pk=automatic.pk).update(dealt=ends["last"] + shift + 1)


def _refuse_while_filling(batch: Batch) -> None:
    if batch.job_id and Job.objects.filter(pk=batch.job_id, state__in=UNFINISHED).exists():
        raise Refused("batch.being_filled")
