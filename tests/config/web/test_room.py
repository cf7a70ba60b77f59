"""The choice of the connection that ends when there are too many."""

from dataclasses import dataclass
from typing import Any

import pytest

from config.web.worker import BufferingWorker


@dataclass(frozen=True)
class _Connection:
    number: int
    address: str
    phase: str


def dropped(*connections: tuple[str, str]) -> int | None:
    """Return the number of the connection that ends, of connections with these addresses and phases."""
    worker: Any = object.__new__(BufferingWorker)
    worker.connections = dict.fromkeys(_Connection(n, a, p) for n, (a, p) in enumerate(connections))
    chosen: list[int] = []
    worker._drop = lambda connection: chosen.append(connection.number)
    worker._disconnect_one()
    assert len(chosen) < 2
    return chosen[0] if chosen else None


@pytest.mark.parametrize(
    ("connections", "expected"),
    [
        ([], None),
        ([("a", "thread")], None),
        ([("b", "request"), ("a", "request"), ("a", "response")], 1),
        # requests that wait for a thread count too
        ([("b", "request"), ("b", "request"), ("a", "thread"), ("a", "thread"), ("a", "request")], 4),
        ([("a", "thread"), ("a", "thread"), ("b", "end")], 2),
    ],
)
def test_the_address_with_most_connections_loses_its_oldest(
    connections: list[tuple[str, str]], expected: int | None
) -> None:
    assert dropped(*connections) == expected
