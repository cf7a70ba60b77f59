"""Batches created by a manager: their dialogues, people and priority."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from secrets import randbelow

from django.db import connection, transaction
from django.db.models import F, Max, Min, QuerySet

from annotator.domain.allocation.automatic_batch import automatic_batch
from annotator.domain.batches.batch_filling import add_dialogues, available, in_scope, queue_filling
from annotator.models import Batch, Slot
from common.errors import Refused
from common.jobs.queue import UNFINISHED
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


@dataclass(frozen=True, slots=True, kw_only=True)
class Share:
    """The part of a selection that more people label than the rest.

    Attributes:
        percent: of the dialogues, from 1 to 99.
        k: judgements per dialogue; more than in the rest.
        seed: of the draw; None: a new one. The batch records it.
    """

    percent: int
    k: int = 2
    seed: int | None = None


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
    return _create(corpus, name, spec, None, priority, deadline, created_by, now)[0]


@transaction.atomic
def create_batches(
    *,
    corpus: Corpus,
    name: str,
    spec: BatchSpec,
    share: Share,
    priority: int = 0,
    deadline: date | None = None,
    created_by: User,
    now: datetime,
) -> tuple[Batch, Batch]:
    """Create two batches of one selection: a share that more people label, and the rest.

    The share is drawn at random, from each episode in proportion. As with `create_batch`, a job creates many slots: it
    fills the share first, then another one fills the rest.

    Returns:
        The batch of the share, and that of the rest.

    Raises:
        Refused: as `create_batch`; `batch.share_out_of_range`; `batch.share_k`, k is not more than in the rest;
            `batch.share_too_small`, the share or the rest would have no dialogue.
    """
    if not 1 <= share.percent <= 99:
        raise Refused("batch.share_out_of_range")
    if share.k <= spec.k:
        raise Refused("batch.share_k", k=spec.k)
    first, rest = _create(corpus, name, spec, share, priority, deadline, created_by, now)
    assert rest is not None  # noqa: S101 -- a share was given
    return first, rest


def _create(  # noqa: PLR0917 -- private, called twice
    corpus: Corpus,
    name: str,
    spec: BatchSpec,
    share: Share | None,
    priority: int,
    deadline: date | None,
    created_by: User,
    now: datetime,
) -> tuple[Batch, Batch | None]:
    if corpus.codebook is None:
        raise Refused("annotator.no_codebook")
    if spec.given != Batch.Given.EVERYONE and not spec.people:
        raise Refused("batch.nobody")
    most_k = share.k if share else spec.k
    if spec.given == Batch.Given.SHARED and len(spec.people) < most_k:
        raise Refused("batch.few_people", k=most_k)
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
    values = {
        "corpus": corpus,
        "purpose": spec.purpose,
        "given": spec.given,
        "priority": priority,
        "deadline": deadline,
        "seed": randbelow(2**31) if share is None or share.seed is None else share.seed,
        "created_by": created_by,
        "created_at": now,
        "closed_at": now if count > AT_ONCE else None,
    }
    if share is None:
        batch = _with_people(Batch.objects.create(name=name, k=spec.k, **values), spec)
        _fill(batch, candidates, {"most": spec.most, **scope}, many=count > AT_ONCE)
        return batch, None
    drawn = round(count * share.percent / 100)
    if not 0 < drawn < count:
        raise Refused("batch.share_too_small", count=count)
    named = f"{name} · k = {share.k}"[: Batch._meta.get_field("name").max_length]  # noqa: SLF001
    first = _with_people(Batch.objects.create(name=named, k=share.k, share=share.percent, **values), spec)
    rest = _with_people(Batch.objects.create(name=name, k=spec.k, rest_of=first, **values), spec)
    _fill(first, candidates, {"most": drawn, "of": count, **scope}, many=count > AT_ONCE)
    if count <= AT_ONCE:
        _fill(rest, candidates, {"most": count - drawn, **scope}, many=False)
    return first, rest


def _with_people(batch: Batch, spec: BatchSpec) -> Batch:
    if spec.given != Batch.Given.EVERYONE:
        batch.people.set(spec.people)
    return batch


def _fill(batch: Batch, candidates: QuerySet[Dialogue], options: dict[str, int | None], *, many: bool) -> None:
    """Fill a batch now, or queue the job that does so."""
    if many:
        queue_filling(batch, **options)
    else:
        add_dialogues(batch=batch, candidates=candidates, most=options["most"], of=options.get("of"))


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
