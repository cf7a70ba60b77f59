"""Filling a manager's batch with dialogues: at once if they are few, otherwise chunk by chunk in a job.

Each chunk is a transaction of its own, so annotators wait for one at most. A dialogue that someone starts before its
chunk is added stays in the automatic batch.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager, nullcontext
from typing import Any

from django.db.models import Exists, OuterRef, Q, QuerySet

from annotator.domain.allocation.automatic_batch import add_slots, shuffled
from annotator.models import Batch, Slot
from annotator.rules.shuffled_blocks import BLOCK
from annotator.rules.teams import balanced_teams
from common.errors import Refused
from common.jobs.queue import JobRun, enqueue
from corpus.models import Corpus, Dialogue, Purpose

KIND = "annotator.batch"
CHUNK = 500  # dialogues added in one transaction


def available(*, corpus: Corpus, purpose: str) -> QuerySet[Dialogue]:
    """Return the ready dialogues that a new batch of a purpose can hold.

    For main work: those that no one has started and that are in no other batch of a manager. For other purposes: those
    that were in no batch of this purpose.
    """
    ready = Dialogue.objects.filter(corpus=corpus, state=Dialogue.State.READY)
    slots = Slot.objects.filter(dialogue=OuterRef("pk"), purpose=purpose)
    if purpose != Purpose.MAIN:
        return ready.filter(~Exists(slots))
    return ready.filter(~Exists(slots.filter(token__gt=0)), ~Exists(slots.filter(batch__is_automatic=False)))


def in_scope(candidates: QuerySet[Dialogue], *, series: int | None, episode: int | None) -> QuerySet[Dialogue]:
    """Return the dialogues of an episode, else of a series, else all (primary keys)."""
    if episode:
        return candidates.filter(episode=episode)
    return candidates.filter(series=series) if series else candidates


def queue_filling(batch: Batch, **options: int | None) -> None:
    """Queue the job that fills a stopped batch; the options are those of `fill_batch`."""
    args = {"batch": str(batch.public_id), **options}
    batch.job = enqueue(kind=KIND, args=args, scope=str(batch.corpus.public_id), created_by=batch.created_by)
    batch.save(update_fields=["job"])


def fill_batch(
    *, run: JobRun, batch: Batch, series: int | None, episode: int | None, most: int | None, of: int | None = None
) -> dict[str, Any]:
    """Fill a stopped batch chunk by chunk, and resume it when all dialogues are added.

    A new attempt continues where a killed one ended.

    Args:
        run: the attempt.
        batch: the batch.
        series, episode: only dialogues of these (primary keys).
        most: maximum number of dialogues; None: all.
        of: size of the selection from which a share is drawn; the batch of the rest gets the others.

    Returns:
        `dialogues`, the number of dialogues in the batch.

    Raises:
        Refused: `batch.no_dialogues`, all of them were taken in the meantime; `batch.settled`, the batch was
            dissolved or resumed without the rest.
        Superseded: the job went to another attempt.
    """
    if batch.job_id != run.job.pk:
        raise Refused("batch.settled")
    run.progress(batch.dealt, 0, "batch.choosing")
    candidates = in_scope(available(corpus=batch.corpus, purpose=batch.purpose), series=series, episode=episode)
    add_dialogues(
        batch=batch,
        candidates=candidates,
        most=most,
        of=of,
        open_transaction=run.finishing,
        report=lambda done, total: run.progress(done, total, "batch.adding"),
    )
    with run.finishing():
        Batch.objects.filter(pk=batch.pk).update(closed_at=None)
        if of is not None and (rest := Batch.objects.filter(rest_of=batch, job=None, dealt=0).first()):
            queue_filling(rest, series=series, episode=episode, most=of - batch.dealt)
    return {"dialogues": batch.dealt}


def add_dialogues(
    *,
    batch: Batch,
    candidates: QuerySet[Dialogue],
    most: int | None,
    of: int | None = None,
    open_transaction: Callable[[], AbstractContextManager[None]] = nullcontext,
    report: Callable[[int, int], None] = lambda _done, _total: None,
) -> None:
    """Add dialogues with their slots to a batch, in the order set by the policy of the codebook, and update the batch.

    Args:
        batch: of a corpus with a codebook; its present dialogues count towards `most`.
        candidates: the dialogues to choose from.
        most: maximum number of dialogues in the batch; None: all.
        of: size of the selection, if the batch draws a share of it.
        open_transaction: opens the transaction of each chunk; default: the transaction of the caller.
        report: receives the number of dialogues added so far and in total.

    Raises:
        Refused: `batch.no_dialogues`.
    """
    left = _in_order(batch, candidates, most) if of is None else _drawn(batch, candidates, most or 0, of)
    wanted = batch.dealt + len(left) if most is None else min(batch.dealt + len(left), most)
    teams = _teams(batch, wanted)
    while left and batch.dealt < wanted:
        size = min(CHUNK, wanted - batch.dealt)
        with open_transaction():
            _add(batch, left[:size], teams)
        left = left[size:]
        report(batch.dealt, wanted)
    if not batch.dealt:
        raise Refused("batch.no_dialogues")


def _in_order(batch: Batch, candidates: QuerySet[Dialogue], most: int | None) -> list[int]:
    """Return primary keys of dialogues in the order in which they are given out."""
    rows = list(candidates.order_by("order").values_list("pk", "series", "episode"))
    assert batch.corpus.codebook is not None  # noqa: S101 -- no batch is made without
    if batch.corpus.codebook.rules().policy.order != "shuffled-blocks":
        return [row[0] for row in rows]
    return shuffled(rows, seed=str(batch.seed), block=min(most or BLOCK, BLOCK))


def _drawn(batch: Batch, candidates: QuerySet[Dialogue], most: int, of: int) -> list[int]:
    """Return a random sample of a selection, from each episode in proportion, in the order of giving out.

    Args:
        batch: with the seed of the draw; its present dialogues belong to the sample.
        candidates: all remaining dialogues.
        most: size of the sample.
        of: size of the selection: the first ones, if the codebook keeps the order, else any.
    """
    rows = list(candidates.order_by("order").values_list("pk", "series", "episode"))
    assert batch.corpus.codebook is not None  # noqa: S101 -- no batch is made without
    is_shuffled = batch.corpus.codebook.rules().policy.order == "shuffled-blocks"
    size = max(1, most - batch.dealt)
    within = rows if is_shuffled else rows[: of - batch.dealt]
    sample = shuffled(within, seed=str(batch.seed), block=size)[:size]
    places = {row[0]: place for place, row in enumerate(rows)}
    return sample if is_shuffled else sorted(sample, key=lambda pk: places[pk])


def _teams(batch: Batch, count: int) -> list[tuple[int, ...]]:
    """Return the people for whom the slots of each dialogue are reserved; empty if they are not reserved."""
    if batch.given != Batch.Given.SHARED:
        return []
    people = list(batch.people.order_by("pk").values_list("pk", flat=True))
    return balanced_teams(people, size=batch.k, count=count, seed=str(batch.seed))


def _add(batch: Batch, dialogues: Sequence[int], teams: Sequence[tuple[int, ...]]) -> None:
    """Add those of the dialogues that are still available, and update the batch."""
    # Lock both batches: no slots are dealt in the meantime, and no other batch takes the dialogues.
    both = Batch.objects.filter(Q(pk=batch.pk) | Q(corpus=batch.corpus_id, is_automatic=True))
    list(both.select_for_update(no_key=True).order_by("pk"))
    if batch.purpose != Purpose.MAIN:
        # A second round that begins at once locks them, too, and would otherwise take the same slot numbers.
        rows = Dialogue.objects.filter(pk__in=dialogues)
        list(rows.select_for_update(of=("self",), no_key=True).order_by("pk").values("pk"))
    waiting = Slot.objects.filter(dialogue__in=dialogues, batch__is_automatic=True, purpose=batch.purpose)
    list(waiting.select_for_update(of=("self",)).order_by("pk"))
    # Query again under the locks: someone may have started a dialogue.
    remaining = available(corpus=batch.corpus, purpose=batch.purpose).filter(pk__in=dialogues)
    available_now = set(remaining.values_list("pk", flat=True))
    chosen = [dialogue for dialogue in dialogues if dialogue in available_now]
    if batch.purpose == Purpose.MAIN:
        Slot.objects.filter(dialogue__in=chosen, batch__is_automatic=True, purpose=Purpose.MAIN).delete()
        Dialogue.objects.filter(pk__in=chosen).update(is_dealt=True)
    if batch.given == Batch.Given.SHARED:
        _share(batch, chosen, teams[batch.dealt :])
    else:
        add_slots(batch=batch, dialogues=chosen, numbers=range(1, batch.k + 1))


def _share(batch: Batch, dialogues: Sequence[int], teams: Sequence[tuple[int, ...]]) -> None:
    """Reserve each slot for one person, with the same work for all and pairs as balanced as possible."""
    Slot.objects.bulk_create(
        [
            Slot(dialogue_id=dialogue, purpose=batch.purpose, number=number, batch=batch, rank=rank, rater_id=person)
            for rank, (dialogue, team) in enumerate(zip(dialogues, teams, strict=False), start=batch.dealt)
            for number, person in enumerate(team, start=1)
        ],
        batch_size=1000,
    )
    batch.dealt += len(dialogues)
    batch.save(update_fields=["dealt"])
