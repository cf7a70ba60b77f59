"""A registry of named entries: the base of the project's extension points."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Generic, Protocol, TypeVar


class Named(Protocol):
    """An entry with a name."""

    @property
    def name(self) -> str:
        """A short lower-case word; users type it on the command line."""


E = TypeVar("E", bound=Named)


class Registry(Generic[E]):
    """Entries by name, in the order of registration.

    Args:
        noun: kind of the entries, for error messages ("importer").
    """

    def __init__(self, noun: str) -> None:
        self.noun = noun
        self._entries: dict[str, E] = {}

    def register(self, entry: E) -> E:
        """Add an entry and return it.

        Raises:
            ValueError: another entry has this name.
        """
        if entry.name in self._entries:
            raise ValueError(f"another {self.noun} is registered as {entry.name!r}")
        self._entries[entry.name] = entry
        return entry

    def unregister(self, name: str) -> None:
        """Remove an entry, for tests that add one."""
        del self._entries[name]

    def __getitem__(self, name: str) -> E:
        """Return the entry with this name.

        Raises:
            KeyError: there is none; the message lists the names.
        """
        try:
            return self._entries[name]
        except KeyError:
            raise KeyError(f"no {self.noun} {name!r}; choose from {', '.join(self.names())}") from None

    def __iter__(self) -> Iterator[E]:
        return iter(self._entries.values())

    def __len__(self) -> int:
        return len(self._entries)

    def names(self) -> list[str]:
        """Return the names in alphabetical order."""
        return sorted(self._entries)
