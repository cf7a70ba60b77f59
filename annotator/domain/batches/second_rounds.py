"""Second rounds: people get dialogues again that they have labelled, and answer them beside their first answers."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import datetime
from secrets import randbelow

from django.db import transaction
from django.db.models import Exists, Max, OuterRef

from annotator.domain.allocation.automatic_batch import shuffled
from annotator.domain.allocation.eligibility import CAN_GET_WORK
from annotator.models import Assignment, Batch, ClosedDialogue, Slot
from common.errors import Refused
from common.models import User
from corpus.models import Corpus, Dialogue, Purpose, Rater

MOST = 5_000  # dialogues of one round


@transaction.atomic
def create_second_round(
    *, corpus: Corpus, name: str, dialogues: Iterable[int], priority: int, created_by: User, now: datetime
) -> Batch:
    """Reserve dialogues for the people who finished them, so that they answer them again for a second round.

    Their first answers stay, and remain those that agreement and releases count. Each person answers a dialogue in a
    second round once at most; dialogues that are closed to them, since they saw the answers of others, are left out.

    Args:
        corpus: the corpus.
        name: for managers.
        dialogues: primary keys.
        priority: of the batch.
        created_by: the manager.
        now: the moment.

    Raises:
        Refused: `second_round.nobody`, nobody can answer one of them again; `batch.too_many` with `most`.
    """
    keys = set(dialogues)
    if len(keys) > MOST:
        raise Refused("batch.too_many", most=MOST)
    # Locked: two rounds that begin at once would otherwise take the same slot numbers.
    ready = Dialogue.objects.filter(corpus=corpus, pk__in=keys, state=Dialogue.State.READY)
    rows = list(
        ready.select_for_update(of=("self",), no_key=True).order_by("pk").values_list("pk", "series", "episode")
    )
    seed = randbelow(2**31)
    people = _who_finished([pk for pk, *_ in rows])
    ranked = [pk for pk in shuffled(rows, seed=f"{seed}") if people[pk]]
    if not ranked:
        raise Refused("second_round.nobody")
    batch = Batch.objects.create(
        corpus=corpus,
        purpose=Purpose.RELABEL,
        name=name[: Batch._meta.get_field("name").max_length],  # noqa: SLF001
        k=max(len(people[pk]) for pk in ranked),
        given=Batch.Given.SHARED,
        priority=priority,
        seed=seed,
        dealt=len(ranked),
        created_by=created_by,
        created_at=now,
    )
    batch.people.set({person for pk in ranked for person in people[pk]})
    last = dict(
        Slot.objects.filter(dialogue__in=ranked, purpose=Purpose.RELABEL)
        .values_list("dialogue")
        .annotate(last=Max("number"))
    )
    Slot.objects.bulk_create(
        [
            Slot(
                dialogue_id=pk,
                purpose=Purpose.RELABEL,
                number=last.get(pk, 0) + number,
                batch=batch,
                rank=rank,
                rater_id=person,
            )
            for rank, pk in enumerate(ranked)
            for number, person in enumerate(people[pk], start=1)
        ],
        batch_size=1000,
    )
    return batch


def _who_finished(dialogues: list[int]) -> dict[int, list[int]]:
    """Return dialogue -> the people who finished it and can answer it again, both by primary key."""
    closed = ClosedDialogue.objects.filter(dialogue=OuterRef("dialogue"), rater=OuterRef("rater"))
    again = Assignment.objects.filter(dialogue=OuterRef("dialogue"), rater=OuterRef("rater"), purpose=Purpose.RELABEL)
    reserved = Slot.objects.filter(dialogue=OuterRef("dialogue"), rater=OuterRef("rater"), purpose=Purpose.RELABEL)
    able = Rater.objects.filter(CAN_GET_WORK)
    done = Assignment.objects.filter(
        ~Exists(closed),
        ~Exists(again),
        ~Exists(reserved),
        dialogue__in=dialogues,
        purpose=Purpose.MAIN,
        state=Assignment.State.DONE,
        rater__in=able,
    )
    found: dict[int, list[int]] = defaultdict(list)
    for dialogue, rater in done.order_by("dialogue", "rater").values_list("dialogue", "rater"):
        found[dialogue].append(rater)
    return found
