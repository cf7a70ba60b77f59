"""When a hidden gold dialogue comes, and which: draws that repeat for whoever has the secret and nobody else."""

import hmac
from collections.abc import Sequence
from hashlib import sha256


def is_gold(*, seed: str, person: str, place: int, percent: int) -> bool:
    """Tell whether the dialogue at this place of a person's work is a gold one.

    One place is drawn in each stretch of 100 / percent dialogues, so that the rate holds for everybody and the
    place cannot be foreseen.

    Args:
        seed: secret of the corpus.
        person: id of the person.
        place: how many dialogues they had before, main and gold.
        percent: from 1 to 100.
    """
    stretch = place * percent // 100
    # a stretch ends within a place where 100 / percent is no whole number: that place belongs to both
    return any(
        place == int((each + draw(seed, person, f"turn {each}")) * 100 / percent) for each in (stretch, stretch + 1)
    )


def in_drawn_order(keys: Sequence[str], *, seed: str, person: str) -> list[str]:
    """Return the keys in an order that is this person's own."""
    return sorted(keys, key=lambda key: draw(seed, person, f"dialogue {key}"))


def draw(seed: str, person: str, what: str) -> float:
    """Return a number from 0 up to 1 that only the seed's holder can foretell."""
    digest = hmac.new(seed.encode(), f"{person} {what}".encode(), sha256).digest()
    return int.from_bytes(digest[:6]) / 2**48
