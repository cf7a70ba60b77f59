"""Codes of dialogues, and the order and codes of the utterances of a draft."""

from __future__ import annotations

from corpus.models import Dialogue, Utterance

# Added to the order of utterances while they are renumbered: the order is unique within a dialogue at every moment.
OFFSET = 1_000_000


def free_code(corpus_id: int, stem: str) -> str:
    """Return `stem`, or `stem`b, `stem`c ... if that is used in the corpus."""
    taken = set(Dialogue.with_retired.filter(corpus_id=corpus_id, code__startswith=stem).values_list("code", flat=True))
    suffixes = ["", *"bcdefghijklmnopqrstuvwxyz", *(f"-{number}" for number in range(27, len(taken) + 28))]
    suffix: str = next(suffix for suffix in suffixes if stem + suffix not in taken)
    return stem + suffix


def renumber(dialogue: Dialogue) -> None:
    """Set the order of a draft's utterances to 1, 2, 3 ... in their present order, and the codes accordingly."""
    utterances = list(dialogue.utterances.order_by("order", "pk"))
    for order, utterance in enumerate(utterances, start=1):
        utterance.order, utterance.code = 2 * OFFSET + order, f"{dialogue.code}~{order}"
    Utterance.objects.bulk_update(utterances, ["order", "code"], batch_size=400)
    for order, utterance in enumerate(utterances, start=1):
        utterance.order, utterance.code = order, f"{dialogue.code}_U{order:03d}"
    Utterance.objects.bulk_update(utterances, ["order", "code"], batch_size=400)
