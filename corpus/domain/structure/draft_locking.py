"""Locks on draft dialogues and on the order of a corpus's dialogues."""

from __future__ import annotations

from collections.abc import Iterable

from common.errors import Refused
from corpus.models import Corpus, Dialogue


def lock_drafts(dialogues: Iterable[int]) -> list[Dialogue]:
    """Lock draft dialogues, in the order of their primary keys to avoid deadlocks; return them in corpus order.

    Args:
        dialogues: primary keys.

    Raises:
        Refused: `dialogue.frozen` if one of them is not a draft, `dialogue.gone` if one was removed.
    """
    wanted = set(dialogues)
    locked = list(Dialogue.objects.select_for_update().filter(pk__in=wanted).order_by("pk"))
    if len(locked) < len(wanted):
        raise Refused("dialogue.gone")
    for dialogue in locked:
        if dialogue.state != Dialogue.State.DRAFT:
            raise Refused("dialogue.frozen", dialogue=dialogue.code)
    return sorted(locked, key=lambda dialogue: dialogue.order)


def lock_corpus(corpus_id: int) -> None:
    """Lock a corpus: one transaction at a time edits the order and the codes of its dialogues."""
    Corpus.objects.select_for_update().get(pk=corpus_id)
