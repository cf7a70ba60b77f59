"""Writing the utterances of an episode: their contents, and their order and codes within their dialogues."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from itertools import count

from corpus.domain.structure.draft_numbering import OFFSET
from corpus.models import Dialogue, Utterance

LONGEST_CODE = 80
NEW = "new"  # the former code of an utterance that has had none
LETTERS = "bcdefghijklmnopqrstuvwxyz"
FIELDS = ("text", "speaker", "start_ms", "end_ms", "version", "dialogue", "order", "code")
ROWS = 200  # written at once: SQLite has a limit of parameters


def write_sequences(
    sequences: Mapping[Dialogue, Sequence[Utterance]],
    *,
    frozen: Collection[int],
    retired: Sequence[Utterance],
    changed: Sequence[Utterance],
) -> None:
    """Write utterances, with the order and codes of all in the dialogues whose order changed.

    Args:
        sequences: the utterances of these dialogues, in their new order.
        frozen: primary keys of those among the dialogues whose codes people and releases know.
        retired: utterances whose dialogue is the retired one.
        changed: all utterances with other contents or another dialogue.
    """
    ordered = {line.pk: line for lines in sequences.values() for line in lines}
    rows = {**ordered, **{line.pk: line for line in [*changed, *retired]}}
    if not rows:
        return
    if ordered or retired:
        # order and code are unique within a dialogue at every moment
        stored = list(Utterance.objects.filter(pk__in=rows).only("pk", "order", "code"))
        for line in stored:
            line.order, line.code = 2 * OFFSET + line.pk, f"~{line.pk}"
        Utterance.objects.bulk_update(stored, ["order", "code"], batch_size=ROWS)
    for dialogue, lines in sequences.items():
        for (order, code), line in zip(
            list(_places(dialogue, lines, numbered=dialogue.pk not in frozen)), lines, strict=True
        ):
            line.order, line.code = order, code
    for line in retired:
        line.order = 3 * OFFSET + line.pk
        line.code = line.code if "~" in line.code else f"{line.code[: LONGEST_CODE - 20]}~{line.pk}"
    Utterance.objects.bulk_update(list(rows.values()), FIELDS, batch_size=ROWS)


def _places(dialogue: Dialogue, lines: Sequence[Utterance], *, numbered: bool) -> Iterator[tuple[int, str]]:
    """Yield the order and the code of each utterance.

    Args:
        dialogue: their dialogue.
        lines: in order.
        numbered: number the codes; otherwise they stay, and a new utterance is named after the one before it.
    """
    if numbered:
        yield from ((order, f"{dialogue.code}_U{order:03d}") for order in range(1, len(lines) + 1))
        return
    taken = {line.code for line in lines if "~" not in line.code}
    last = f"{dialogue.code}_U000"
    for order, line in enumerate(lines, start=1):
        former, mark, _key = line.code.partition("~")
        if not mark:
            last = line.code
        elif former != NEW and former not in taken:
            last = former  # it comes back
        else:
            last = next(code for code in _after(last) if code not in taken)
        taken.add(last)
        yield order, last


def _after(code: str) -> Iterator[str]:
    """Yield names for an utterance behind the one with this code: D001_U003b, D001_U003c ..."""
    stem = code.rstrip(LETTERS) or code
    yield from (f"{stem}{letter}" for letter in LETTERS)
    yield from (f"{stem}-{number}" for number in count(27))
