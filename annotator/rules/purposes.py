"""Which earlier work of a person stands in the way of giving them a dialogue for a purpose."""

# Who knows the right answers of a dialogue, or gave its earnest ones, can neither judge it nor be tested by it.
KNOWN = ("main", "training", "test", "gold")


def in_the_way(purpose: str) -> tuple[str, ...]:
    """Return the purposes of which a person may not have had a dialogue that they are to get for `purpose`."""
    return KNOWN if purpose in KNOWN else (purpose,)
