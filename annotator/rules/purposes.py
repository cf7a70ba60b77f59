"""Earlier purposes that exclude a person from getting a dialogue again."""

# A person who knows the accepted answers of a dialogue, or has answered it in main work, can neither judge it nor be
# tested with it.
KNOWN = ("main", "training", "test", "gold")


def in_the_way(purpose: str) -> tuple[str, ...]:
    """Return the purposes for which a person must not have had a dialogue before they get it for `purpose`."""
    return KNOWN if purpose in KNOWN else (purpose,)
