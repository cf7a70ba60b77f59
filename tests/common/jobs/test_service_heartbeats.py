import os
import threading
import time

import pytest

from common.jobs import service_heartbeats


def test_no_process_is_forked_in_the_middle_of_a_beat(monkeypatch: pytest.MonkeyPatch) -> None:
    began, done = threading.Event(), threading.Event()

    def slow(_service: str, _name: str) -> None:
        began.set()
        time.sleep(0.3)
        done.set()

    monkeypatch.setattr(service_heartbeats, "record_heartbeat", slow)
    ended = service_heartbeats.start_heartbeat("worker", "w")
    assert began.wait(5)
    child = os.fork()
    if child == 0:
        os._exit(0 if done.is_set() else 1)
    _, status = os.waitpid(child, 0)
    ended.set()
    assert os.waitstatus_to_exitcode(status) == 0
