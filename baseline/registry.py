"""Registries: the extension points of the baseline, each a set of named entries."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Generic, TypeVar

from baseline.errors import UsageError

T = TypeVar("T")


@dataclass(frozen=True)
class Entry(Generic[T]):
    """A named entry.

    Attributes:
        name: the name on the command line and in the files of a trained model.
        load: returns the registered object; called on use, so that `--help` works without torch.
        summary: a short description for `--help`.
    """

    name: str
    load: Callable[[], T]
    summary: str


class Registry(Generic[T]):
    """Named entries of one kind, in the order of registration."""

    def __init__(self, kind: str) -> None:
        """Create an empty registry; `kind` names its entries in error messages."""
        self.kind = kind
        self._entries: dict[str, Entry[T]] = {}

    def register(self, name: str, load: Callable[[], T], *, summary: str) -> None:
        """Add an entry.

        Raises:
            ValueError: the name is taken.
        """
        if name in self._entries:
            raise ValueError(f"{self.kind} {name!r} is already registered")
        self._entries[name] = Entry(name, load, summary)

    def get(self, name: str) -> T:
        """Return the object registered under a name.

        Raises:
            UsageError: no entry has this name; the message lists the names that exist.
        """
        if name not in self._entries:
            raise UsageError(f"Unknown {self.kind} {name!r}. Choose one of: {', '.join(self._entries)}.")
        return self._entries[name].load()

    def __iter__(self) -> Iterator[Entry[T]]:
        return iter(self._entries.values())
