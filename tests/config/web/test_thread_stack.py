from collections.abc import Iterator
from functools import partial
from queue import SimpleQueue
from threading import Event

import pytest

from config.web.thread_stack import ThreadStack

WAIT = 20  # seconds


@pytest.fixture
def ended() -> Iterator[Event]:
    event = Event()
    yield event
    event.set()


def busy(ended: Event, *, most: int, each: int | None) -> ThreadStack:
    """Return a stack whose only thread is busy."""
    stack = ThreadStack(1, most=most, each=each)

    def wait() -> None:
        ended.wait(WAIT)

    assert stack.submit(wait, "busy")
    return stack


def test_waiting_tasks_are_limited_in_total_and_by_address(ended: Event) -> None:
    stack = busy(ended, most=5, each=3)
    assert [stack.submit(lambda: None, "a") for _ in range(4)] == [True, True, True, False]
    assert [stack.submit(lambda: None, "b") for _ in range(3)] == [True, True, False]


def test_behind_a_proxy_only_the_total_counts(ended: Event) -> None:
    stack = busy(ended, most=5, each=None)
    assert [stack.submit(lambda: None, "proxy") for _ in range(6)] == [True] * 5 + [False]


def test_addresses_take_turns_and_places_become_free(ended: Event) -> None:
    stack = busy(ended, most=4, each=3)
    done: SimpleQueue[str] = SimpleQueue()
    for address in "aaab":
        assert stack.submit(partial(done.put, address), address)
    ended.set()
    assert [done.get(timeout=WAIT) for _ in range(4)] == ["a", "b", "a", "a"]
    for _ in range(20):
        assert stack.submit(partial(done.put, "a"), "a")
        assert done.get(timeout=WAIT) == "a"
