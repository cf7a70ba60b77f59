"""Retests: people get some of their own earlier dialogues again, without notice."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from secrets import randbelow

from django.db import transaction
from django.db.models import Exists, Max, OuterRef

from annotator.domain.allocation.automatic_batch import shuffled
from annotator.models import Assignment, Batch, Slot
from common.errors import Refused
from common.models import User
from corpus.models import Corpus, Dialogue, Purpose, Rater, Revision


@dataclass(frozen=True, slots=True, kw_only=True)
class MinimumAge:
    """Minimum age of a finished dialogue: days, and dialogues that the same person has finished since."""

    days: int = 14
    dialogues: int = 20


@transaction.atomic
def create_retest(
    *,
    corpus: Corpus,
    name: str,
    people: Sequence[Rater],
    count: int,
    minimum_age: MinimumAge,
    percent: int,
    created_by: User,
    now: datetime,
) -> Batch:
    """Reserve some finished dialogues of each person for a retest, mixed in among their new ones.

    People are not notified and do not see their earlier answers. A person with too few old dialogues gets as many as
    there are.

    Args:
        corpus: the corpus.
        name: for managers.
        people: whose self-agreement is measured.
        count: dialogues per person.
        minimum_age: of the dialogues.
        percent: percentage of claims that return one of them.
        created_by: the manager.
        now: the moment.

    Raises:
        Refused: `batch.nobody`; `batch.nothing_to_retest`.
    """
    if not people:
        raise Refused("batch.nobody")
    seed = randbelow(2**31)
    chosen = {person.pk: _old_enough(person, count, minimum_age, now, seed) for person in people}
    if not any(chosen.values()):
        raise Refused("batch.nothing_to_retest", days=minimum_age.days, dialogues=minimum_age.dialogues)
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
    dialogues = {dialogue for own in chosen.values() for dialogue in own}
    # Two concurrent retests of one dialogue would use the same slot number.
    list(Dialogue.objects.select_for_update(no_key=True).filter(pk__in=dialogues).order_by("pk"))
    numbers = dict(
        Slot.objects.filter(dialogue__in=dialogues, purpose=Purpose.RETEST)
        .values_list("dialogue")
        .annotate(last=Max("number"))
    )
    slots = []
    for person, own in chosen.items():
        for rank, dialogue in enumerate(own):
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


def _old_enough(person: Rater, count: int, minimum_age: MinimumAge, now: datetime, seed: int) -> list[int]:
    """Return at most `count` dialogues that this person finished long enough ago, in shuffled blocks."""
    latest = now - timedelta(days=minimum_age.days)
    # A correction refreshes the memory of a dialogue as much as labelling it does.
    corrected = Revision.objects.filter(
        annotation__rater=person,
        annotation__purpose=Purpose.MAIN,
        annotation__utterance__dialogue=OuterRef("dialogue"),
        cause=Revision.Cause.CORRECT,
        created_at__gt=latest,
    )
    done = Assignment.objects.filter(
        ~Exists(corrected),
        rater=person,
        purpose=Purpose.MAIN,
        state=Assignment.State.DONE,
        dialogue__state=Dialogue.State.READY,
    )
    rows = done.order_by("-ended_at", "-pk").values_list(
        "dialogue", "dialogue__series", "dialogue__episode", "ended_at"
    )
    retested = set(Slot.objects.filter(rater=person, purpose=Purpose.RETEST).values_list("dialogue", flat=True))
    fitting = [
        (dialogue, series, episode)
        for dialogue, series, episode, ended_at in list(rows)[minimum_age.dialogues :]
        if ended_at and ended_at <= latest and dialogue not in retested
    ]
    return shuffled(fitting, seed=f"{seed} {person.pk}", block=count)[:count]
