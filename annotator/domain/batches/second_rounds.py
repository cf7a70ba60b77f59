"""Second rounds: people get dialogues again that they have labelled, and answer them beside their first answers.

A round that asks only some utterances takes the answers to the others over from the first round, by revisions of cause
`carried`: the page shows them as answered, and the dialogue can be handed in once the rest is answered. Whoever has
finished a second round of a dialogue can be asked again: their assignment goes on in the slot of the new round, and the
answers that are asked for are withdrawn by a revision of cause `asked`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from datetime import datetime
from secrets import randbelow

from django.db import transaction
from django.db.models import Exists, F, Max, OuterRef, Q, QuerySet

from annotator.domain.allocation.automatic_batch import shuffled
from annotator.domain.allocation.eligibility import CAN_GET_WORK
from annotator.domain.allocation.leases import REOPENED_LEASE
from annotator.models import Assignment, Batch, ClosedDialogue, Slot
from common.errors import Refused
from common.models import User
from corpus.models import Annotation, Corpus, Dialogue, Purpose, Rater, Revision

MOST = 5_000  # dialogues of one round
PIECE = 500  # dialogues of one query


@transaction.atomic
def create_second_round(
    *,
    corpus: Corpus,
    name: str,
    dialogues: Iterable[int],
    asked: Collection[int] | None = None,
    priority: int,
    created_by: User,
    now: datetime,
) -> Batch:
    """Reserve dialogues for the people who finished them, so that they answer them again for a second round.

    Their first answers stay, and remain those that agreement and releases count. Left out are people who have not
    finished an earlier second round of the dialogue yet, and those to whom it is closed, since they saw the answers of
    others.

    Args:
        corpus: the corpus.
        name: for managers.
        dialogues: primary keys.
        asked: primary keys of the utterances that are asked again; None: all of the dialogues. Answers under another
            codebook version than the one in use are asked again in any case.
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
    slots = [
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
    ]
    Slot.objects.bulk_create(slots, batch_size=1000)
    repeated = _go_on(slots, asked, now)
    if asked is not None:
        _carry(corpus, [slot for slot in slots if slot not in repeated], asked, now)
    return batch


def _go_on(slots: list[Slot], asked: Collection[int] | None, now: datetime) -> set[Slot]:
    """Let assignments of earlier second rounds go on in new slots; return these slots.

    The earlier slots stay finished: what was answered for them is told from later answers by the revisions.
    """
    by_place = {(slot.dialogue_id, slot.rater_id): slot for slot in slots}
    earlier = Assignment.objects.filter(
        dialogue__in={slot.dialogue_id for slot in slots}, purpose=Purpose.RELABEL, state=Assignment.State.DONE
    )
    found = [each for each in earlier.order_by("pk") if (each.dialogue_id, each.rater_id) in by_place]
    if not found:
        return set()
    # slots first, as in every change of a holder
    list(Slot.objects.filter(pk__in=[each.slot_id for each in found]).select_for_update().order_by("pk").values("pk"))
    locked = Assignment.objects.filter(pk__in=[each.pk for each in found], state=Assignment.State.DONE)
    repeated = set()
    for assignment in locked.select_for_update(of=("self",)).order_by("pk"):
        slot = by_place[assignment.dialogue_id, assignment.rater_id]
        slot.state, slot.token = Slot.State.HELD, assignment.token
        slot.save(update_fields=["state", "token"])
        assignment.slot, assignment.state, assignment.ended_at = slot, Assignment.State.OPEN, None
        assignment.lease_until = now + REOPENED_LEASE
        assignment.save(update_fields=["slot", "state", "ended_at", "lease_until"])
        own = Annotation.objects.filter(
            rater=assignment.rater_id, purpose=Purpose.RELABEL, utterance__dialogue=assignment.dialogue_id
        )
        _withdraw(own if asked is None else own.filter(utterance__in=asked), now)
        repeated.add(slot)
    return repeated


def _withdraw(annotations: QuerySet[Annotation], now: datetime) -> None:
    """Withdraw answers, whose assignments are locked, by revisions of cause `asked`."""
    rows = list(annotations.filter(answers__isnull=False).order_by("pk"))
    Revision.objects.bulk_create(
        [
            Revision(
                annotation=row,
                number=row.number + 1,
                cause=Revision.Cause.ASKED,
                answers=None,
                codebook_id=row.codebook_id,
                created_at=now,
            )
            for row in rows
        ]
    )
    Annotation.objects.filter(pk__in=[row.pk for row in rows]).update(
        number=F("number") + 1, answers=None, codes=None, first_number=None, first_codes=None, updated_at=now
    )


def _carry(corpus: Corpus, slots: list[Slot], asked: Collection[int], now: datetime) -> None:
    """Take the first answers to the utterances that are not asked over into the second round."""
    places = {(slot.dialogue_id, slot.rater_id) for slot in slots}
    dialogues = sorted({dialogue for dialogue, _ in places})
    skipped = set(asked)
    for start in range(0, len(dialogues), PIECE):
        again = Annotation.objects.filter(
            rater=OuterRef("rater"), utterance=OuterRef("utterance"), purpose=Purpose.RELABEL
        )
        first = Annotation.objects.filter(
            ~Exists(again),
            utterance__dialogue__in=dialogues[start : start + PIECE],
            purpose=Purpose.MAIN,
            answers__isnull=False,
            codebook=corpus.codebook_id,
        ).select_related("utterance")
        copies = [
            Annotation(
                rater_id=each.rater_id,
                utterance=each.utterance,
                purpose=Purpose.RELABEL,
                codebook_id=each.codebook_id,
                answers=each.answers,
                codes=each.codes,
                number=1,
                updated_at=now,
            )
            for each in first.order_by("pk")
            if each.utterance_id not in skipped and (each.utterance.dialogue_id, each.rater_id) in places
        ]
        Annotation.objects.bulk_create(copies, batch_size=1000)
        Revision.objects.bulk_create(
            [
                Revision(
                    annotation=each,
                    number=1,
                    cause=Revision.Cause.CARRIED,
                    answers=each.answers,
                    codebook_id=each.codebook_id,
                    created_at=now,
                )
                for each in copies
            ],
            batch_size=1000,
        )


def _who_finished(dialogues: list[int]) -> dict[int, list[int]]:
    """Return dialogue -> the people who finished it and can answer it again, both by primary key."""
    closed = ClosedDialogue.objects.filter(dialogue=OuterRef("dialogue"), rater=OuterRef("rater"))
    again = Assignment.objects.filter(
        ~Q(state=Assignment.State.DONE, codebook=F("rater__corpus__codebook")),
        dialogue=OuterRef("dialogue"),
        rater=OuterRef("rater"),
        purpose=Purpose.RELABEL,
    )
    reserved = Slot.objects.filter(
        dialogue=OuterRef("dialogue"), rater=OuterRef("rater"), purpose=Purpose.RELABEL
    ).exclude(state=Slot.State.DONE)
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
