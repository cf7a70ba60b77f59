"""Retests: a person judges again, unawares, what they judged long enough ago."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import randbelow

from django.db import transaction
from django.db.models import Max

from annotator.domain.allocation.automatic_batch import shuffled
from annotator.models import Assignment, Batch, Slot
from common.errors import Refused
from common.models import User
from corpus.models import Corpus, Dialogue, Purpose, Rater


@dataclass(frozen=True, slots=True, kw_only=True)
class Spacing:
    """How long ago a dialogue must have been judged: days, and dialogues that the same person has judged since."""

    days: int = 14
    dialogues: int = 20


@transaction.atomic
def create_retest(
    *,
    corpus: Corpus,
    name: str,
    people: Sequence[Rater],
    count: int,
    spacing: Spacing,
    percent: int,
    created_by: User,
    now: datetime,
) -> Batch:
    """Keep some of each person's own finished dialogues for them once more, mixed in among their new ones.

    Nothing tells them, and their earlier labels are not shown. Who has too few old enough gets as many as there are;
    the batch says how many each got.

    Args:
        corpus: the corpus.
        name: for managers.
        people: whose agreement with themselves is asked.
        count: dialogues for each.
        spacing: how old their judgement must be.
        percent: in how many of 100 claims one of them comes.
        created_by: the manager.
        now: the moment.

    Raises:
        Refused: `batch.nobody`; `batch.nothing_to_retest`.
    """
    if not people:
        raise Refused("batch.nobody")
    seed = randbelow(2**31)
    chosen = {person.pk: _old_enough(person, count, spacing, now, seed) for person in people}
    if not any(chosen.values()):
        raise Refused("batch.nothing_to_retest", days=spacing.days, dialogues=spacing.dialogues)
    batch = Batch.objects.create(
        corpus=corpus,
        purpose=Purpose.RETEST,
        name=name,
        k=1,
        given=Batch.Given.SHARED,
        percent=percent,
        seed=seed,
        dealt=max(map(len, chosen.values())),
        created_by=created_by,
        created_at=now,
    )
    batch.people.set([person for person in people if chosen[person.pk]])
    dialogues = {dialogue for found in chosen.values() for dialogue in found}
    # two retests of one dialogue at once would take the same number
    list(Dialogue.objects.select_for_update(no_key=True).filter(pk__in=dialogues).order_by("pk"))
    numbers = dict(
        Slot.objects.filter(dialogue__in=dialogues, purpose=Purpose.RETEST)
        .values_list("dialogue")
        .annotate(last=Max("number"))
    )
    slots = []
    for person, found in chosen.items():
        for rank, dialogue in enumerate(found):
            numbers[dialogue] = number = numbers.get(dialogue, 0) + 1
            slots.append(
                Slot(
                    dialogue_id=dialogue,
                    purpose=Purpose.RETEST,
                    number=number,
                    batch=batch,
                    rank=rank,
                    rater_id=person,
                )
            )
    Slot.objects.bulk_create(slots, batch_size=1000)
    return batch


def _old_enough(person: Rater, count: int, spacing: Spacing, now: datetime, seed: int) -> list[int]:
    """Return dialogues that this person judged long enough ago, in shuffled blocks, at most `count`."""
    done = Assignment.objects.filter(
        rater=person, purpose=Purpose.MAIN, state=Assignment.State.DONE, dialogue__state=Dialogue.State.READY
    )
    rows = done.order_by("-ended_at", "-pk").values_list(
        "dialogue", "dialogue__series", "dialogue__episode", "ended_at"
    )
    asked = set(Slot.objects.filter(rater=person, purpose=Purpose.RETEST).values_list("dialogue", flat=True))
    latest = now - timedelta(days=spacing.days)
    fitting = [
        (dialogue, series, episode)
        for dialogue, series, episode, ended_at in list(rows)[spacing.dialogues :]
        if ended_at and ended_at <= latest and dialogue not in asked
    ]
    return shuffled(fitting, seed=f"{seed} {person.pk}", block=count)[:count]
