"""Putting dialogues into a manager's batch: all at once where they are few, else portion by portion in a job.

A portion is a transaction of its own: who labels meanwhile waits for one at most. What somebody begins before its
portion comes stays in the common work.
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
from common.jobs.queue import JobRun
from corpus.models import Corpus, Dialogue, Purpose

KIND = "annotator.batch"
PORTION = 500  # dialogues that get their slots in one transaction


def available(*, corpus: Corpus, purpose: str) -> QuerySet[Dialogue]:
    """Return the ready dialogues that a new batch of a purpose can hold.

    In earnest: those that nobody has begun and that wait in no other batch of a manager's. Else those that were in no
    batch of this purpose.
    """
    ready = Dialogue.objects.filter(corpus=corpus, state=Dialogue.State.READY)
    slots = Slot.objects.filter(dialogue=OuterRef("pk"), purpose=purpose)
    if purpose != Purpose.MAIN:
        return ready.filter(~Exists(slots))
    return ready.filter(~Exists(slots.filter(token__gt=0)), ~Exists(slots.filter(batch__is_automatic=False)))


def within(found: QuerySet[Dialogue], *, series: int | None, episode: int | None) -> QuerySet[Dialogue]:
    """Return the dialogues of an episode, else of a series, else all (primary keys)."""
    if episode:
        return found.filter(episode=episode)
    return found.filter(series=series) if series else found


def make(*, run: JobRun, batch: Batch, series: int | None, episode: int | None, most: int | None) -> dict[str, Any]:
    """Put the dialogues of a wish into a stopped batch, portion by portion, and let it go on when all are there.

    Another attempt goes on where one that was killed has ended.

    Args:
        run: the attempt.
        batch: the batch.
        series, episode: dialogues of these alone (primary keys).
        most: how many dialogues at most; None: all.

    Returns:
        `dialogues`, how many the batch has.

    Raises:
        Refused: `batch.no_dialogues`, others took all of them meanwhile; `batch.settled`, it was dissolved or let go
            on without the rest.
        Superseded: the job went to another attempt.
    """
    if batch.job_id != run.job.pk:
        raise Refused("batch.settled")
    run.progress(batch.dealt, 0, "batch.choosing")
    found = within(available(corpus=batch.corpus, purpose=batch.purpose), series=series, episode=episode)
    put_in(
        batch=batch,
        found=found,
        most=most,
        portion=run.finishing,
        tell=lambda done, total: run.progress(done, total, "batch.adding"),
    )
    with run.finishing():
        Batch.objects.filter(pk=batch.pk).update(closed_at=None)
    return {"dialogues": batch.dealt}


def put_in(
    *,
    batch: Batch,
    found: QuerySet[Dialogue],
    most: int | None,
    portion: Callable[[], AbstractContextManager[None]] = nullcontext,
    tell: Callable[[int, int], None] = lambda _done, _total: None,
) -> None:
    """Give dialogues their slots in a batch, in the order that the codebook's policy says, and bring it up to date.

    Args:
        batch: of a corpus with a codebook; what it has already counts.
        found: the dialogues to choose from.
        most: how many the batch gets at most; None: all.
        portion: opens the transaction of each portion; the caller's own unless given.
        tell: hears how many of how many dialogues are in it.

    Raises:
        Refused: `batch.no_dialogues`.
    """
    left = _in_order(batch, found, most)
    wanted = batch.dealt + len(left) if most is None else min(batch.dealt + len(left), most)
    teams = _teams(batch, wanted)
    while left and batch.dealt < wanted:
        size = min(PORTION, wanted - batch.dealt)
        with portion():
            _add(batch, left[:size], teams)
        left = left[size:]
        tell(batch.dealt, wanted)
    if not batch.dealt:
        raise Refused("batch.no_dialogues")


def _in_order(batch: Batch, found: QuerySet[Dialogue], most: int | None) -> list[int]:
    """Return primary keys of dialogues in the order in which they are given out."""
    rows = list(found.order_by("order").values_list("pk", "series", "episode"))
    assert batch.corpus.codebook is not None  # noqa: S101 -- no batch is made without
    if batch.corpus.codebook.rules().policy.order != "shuffled-blocks":
        return [row[0] for row in rows]
    return shuffled(rows, seed=str(batch.seed), block=min(most or BLOCK, BLOCK))


def _teams(batch: Batch, count: int) -> list[tuple[int, ...]]:
    """Return for whom the slots of each dialogue are kept; nothing where they are kept for nobody."""
    if batch.given != Batch.Given.SHARED:
        return []
    people = list(batch.people.order_by("pk").values_list("pk", flat=True))
    return balanced_teams(people, size=batch.k, count=count, seed=str(batch.seed))


def _add(batch: Batch, dialogues: Sequence[int], teams: Sequence[tuple[int, ...]]) -> None:
    """Add those of the dialogues that are still to be had, and bring the batch up to date."""
    # nothing is dealt meanwhile, and no other batch takes them
    both = Batch.objects.filter(Q(pk=batch.pk) | Q(corpus=batch.corpus_id, is_automatic=True))
    list(both.select_for_update(no_key=True).order_by("pk"))
    waiting = Slot.objects.filter(dialogue__in=dialogues, batch__is_automatic=True, purpose=batch.purpose)
    list(waiting.select_for_update(of=("self",)).order_by("pk"))
    # a fresh look, under the locks: somebody may have begun one
    still = available(corpus=batch.corpus, purpose=batch.purpose).filter(pk__in=dialogues)
    there = set(still.values_list("pk", flat=True))
    chosen = [dialogue for dialogue in dialogues if dialogue in there]
    if batch.purpose == Purpose.MAIN:
        Slot.objects.filter(dialogue__in=chosen, batch__is_automatic=True, purpose=Purpose.MAIN).delete()
        Dialogue.objects.filter(pk__in=chosen).update(is_dealt=True)
    if batch.given == Batch.Given.SHARED:
        _share(batch, chosen, teams[batch.dealt :])
    else:
        add_slots(batch=batch, dialogues=chosen, numbers=range(1, batch.k + 1))


def _share(batch: Batch, dialogues: Sequence[int], teams: Sequence[tuple[int, ...]]) -> None:
    """Keep each slot for one person: the same work for all, everybody with everybody as far as it goes."""
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
