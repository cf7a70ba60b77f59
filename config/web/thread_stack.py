"""Threads of which the last one to become idle works first.

Each thread keeps a connection to the database with its prepared statements, so a few busy threads are cheaper than many
that take turns.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Callable
from threading import Lock, Thread

Task = Callable[[], None]


class ThreadStack:
    """At most `size` threads; a task waits while all are busy."""

    def __init__(self, size: int) -> None:
        self.size = size
        self._lock = Lock()
        self._idle: list[_Worker] = []
        self._started = 0
        self._waiting: deque[Task] = deque()

    def submit(self, task: Task) -> None:
        """Run a task in a thread; it must not raise."""
        with self._lock:
            if self._idle:
                self._idle.pop().give(task)
            elif self._started < self.size:
                self._started += 1
                _Worker(self, task).start()
            else:
                self._waiting.append(task)

    def next_task(self, worker: _Worker) -> Task | None:
        """Return a waiting task; None if the worker is idle from now on."""
        with self._lock:
            if self._waiting:
                return self._waiting.popleft()
            self._idle.append(worker)
            return None


class _Worker(Thread):
    def __init__(self, stack: ThreadStack, task: Task) -> None:
        super().__init__(name="request", daemon=True)
        self._stack, self._task = stack, task
        self._has_task = Lock()
        self._has_task.acquire()

    def give(self, task: Task) -> None:
        """Wake the idle thread with a task."""
        self._task = task
        self._has_task.release()

    def run(self) -> None:
        """Run tasks for ever."""
        while True:
            self._task()
            if (task := self._stack.next_task(self)) is not None:
                self._task = task
            else:
                self._has_task.acquire()
