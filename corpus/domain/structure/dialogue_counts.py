"""Numbers of dialogues and utterances of corpora, by state, from an index alone.

Each dialogue carries its length (see corpus/models/triggers.py), so utterances are counted without being read. The
counts of a large corpus are kept for a minute: even an index takes time, and pages need them several times.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from django.core.cache import cache
from django.db.models import Count, Sum

from corpus.models import Dialogue

MANY = 20_000  # dialogues
KEPT_SECONDS = 60


class DialogueCount(NamedTuple):
    """Numbers of dialogues and of their utterances."""

    dialogues: int = 0
    utterances: int = 0


def dialogue_counts(corpora: Iterable[int]) -> dict[int, dict[str, DialogueCount]]:
    """Return corpus (primary key) -> state -> counts, in one query; hidden dialogues are not there."""
    found: dict[int, dict[str, DialogueCount]] = {key: {} for key in corpora}
    kept = cache.get_many([_key(corpus) for corpus in found])
    missing = [corpus for corpus in found if _key(corpus) not in kept]
    for corpus in found.keys() - set(missing):
        found[corpus] = {state: DialogueCount(*counts) for state, counts in kept[_key(corpus)].items()}
    if missing:
        rows = Dialogue.objects.filter(corpus__in=missing).values_list("corpus", "state").order_by()
        for corpus, state, dialogues, utterances in rows.annotate(Count("pk"), Sum("length")):
            if state != Dialogue.State.HIDDEN:
                found[corpus][state] = DialogueCount(dialogues, utterances)
    for corpus in missing:
        if sum(each.dialogues for each in found[corpus].values()) >= MANY:
            cache.set(_key(corpus), {state: tuple(each) for state, each in found[corpus].items()}, KEPT_SECONDS)
    return found


def forget_counts(corpus: int) -> None:
    """Count a corpus again at the next request, after many of its dialogues have changed."""
    cache.delete(_key(corpus))


def _key(corpus: int) -> str:
    return f"dialogue-counts-{corpus}"
