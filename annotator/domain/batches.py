"""Batches that a manager makes: which dialogues, for whom, how urgent."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from secrets import randbelow

from django.db import transaction
from django.db.models import Exists, F, OuterRef, QuerySet

from annotator.domain.dealing import automatic_batch, fill, mixed
from annotator.models import Batch, Slot
from annotator.rules.blocks import BLOCK
from annotator.rules.teams import balanced_teams
from common.errors import Refused
from common.models import User
from corpus.models import Corpus, Dialogue, Episode, Purpose, Rater, Series

MOST = 5000  # dialogues of one batch: it is made while its manager waits
PHASES = (Purpose.MAIN, Purpose.PILOT, Purpose.RELABEL)


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
    """Make a batch and the slots of its dialogues.

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
    policy = corpus.codebook.rules().policy
    # nothing is dealt meanwhile
    common = Batch.objects.select_for_update(no_key=True).get(pk=automatic_batch(corpus=corpus, k=policy.k).pk)
    seed = randbelow(2**31)
    dialogues = _chosen(corpus, wish, seed if policy.order == "shuffled-blocks" else None)
    if wish.purpose == Purpose.MAIN:
        dialogues = _taken_over(common, dialogues)
    if not dialogues:
        raise Refused("batch.no_dialogues")
    batch = Batch.objects.create(
        corpus=corpus,
        purpose=wish.purpose,
        name=name,
        k=wish.k,
        given=wish.given,
        priority=priority,
        deadline=deadline,
        seed=seed,
        created_by=created_by,
        created_at=now,
    )
    if wish.given != Batch.Given.EVERYONE:
        batch.people.set(wish.people)
    if wish.given == Batch.Given.SHARED:
        _share(batch, dialogues, list(wish.people))
    else:
        fill(batch=batch, dialogues=dialogues, numbers=range(1, wish.k + 1))
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
    """Let a stopped batch go on."""
    Batch.objects.filter(pk=batch.pk).update(closed_at=None)


@transaction.atomic
def dissolve_batch(*, batch: Batch, now: datetime) -> int:
    """Give what nobody has begun of a batch in earnest back to the automatic batch, and stop the rest.

    The free slots of dialogues that somebody has begun go over as they are, for whoever asks first.

    Returns:
        How many slots went back.

    Raises:
        Refused: `batch.not_dissolved`, it is the automatic batch or for another purpose.
    """
    if batch.is_automatic or batch.purpose != Purpose.MAIN:
        raise Refused("batch.not_dissolved")
    common = automatic_batch(corpus=batch.corpus, k=batch.k)
    locked = {
        each.pk: each for each in Batch.objects.select_for_update().filter(pk__in=[common.pk, batch.pk]).order_by("pk")
    }
    common = locked[common.pk]
    free = list(Slot.objects.select_for_update().filter(batch=batch, state=Slot.State.FREE).order_by("rank", "number"))
    begun = set(Slot.objects.filter(batch=batch, token__gt=0).values_list("dialogue", flat=True))
    untouched = {slot.dialogue_id for slot in free} - begun
    Slot.objects.filter(pk__in=[slot.pk for slot in free if slot.dialogue_id in untouched]).delete()
    Dialogue.objects.filter(pk__in=untouched).update(is_dealt=False)
    moved = [slot for slot in free if slot.dialogue_id in begun]
    first, shift = (moved[0].rank if moved else 0), common.dealt
    for slot in moved:
        slot.batch, slot.rank, slot.rater = common, shift + slot.rank - first, None
    Slot.objects.bulk_update(moved, ["batch", "rank", "rater"], batch_size=500)
    if moved:
        Batch.objects.filter(pk=common.pk).update(dealt=moved[-1].rank + 1)
    stop_batch(batch=batch, now=now)
    return len(free)


def _chosen(corpus: Corpus, wish: Wish, seed: int | None) -> list[int]:
    """Return the dialogues of a wish in the order in which they are given out; no seed: as they stand in the corpus."""
    found = available(corpus=corpus, purpose=wish.purpose)
    if wish.episode:
        found = found.filter(episode=wish.episode)
    elif wish.series:
        found = found.filter(series=wish.series)
    rows = list(found.order_by("order").values_list("pk", "series", "episode"))
    block = min(wish.most or BLOCK, BLOCK)
    ordered = [row[0] for row in rows] if seed is None else mixed(rows, seed=str(seed), block=block)
    chosen = ordered[: wish.most] if wish.most else ordered
    if len(chosen) > MOST:
        raise Refused("batch.too_many", most=MOST)
    return chosen


def _taken_over(common: Batch, dialogues: list[int]) -> list[int]:
    """Take dialogues out of the automatic batch, but for those that somebody begins at this moment."""
    waiting = Slot.objects.filter(dialogue__in=dialogues, purpose=Purpose.MAIN)
    list(waiting.filter(batch=common).select_for_update().order_by("pk"))
    begun = set(waiting.filter(token__gt=0).values_list("dialogue", flat=True))  # a fresh look, under the locks
    chosen = [pk for pk in dialogues if pk not in begun]
    Slot.objects.filter(dialogue__in=chosen, batch=common).delete()
    Dialogue.objects.filter(pk__in=chosen).update(is_dealt=True)
    return chosen


def _share(batch: Batch, dialogues: list[int], people: list[Rater]) -> None:
    """Keep each slot for one person: the same work for all, everybody with everybody as far as it goes."""
    teams = balanced_teams(
        sorted(person.pk for person in people), size=batch.k, count=len(dialogues), seed=str(batch.seed)
    )
    Slot.objects.bulk_create(
        [
            Slot(dialogue_id=dialogue, purpose=batch.purpose, number=number, batch=batch, rank=rank, rater_id=person)
            for rank, (dialogue, team) in enumerate(zip(dialogues, teams, strict=True))
            for number, person in enumerate(team, start=1)
        ],
        batch_size=1000,
    )
    Batch.objects.filter(pk=batch.pk).update(dealt=F("dealt") + len(dialogues))
    batch.refresh_from_db()
