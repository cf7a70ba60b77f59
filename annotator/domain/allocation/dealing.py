"""Making slots: the automatic batch deals a few dialogues at a time, when somebody asks and nothing is free.

So whoever makes dialogues ready needs to tell nobody, a corpus of a hundred thousand dialogues is ready for its first
claim at once, and no claim ever makes more than a handful of slots.
"""

from collections.abc import Sequence
from zlib import crc32

from django.db import transaction

from annotator.models import Batch, Bookmark, Slot
from annotator.rules.shuffled_blocks import BLOCK, shuffled_blocks
from corpus.models import Corpus, Dialogue
from corpus.rules.codebook import Policy

CHUNK = 200  # dialogues that get their slots at once
WINDOW = 5000  # dialogues, chosen by chance, among which a chunk is mixed


def automatic_batch(*, corpus: Corpus, k: int) -> Batch:
    """Return the corpus's automatic batch; the first time it is made."""
    batch, _made = Batch.objects.get_or_create(
        corpus=corpus, is_automatic=True, defaults={"k": k, "seed": crc32(corpus.slug.encode()) % 2**31}
    )
    return batch


@transaction.atomic
def deal(*, batch: Batch, policy: Policy) -> bool:
    """Give the next dialogues of the automatic batch their slots, and those dealt before more of them if k has grown.

    Args:
        batch: the automatic batch as the caller saw it when it found nothing free; brought up to date.
        policy: of the corpus's codebook.

    Returns:
        Whether there may be new slots, made here or by somebody else meanwhile.
    """
    before = batch.dealt
    locked = Batch.objects.select_for_update(no_key=True).get(pk=batch.pk)
    done = locked.dealt > before or _deal_new(locked, policy) or _deal_more(locked, policy.k)
    batch.dealt, batch.k = locked.dealt, locked.k
    return done


def lower(*, batch: Batch, k: int) -> None:
    """Follow a lower k: the slots above it stay, and are not given out."""
    Batch.objects.filter(pk=batch.pk, k__gt=k).update(k=k, topped=0)
    batch.k = k


def fill(*, batch: Batch, dialogues: Sequence[int], numbers: range) -> None:
    """Add slots for dialogues at the end of a locked batch; those that are there already stay where they are."""
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


def mixed(rows: Sequence[tuple[int, int, int | None]], *, seed: str, block: int = BLOCK) -> list[int]:
    """Return primary keys in shuffled blocks; rows are primary key, series and episode of dialogues."""
    return shuffled_blocks([(pk, (series, episode)) for pk, series, episode in sorted(rows)], seed=seed, block=block)


def _deal_new(batch: Batch, policy: Policy) -> bool:
    undealt = Dialogue.objects.filter(corpus=batch.corpus_id, state=Dialogue.State.READY, is_dealt=False)
    if policy.order == "sequential":
        chunk = list(undealt.order_by("order").values_list("pk", flat=True)[:CHUNK])
    else:
        window = undealt.order_by("public_id").values_list("pk", "series", "episode")[:WINDOW]
        chunk = mixed(list(window), seed=f"{batch.seed} {batch.dealt}")[:CHUNK]
    if not chunk:
        return False
    fill(batch=batch, dialogues=chunk, numbers=range(1, policy.k + 1))
    Dialogue.objects.filter(pk__in=chunk).update(is_dealt=True)
    return True


def _deal_more(batch: Batch, k: int) -> bool:
    """Follow a higher k: dialogues that were dealt with fewer slots get the others, at the end of the batch."""
    if k <= batch.k:
        return False
    if batch.topped == 0:
        # Slots above a k that was lower for a while have been passed over.
        marks = Bookmark.objects.select_for_update().filter(batch=batch).order_by("pk")
        Bookmark.objects.filter(pk__in=[mark.pk for mark in marks]).update(rank=0)
    walked = Slot.objects.filter(batch=batch, number=1, rank__gte=batch.topped).order_by("rank")
    chunk = list(walked.values_list("dialogue", "rank")[:CHUNK])
    if chunk:
        batch.topped = chunk[-1][1] + 1
        fill(batch=batch, dialogues=[dialogue for dialogue, _rank in chunk], numbers=range(batch.k + 1, k + 1))
    else:
        batch.k, batch.topped = k, 0
    batch.save(update_fields=["k", "topped"])
    return True
