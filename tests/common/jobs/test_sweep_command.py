import os
import signal
from collections.abc import Iterator
from contextlib import nullcontext
from types import SimpleNamespace
from typing import Any

import pytest
from django.core.management import call_command
from django.db import DatabaseError

from common.management.commands import sweep

pytestmark = pytest.mark.django_db
ENOUGH = 9  # rounds


@pytest.fixture
def rounds(monkeypatch: pytest.MonkeyPatch, settings: Any) -> Iterator[list[str]]:
    """The rounds of a sweep that looks for urgent work five times between two sweeps, and ends by SIGTERM."""
    done: list[str] = []
    before = {number: signal.getsignal(number) for number in (signal.SIGTERM, signal.SIGINT)}
    clock = iter(range(10_000))

    def round_of(name: str) -> int:
        done.append(name)
        if len(done) == ENOUGH:
            os.kill(os.getpid(), signal.SIGTERM)
        if name == "urgent" and done.count(name) == 1:
            raise DatabaseError
        return 0

    settings.SWEEP_SECONDS = 5
    monkeypatch.setattr(sweep, "URGENT_SECONDS", 0.001)
    monkeypatch.setattr(sweep, "time", SimpleNamespace(monotonic=lambda: float(next(clock))))
    monkeypatch.setattr(sweep, "heartbeat", lambda *_names: nullcontext())
    monkeypatch.setattr(sweep, "close_old_connections", lambda: None)
    monkeypatch.setattr(sweep, "sweep_once", lambda: round_of("sweep"))
    monkeypatch.setattr(sweep, "queue_urgent_upkeep", lambda **_now: round_of("urgent"))
    yield done
    for number, handler in before.items():
        signal.signal(number, handler)


def test_urgent_work_is_looked_for_between_two_sweeps_even_after_a_failure(rounds: list[str]) -> None:
    call_command("sweep")
    assert rounds == ["sweep", *["urgent"] * 4, "sweep", *["urgent"] * 3]
