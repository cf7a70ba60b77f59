"""Asking past answers again that a ruling may affect, in a batch of their own."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from agreement.domain.labels.page import keys_of
from agreement.domain.labels.reader import Reader
from agreement.domain.rulings.making import selection_of
from agreement.models import Ruling, RulingUtterance
from annotator.domain.batches.second_rounds import create_second_round
from annotator.models import Batch, Slot
from common.errors import Refused
from common.models import User
from corpus.domain.structure.archiving import require_writable
from corpus.models import Membership, Utterance

PRIORITY = 1  # before ordinary work: the ruling is fresh in mind
MOST = 20_000  # utterances


def ask_again(*, ruling: Ruling, membership: Membership, now: datetime) -> Batch:
    """Ask the annotators again about the utterances that fit a ruling's filters, within their dialogues.

    The answers of this second round are annotations of their own; those to the other utterances of a dialogue are taken
    over. The case of the ruling itself is left out, since everybody has read what holds for it.

    Args:
        ruling: its filters are read by the manager's view of the label browser.
        membership: of the manager.
        now: the moment.

    Raises:
        Refused: `corpus.archived`; `ruling.asked`; `ruling.nothing`, no utterance fits; `batch.too_many` with `most`;
            the codes of `create_second_round` and `keys_of`.
        NotReadyError: the index of answers is being made.
    """
    require_writable(membership.corpus)
    keys = keys_of(corpus=membership.corpus, selection=selection_of(ruling), reader=Reader(membership))
    return _asked(ruling, keys, membership.user, now)


@transaction.atomic
def _asked(ruling: Ruling, keys: list[int], author: User, now: datetime) -> Batch:
    locked = Ruling.objects.select_for_update(of=("self",)).select_related("corpus", "decision").get(pk=ruling.pk)
    require_writable(locked.corpus)
    if locked.batch_id:
        raise Refused("ruling.asked")
    if len(keys) > MOST:
        raise Refused("batch.too_many", most=MOST)
    affected = dict(
        Utterance.objects.filter(pk__in=keys)
        .exclude(pk=locked.decision.utterance_id)
        .values_list("pk", "dialogue")
        .order_by("pk")
    )
    if not affected:
        raise Refused("ruling.nothing")
    batch = create_second_round(
        corpus=locked.corpus,
        name=f"§ {locked.number} · {locked.case}",
        dialogues=affected.values(),
        asked=affected.keys(),
        priority=PRIORITY,
        created_by=author,
        now=now,
    )
    given = set(Slot.objects.filter(batch=batch).values_list("dialogue", flat=True))
    RulingUtterance.objects.bulk_create(
        [RulingUtterance(ruling=locked, utterance_id=pk) for pk, dialogue in affected.items() if dialogue in given],
        batch_size=1000,
    )
    locked.batch, locked.asked_at = batch, now
    locked.save(update_fields=["batch", "asked_at"])
    ruling.batch, ruling.asked_at = batch, now
    return batch


@dataclass(frozen=True)
class Asked:
    """The progress of the second round of a ruling.

    Attributes:
        utterances: that the ruling may affect.
        dialogues: that contain them.
        people: who answer them again.
        done, all: judgements of dialogues that are handed in, and all of them.
    """

    utterances: int
    dialogues: int
    people: int
    done: int
    all: int


def progress_of(ruling: Ruling) -> Asked | None:
    """Return how far the second round of a ruling is; None before it was asked for."""
    if ruling.batch_id is None:
        return None
    slots = Slot.objects.filter(batch=ruling.batch_id)
    return Asked(
        utterances=ruling.utterances.count(),
        dialogues=slots.values("dialogue").distinct().count(),
        people=slots.values("rater").distinct().count(),
        done=slots.filter(state=Slot.State.DONE).count(),
        all=slots.count(),
    )
