"""The automatic batch: it creates slots for a few dialogues at a time, ahead of the claims (`dealing_ahead`).

A claim that finds no free slot creates a few itself. No signal is needed when dialogues become ready, a corpus of a
hundred thousand dialogues is ready for its first claim at once, and no claim creates more than a few slots.
"""

from collections.abc import Sequence
from zlib import crc32

from django.db import transaction
from django.db.models import QuerySet

from annotator.models import Batch, Bookmark, Slot
from annotator.rules.shuffled_blocks import BLOCK, shuffled_blocks
from corpus.models import Corpus, Dialogue
from corpus.rules.codebook import Policy

CHUNK = 10  # dialogues that get their slots in a claim
WINDOW = 25  # times as many randomly chosen dialogues, among which those of a chunk are shuffled


def automatic_batch(*, corpus: Corpus, k: int) -> Batch:
    """Return the automatic batch of a corpus; create it the first time."""
    batch, _created = Batch.objects.get_or_create(
        corpus=corpus, is_automatic=True, defaults={"k": k, "seed": crc32(corpus.slug.encode()) % 2**31}
    )
    return batch


@transaction.atomic
def deal_slots(*, batch: Batch, policy: Policy, most: int | None = None, only_more: bool = False) -> bool:
    """Create the slots of the next dialogues of the automatic batch, or add slots to earlier ones if k has grown.

    Args:
        batch: the automatic batch as it was when the caller found too few free slots in it; it is updated.
        policy: of the codebook of the corpus.
        most: number of dialogues; None: `CHUNK`.
        only_more: only add slots to earlier dialogues.

    Returns:
        Whether there may be new slots, created here or by another claim in the meantime.
    """
    dealt_before = batch.dealt
    locked = Batch.objects.select_for_update(no_key=True).get(pk=batch.pk)
    most = most or CHUNK
    has_new = locked.dealt > dealt_before or (not only_more and _deal_new(locked, policy, most))
    has_new = has_new or _deal_more(locked, policy.k, most)
    batch.dealt, batch.k = locked.dealt, locked.k
    return has_new


def lower_k(*, batch: Batch, k: int) -> None:
    """Follow a lower k: slots with a higher number stay, and are not given out."""
    Batch.objects.filter(pk=batch.pk, k__gt=k).update(k=k, topped=0)
    batch.k = k


def add_slots(*, batch: Batch, dialogues: Sequence[int], numbers: range) -> None:
    """Add slots for dialogues (primary keys) at the end of a locked batch; existing slots keep their rank."""
    Slot.objects.bulk_create(
        [
            Slot(dialogue_id=pk, purpose=batch.purpose, number=number, batch=batch, rank=rank)
            for rank, pk in enumerate(dialogues, start=batch.dealt)
            for number in numbers
        ],
        batch_size=1000,
        ignore_conflicts=True,
    )
    batch.dealt += len(dialogues)
    batch.save(update_fields=["dealt"])


def shuffled(rows: Sequence[tuple[int, int, int | None]], *, seed: str, block: int = BLOCK) -> list[int]:
    """Return primary keys in shuffled blocks; rows are primary key, series and episode of dialogues."""
    return shuffled_blocks([(pk, (series, episode)) for pk, series, episode in sorted(rows)], seed=seed, block=block)


def has_undealt(*, corpus: Corpus) -> bool:
    """Return whether a ready dialogue of the corpus has no slots yet."""
    return _undealt(corpus.pk).exists()


def _undealt(corpus: int) -> QuerySet[Dialogue]:
    return Dialogue.objects.filter(corpus=corpus, state=Dialogue.State.READY, is_dealt=False)


def _deal_new(batch: Batch, policy: Policy, most: int) -> bool:
    undealt = _undealt(batch.corpus_id)
    if policy.order == "sequential":
        chunk = list(undealt.order_by("order").values_list("pk", flat=True)[:most])
    else:
        window = undealt.order_by("public_id").values_list("pk", "series", "episode")[: WINDOW * most]
        chunk = shuffled(list(window), seed=f"{batch.seed} {batch.dealt}")[:most]
    if not chunk:
        return False
    add_slots(batch=batch, dialogues=chunk, numbers=range(1, policy.k + 1))
    Dialogue.objects.filter(pk__in=chunk).update(is_dealt=True)
    return True


def _deal_more(batch: Batch, k: int, most: int) -> bool:
    """Follow a higher k: dialogues that have fewer slots get the missing ones, at the end of the batch."""
    if k <= batch.k:
        return False
    if batch.topped == 0:
        # Bookmarks have passed the slots above a k that was lower for a while.
        marks = Bookmark.objects.select_for_update().filter(batch=batch).order_by("pk")
        Bookmark.objects.filter(pk__in=[mark.pk for mark in marks]).update(rank=0)
    remaining = Slot.objects.filter(batch=batch, number=1, rank__gte=batch.topped).order_by("rank")
    chunk = list(remaining.values_list("dialogue", "rank")[:most])
    if chunk:
        batch.topped = chunk[-1][1] + 1
        add_slots(batch=batch, dialogues=[dialogue for dialogue, _rank in chunk], numbers=range(batch.k + 1, k + 1))
    else:
        batch.k, batch.topped = k, 0
    batch.save(update_fields=["k", "topped"])
    return True
