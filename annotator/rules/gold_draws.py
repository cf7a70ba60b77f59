"""Pseudo-random draws of hidden gold dialogues, which no one can predict without the secret seed."""

import hmac
from collections.abc import Sequence
from hashlib import sha256


def is_due(*, seed: str, person: str, place: int, last: int, percent: int) -> bool:
    """Return whether the dialogue at this position in the work of a person is to be gold.

    One position is drawn in each section of 100 / percent dialogues, so that the rate is the same for everyone and the
    position is unpredictable. If no gold dialogue can be given there, gold stays due until the section ends.

    Args:
        seed: secret of the corpus.
        person: id of the person.
        place: number of main and gold dialogues they had before.
        last: position of their last gold dialogue; -1: none.
        percent: from 1 to 100.
    """
    section = place * percent // 100
    # If 100 / percent is not an integer, a section ends within a position, which then belongs to both sections.
    return any(
        last < int((each + draw(seed, person, f"turn {each}")) * 100 / percent) <= place
        for each in (section, section + 1)
    )


def in_drawn_order(keys: Sequence[str], *, seed: str, person: str) -> list[str]:
    """Return the keys in a random order that differs from person to person."""
    return sorted(keys, key=lambda key: draw(seed, person, f"dialogue {key}"))


def draw(seed: str, person: str, subject: str) -> float:
    """Return a number in [0, 1) that only the seed predicts."""
    digest = hmac.new(seed.encode(), f"{person} {subject}".encode(), sha256).digest()
    return int.from_bytes(digest[:6]) / 2**48
