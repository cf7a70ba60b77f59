"""The splits of releases. Releases belong to an app above this one, which registers the function that reads them."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from corpus.models import Corpus

Read = Callable[[Corpus, str], Mapping[str, str]]
_READERS: list[Read] = []


def register_release_splits(read: Read) -> None:
    """Register the function that returns dialogue code -> split of a release by its name; empty if there is none."""
    _READERS[:] = [read]


def splits_of_release(corpus: Corpus, name: str) -> Mapping[str, str]:
    """Return dialogue code -> split of a release by its name; empty if there is none."""
    found: Mapping[str, str] = {}
    for read in _READERS:
        found = read(corpus, name)
    return found
