"""Batches that a manager makes: which dialogues, for whom, how urgent."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from secrets import randbelow

from django.db import connection, transaction
from django.db.models import F, Max, Min, QuerySet

from annotator.domain.allocation.automatic_batch import automatic_batch
from annotator.domain.batches.batch_filling import KIND, available, put_in, within
from annotator.models import Batch, Slot
from common.errors import Refused
from common.jobs.queue import UNFINISHED, enqueue
from common.models import Job, User
from corpus.models import Corpus, Dialogue, Episode, Purpose, Rater, Series

MOST = 200_000  # dialogues of one batch: so many are made and dissolved within minutes
AT_ONCE = 500  # dialogues that are given their slots while the manager waits
PHASES = (Purpose.MAIN, Purpose.PILOT, Purpose.RELABEL)
# Nobody ever had these slots, so nothing refers to them; Django would read each of them first.
FORGET = """
DELETE FROM annotator_slot WHERE batch_id = %(batch)s AND dialogue_id NOT IN (
    SELECT dialogue_id FROM annotator_slot WHERE batch_id = %(batch)s AND token > 0)
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What a batch is to hold.

    Attributes:
        purpose: one of `PHASES`.
        series, episode: dialogues of these alone; None: of all.
        most: how many dialogues at most; None: all there are, up to `MOST`.
        k: judgements per dialogue.
        given: to whom, see `Batch.Given`.
        people: for batches that are not for everyone.
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
    wish: Wish,
    priority: int = 0,
    deadline: date | None = None,
    created_by: User,
    now: datetime,
) -> Batch:
    """Make a batch and the slots of its dialogues; of more than `AT_ONCE` a job makes the slots.

    Until the job has made all of them the batch gives nothing out.

    Raises:
        Refused: `annotator.no_codebook`; `batch.nobody` (not for everyone, and nobody named), `batch.few_people`
            (shared among fewer than k); `batch.no_dialogues`; `batch.too_many` with `most`.
    """
    if corpus.codebook is None:
        raise Refused("annotator.no_codebook")
    if wish.given != Batch.Given.EVERYONE and not wish.people:
        raise Refused("batch.nobody")
    if wish.given == Batch.Given.SHARED and len(wish.people) < wish.k:
        raise Refused("batch.few_people", k=wish.k)
    # nothing is dealt meanwhile
    common = automatic_batch(corpus=corpus, k=corpus.codebook.rules().policy.k)
    Batch.objects.select_for_update(no_key=True).get(pk=common.pk)
    place = {"series": wish.series.pk if wish.series else None, "episode": wish.episode.pk if wish.episode else None}
    found = within(available(corpus=corpus, purpose=wish.purpose), **place)
    count = min(found.count(), wish.most or MOST + 1)
    if count > MOST:
        raise Refused("batch.too_many", most=MOST)
    if not count:
        raise Refused("batch.no_dialogues")
    batch = Batch.objects.create(
        corpus=corpus,
        purpose=wish.purpose,
        name=name,
        k=wish.k,
        given=wish.given,
        priority=priority,
        deadline=deadline,
        seed=randbelow(2**31),
        created_by=created_by,
        created_at=now,
        closed_at=now if count > AT_ONCE else None,
    )
    if wish.given != Batch.Given.EVERYONE:
        batch.people.set(wish.people)
    if count > AT_ONCE:
        args = {"batch": str(batch.public_id), "most": wish.most, **place}
        batch.job = enqueue(kind=KIND, args=args, scope=str(corpus.public_id), created_by=created_by)
        batch.save(update_fields=["job"])
    else:
        put_in(batch=batch, found=found, most=wish.most)
    return batch


@transaction.atomic
def change_batch(*, batch: Batch, name: str, priority: int, deadline: date | None) -> None:
    """Change how a batch is called and how urgent it is."""
    batch.name, batch.priority, batch.deadline = name, priority, deadline
    batch.save(update_fields=["name", "priority", "deadline"])


@transaction.atomic
def stop_batch(*, batch: Batch, now: datetime) -> None:
    """Let a batch give nothing out from now on; what is in hand goes on. Again, nothing happens."""
    Batch.objects.filter(pk=batch.pk, closed_at__isnull=True).update(closed_at=now)


@transaction.atomic
def resume_batch(*, batch: Batch) -> None:
    """Let a stopped batch go on.

    Raises:
        Refused: `batch.being_made`, its slots are not all there yet.
    """
    _refuse_while_made(batch)
    Batch.objects.filter(pk=batch.pk).update(closed_at=None, job=None)  # what it lacks it does without


def dissolve_batch(*, batch: Batch, now: datetime) -> int:
    """Give what nobody has begun of a batch in earnest back to the automatic batch, and stop the rest.

    The free slots of dialogues that somebody has begun go over as they are, for whoever asks first.

    Returns:
        How many slots went back.

    Raises:
        Refused: `batch.not_dissolved`, it is the automatic batch or for another purpose; `batch.being_made`.
    """
    if batch.is_automatic or batch.purpose != Purpose.MAIN:
        raise Refused("batch.not_dissolved")
    _refuse_while_made(batch)
    # by itself: from then on claims pass it by, instead of waiting for all of its slots
    stop_batch(batch=batch, now=now)
    return _dissolve(batch)


@transaction.atomic
def _dissolve(batch: Batch) -> int:
    common = automatic_batch(corpus=batch.corpus, k=batch.k)
    both = Batch.objects.select_for_update(no_key=True).filter(pk__in=[common.pk, batch.pk])
    locked = {each.pk: each for each in both.order_by("pk")}
    _refuse_while_made(batch)
    slots = Slot.objects.filter(batch=batch)
    free = slots.filter(state=Slot.State.FREE)
    count = len(free.select_for_update().order_by("rank", "number").values_list("pk"))
    begun = slots.filter(token__gt=0).values("dialogue")
    untouched = slots.exclude(dialogue__in=begun)
    Dialogue.objects.filter(pk__in=untouched.values("dialogue")).update(is_dealt=False)
    with connection.cursor() as cursor:
        cursor.execute(FORGET, {"batch": batch.pk})
    _to_the_common_work(free, locked[common.pk])
    Batch.objects.filter(pk=batch.pk).update(job=None)  # one that failed has nothing left to try again
    return count


def _to_the_common_work(free: QuerySet[Slot], common: Batch) -> None:
    """Move locked free slots to the end of the locked automatic batch, for whoever asks first."""
    ends = free.aggregate(first=Min("rank"), last=Max("rank"))
    if ends["first"] is not None:
        shift = common.dealt - ends["first"]
        free.update(batch=common, rank=F("rank") + shift, rater=None)
        Batch.objects.filter(pk=common.pk).update(dealt=ends["last"] + shift + 1)


def _refuse_while_made(batch: Batch) -> None:
    if batch.job_id and Job.objects.filter(pk=batch.job_id, state__in=UNFINISHED).exists():
        raise Refused("batch.being_made")
