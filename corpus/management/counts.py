"""Numbers of things, for the command line."""

from __future__ import annotations


def counted(count: int, things: str) -> str:
    """Return a number with the name of the things, in the singular for one: `1 dialogue`, `0 dialogues`, `1 left_out`.

    Args:
        count: number of the things.
        things: plural that ends in `s`, or a name that has none.
    """
    return f"{count} {things.removesuffix('s') if count == 1 else things}"
