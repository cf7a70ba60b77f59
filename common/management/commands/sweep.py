"""The process that recovers jobs of dead workers."""

import logging
import signal
import socket
import threading
import time
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.core.management.base import CommandParser
from django.db import DatabaseError, close_old_connections
from django.utils import timezone

from common.jobs.service_heartbeats import heartbeat
from common.jobs.sweep import sweep_once
from common.jobs.upkeep import queue_urgent_upkeep
from common.management.base import ConcordCommand

URGENT_SECONDS = 0.5  # between two looks for work that somebody waits for

log = logging.getLogger(__name__)


class Command(ConcordCommand):
    help = "Queue jobs again after their worker died or their message was lost, until stopped."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="run one round, then exit")

    def handle(self, *_args: Any, **options: Any) -> None:
        if options["once"]:
            self.stdout.write(f"{sweep_once()} sent")
            return
        ended = threading.Event()
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: ended.set())
        with heartbeat("sweep", f"sweep@{socket.gethostname()}"):
            self.round(sweep_once)
            swept = time.monotonic()
            while not ended.wait(min(URGENT_SECONDS, settings.SWEEP_SECONDS)):
                if time.monotonic() - swept < settings.SWEEP_SECONDS:
                    self.round(lambda: queue_urgent_upkeep(now=timezone.now()))
                else:
                    self.round(sweep_once)
                    swept = time.monotonic()

    def round(self, work: Callable[[], int]) -> None:
        """Do the work of one round; a failing database does not stop the process."""
        close_old_connections()
        try:
            work()
        except DatabaseError:
            log.exception("this round of the sweep failed")
