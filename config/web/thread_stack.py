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
    """Threads, and the tasks that wait while all are busy; addresses take turns.

    Args:
        size: largest number of threads.
        most: largest number of waiting tasks.
        each: of one address; None: no limit of its own.
    """

    def __init__(self, size: int, *, most: int, each: int | None) -> None:
        self.size, self.most, self.each = size, most, each
        self._lock = Lock()
        self._idle: list[_Worker] = []
        self._started = 0
        self._waiting: dict[str, deque[Task]] = {}  # by address, the next one first
        self._count = 0

    def submit(self, task: Task, address: str) -> bool:
        """Run a task of a client's address in a thread; it must not raise. Return False if too many wait."""
        with self._lock:
            if self._idle:
                self._idle.pop().give(task)
            elif self._started < self.size:
                self._started += 1
                _Worker(self, task).start()
            else:
                return self._wait(task, address)
            return True

    def _wait(self, task: Task, address: str) -> bool:
        number = len(self._waiting.get(address, ()))
        if self._count >= self.most or (self.each is not None and number >= self.each):
            return False
        self._waiting.setdefault(address, deque()).append(task)
        self._count += 1
        return True

    def next_task(self, worker: _Worker) -> Task | None:
        """Return a waiting task; None if the worker is idle from now on."""
        with self._lock:
            if not self._waiting:
                self._idle.append(worker)
                return None
            address = next(iter(self._waiting))
            tasks = self._waiting.pop(address)
            task = tasks.popleft()
            if tasks:
                self._waiting[address] = tasks  # after the other addresses
            self._count -= 1
            return task


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
