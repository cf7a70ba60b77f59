"""Work in child processes, which start without Django."""

from __future__ import annotations

import multiprocessing
from collections.abc import Callable, Iterable
from concurrent.futures import ProcessPoolExecutor
from typing import Any


def in_processes(count: int, function: Callable[..., Any], *arguments: Iterable[Any]) -> None:
    """Call a function with each of the arguments, in child processes, or in this one if `count` is 0."""
    if not count:
        for each in zip(*arguments, strict=True):
            function(*each)
        return
    with ProcessPoolExecutor(count, multiprocessing.get_context("spawn")) as pool:
        for _ in pool.map(function, *arguments):
            pass


def execute_job(public_id: str) -> None:
    """Execute a job of Concord, of the home folder that the environment names."""
    import django

    django.setup()
    from common.jobs.queue import execute

    execute(public_id)
