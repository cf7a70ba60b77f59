"""The dialogues that annotators are given next, in the order of claims: their clips are cut first."""

from __future__ import annotations

from collections.abc import Collection

from django.db.models import F, QuerySet

from annotator.models import Assignment, Slot
from corpus.models import Corpus, Dialogue

AHEAD = 24  # dialogues of a corpus that may be given out before the next look


def upcoming_dialogues(*, corpus: Corpus, among: Collection[int] | None = None) -> list[int]:
    """Return dialogues (primary keys) in the order in which they are needed.

    First those in hand, then those with free slots by batch and rank, as claims take them, then ready ones without
    slots in the order in which they get them. Bookmarks of single annotators are left out of account.

    Args:
        corpus: whose dialogues.
        among: order exactly these; by default the first `AHEAD` of the corpus.
    """
    most = AHEAD if among is None else None
    found: dict[int, None] = {}
    for rows in (_in_hand(corpus), _offered(corpus), _undealt(corpus)):
        chosen = rows if among is None else rows.filter(**{_key(rows): list(among)})
        keys = chosen.values_list(_key(rows).removesuffix("__in"), flat=True)
        # a dialogue has several slots: more rows than dialogues are read
        found |= dict.fromkeys(keys[: 4 * most] if most else keys)
        if most and len(found) >= most:
            break
    rest = [] if among is None else sorted(set(among) - found.keys())
    return [*list(found)[:most], *rest]


def _key(rows: QuerySet[Assignment] | QuerySet[Slot] | QuerySet[Dialogue]) -> str:
    return "pk__in" if rows.model is Dialogue else "dialogue__in"


def _in_hand(corpus: Corpus) -> QuerySet[Assignment]:
    held = Assignment.objects.filter(rater__corpus=corpus, state=Assignment.State.OPEN)
    return held.order_by("claimed_at", "pk")


def _offered(corpus: Corpus) -> QuerySet[Slot]:
    free = Slot.objects.filter(batch__corpus=corpus, batch__closed_at=None, state=Slot.State.FREE)
    return free.filter(dialogue__state=Dialogue.State.READY).order_by(
        "-batch__priority", F("batch__deadline").asc(nulls_last=True), "batch__is_automatic", "batch", "rank", "number"
    )


def _undealt(corpus: Corpus) -> QuerySet[Dialogue]:
    ready = Dialogue.objects.filter(corpus=corpus, state=Dialogue.State.READY, is_dealt=False)
    is_sequential = corpus.codebook is not None and corpus.codebook.rules().policy.order == "sequential"
    return ready.order_by("order" if is_sequential else "public_id")
