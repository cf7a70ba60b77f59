"""Slots that a rater may take: the next free one, and the bookmark from which the search starts.

A claim must cost the same in a corpus of a thousand utterances and in one of a million. So it reads only the index of
free slots, batch by batch, starting at the bookmark of the rater.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from django.db import models

from annotator.models import Batch, Bookmark, Slot
from annotator.rules.mix_in import is_turn
from annotator.rules.purposes import in_the_way
from common.database.prepared import Instance, InstanceAndValues, PreparedSelect
from corpus.models import Purpose, Rater

ANY_NUMBER = 2**15 - 1  # the largest number of a slot
LAG = 16  # dialogues by which a bookmark may lag behind, so that few claims write it

# Each claim runs these two. They read nothing but the index of free slots, which no query set does as directly.
_OFFERS = """
SELECT {columns}, COALESCE(mark.rank, 0) AS mark,
    EXISTS (SELECT 1 FROM annotator_slot slot WHERE slot.batch_id = batch.id AND slot.state = 'free'
            AND batch.given <> 'shared' AND slot.rater_id IS NULL AND slot.rank >= COALESCE(mark.rank, 0))
    OR EXISTS (SELECT 1 FROM annotator_slot slot WHERE slot.batch_id = batch.id AND slot.state = 'free'
            AND batch.given = 'shared' AND slot.rater_id = %(rater)s AND slot.rank >= COALESCE(mark.rank, 0))
    AS has_free
FROM annotator_batch batch
LEFT JOIN annotator_bookmark mark ON mark.batch_id = batch.id AND mark.rater_id = %(rater)s
WHERE batch.corpus_id = %(corpus)s AND batch.closed_at IS NULL AND (batch.given = 'everyone' OR EXISTS (
    SELECT 1 FROM annotator_batch_people people WHERE people.batch_id = batch.id AND people.rater_id = %(rater)s))
ORDER BY batch.priority DESC, batch.deadline IS NULL, batch.deadline, batch.is_automatic, batch.id
"""
_FREE = """
SELECT {columns} FROM annotator_slot slot JOIN corpus_dialogue dialogue ON dialogue.id = slot.dialogue_id
WHERE slot.batch_id = %(batch)s AND slot.state = 'free' AND slot.rater_id [whose]
    AND slot.rank >= %(mark)s AND slot.number <= %(k)s [ready]
    AND NOT EXISTS (SELECT 1 FROM annotator_assignment seen WHERE seen.dialogue_id = slot.dialogue_id
                    AND seen.rater_id = %(rater)s AND seen.purpose IN [purposes])
    AND NOT EXISTS (SELECT 1 FROM annotator_closeddialogue closed
                    WHERE closed.rater_id = %(rater)s AND closed.dialogue_id = slot.dialogue_id)
ORDER BY slot.rater_id, slot.rank, slot.number LIMIT 1
"""

PK, WHOLE = models.BigAutoField(), models.IntegerField()
OFFERS = PreparedSelect(InstanceAndValues(Instance(Batch)), _OFFERS, {"rater": PK})


@dataclass(slots=True)
class Offer:
    """A batch that is open to a rater.

    Attributes:
        batch: as it was before its slots were read.
        k: slots with a higher number are not given out.
        mark: rank of the bookmark; slots of dialogues that are new to this rater start there.
        has_free: whether a slot from there on was free.
    """

    batch: Batch
    k: int
    mark: int
    has_free: bool


def offers(*, rater: Rater, k: int) -> list[Offer]:
    """Return the batches that have or may get slots for this rater, in the order in which they are served.

    Args:
        rater: an annotator of the corpus.
        k: of the codebook, for the automatic batch.
    """
    return [
        Offer(batch=batch, k=k if batch.is_automatic else _highest(batch), mark=mark, has_free=bool(has_free))
        for batch, (mark, has_free) in OFFERS.all(rater=rater.pk, corpus=rater.corpus_id)
        if batch.is_automatic or has_free
    ]


def in_turn(available: list[Offer], *, rater: Rater, now: datetime) -> Iterator[Offer]:
    """Yield offers in the order in which this claim tries them.

    A mixed-in batch comes first if its random draw selects it. Otherwise it comes after all other batches; hidden gold
    then does not come at all.
    """
    drawn = {
        each.batch.pk: each.batch.percent is not None
        and is_turn(percent=each.batch.percent, seed=f"{each.batch.seed} {rater.pk} {now.isoformat()}")
        for each in available
    }
    yield from (each for each in available if drawn[each.batch.pk])
    yield from (each for each in available if each.batch.percent is None)
    for each in available:
        if each.batch.percent is not None and not drawn[each.batch.pk] and each.batch.purpose != Purpose.GOLD:
            yield each


def has_next(*, offer: Offer, rater: Rater) -> bool:
    """Return whether a slot of an offer is free whose dialogue is new to the rater, without locking it."""
    return offer.has_free and _first_free(offer, rater) is not None


def _highest(batch: Batch) -> int:
    """Return the highest number of a slot that a manager's batch gives out.

    Reserved slots have any number: a retest of two people, or a second round, numbers the slots of a dialogue on.
    """
    return ANY_NUMBER if batch.given == Batch.Given.SHARED else batch.k


def lock_next(*, offer: Offer, rater: Rater) -> Slot | None:
    """Lock and return the first free slot of an offer whose dialogue is new to the rater.

    Slots locked by another transaction are skipped while another one is free; if all are locked, wait for them. None
    is only returned after a query without locks has found no free slot.
    """
    if not offer.has_free:
        return None
    slot = _first_free(offer, rater, lock="FOR NO KEY UPDATE OF slot SKIP LOCKED")
    while slot is None and _first_free(offer, rater):
        slot = _first_free(offer, rater, lock="FOR NO KEY UPDATE OF slot")
    if slot is None or slot.rank - offer.mark > LAG:
        _advance(offer, rater)
    return slot


def free_slot(*, slot: Slot) -> None:
    """Free a locked slot, and move back every bookmark that has passed it.

    A slot of hidden gold, which is in no batch, takes the same statements.
    """
    slot.state = Slot.State.FREE
    slot.save(update_fields=["state"])
    # All bookmarks are locked, in one order: a claim that moves one right now looked before the slot was free.
    marks = Bookmark.objects.filter(batch=slot.batch_id)
    list(marks.select_for_update().order_by("pk").values_list("pk"))
    marks.filter(rank__gt=slot.rank).update(rank=slot.rank)


def _first_free(offer: Offer, rater: Rater, *, lock: str = "", only_ready: bool = True) -> Slot | None:
    """Return the first free slot of an offer whose dialogue is new to the rater."""
    is_shared, purposes = offer.batch.given == Batch.Given.SHARED, in_the_way(offer.batch.purpose)
    statement = _free(is_shared=is_shared, purposes=purposes, only_ready=only_ready, lock=lock)
    return statement.first(batch=offer.batch.pk, mark=offer.mark, k=offer.k, rater=rater.pk)


@cache
def _free(*, is_shared: bool, purposes: tuple[str, ...], only_ready: bool, lock: str) -> PreparedSelect[Slot]:
    """Return the statement that finds a free slot; there are a dozen of them at most."""
    parts = {
        "[whose]": "= %(rater)s" if is_shared else "IS NULL",
        "[purposes]": f"({', '.join(repr(purpose) for purpose in purposes)})",  # constants, not input
        "[ready]": "AND dialogue.state = 'ready'" if only_ready else "",
    }
    text = _FREE
    for place, part in parts.items():
        text = text.replace(place, part)
    return PreparedSelect(Instance(Slot), text, {"rater": PK, "mark": WHOLE, "k": WHOLE}, lock=lock)


def _advance(offer: Offer, rater: Rater) -> None:
    """Move the bookmark to the first slot that is still free for this rater, also if its dialogue is excluded now.

    The bookmark is locked before the query, and `free_slot` locks it after it has freed a slot: a slot that is freed in
    the meantime cannot end up behind the bookmark. If there is no bookmark yet, it is only created.
    """
    mark = Bookmark.objects.select_for_update().filter(batch=offer.batch, rater=rater).first()
    if mark is None:
        Bookmark.objects.create(batch=offer.batch, rater=rater)
        return
    offer.mark = mark.rank
    first = _first_free(offer, rater, only_ready=False)
    rank = offer.batch.dealt if first is None else first.rank  # slots dealt since then have a higher rank
    if rank > mark.rank:
        mark.rank = rank
        mark.save(update_fields=["rank"])
