"""The process that recovers jobs of dead workers."""

import logging
import signal
import socket
import threading
from typing import Any

from django.conf import settings
from django.core.management.base import BaseCommand, CommandParser
from django.db import DatabaseError, close_old_connections

from common.jobs.service_heartbeats import heartbeat
from common.jobs.sweep import sweep_once

log = logging.getLogger(__name__)


class Command(BaseCommand):
    help = "Queue jobs again after their worker died or their message was lost, until stopped."
    requires_system_checks: list[str] = []  # they import every page, which delays the start by a second

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
            self.round()
            while not ended.wait(settings.SWEEP_SECONDS):
                self.round()

    def round(self) -> None:
        """Sweep once; a failing database does not stop the process."""
        close_old_connections()
        try:
            sweep_once()
        except DatabaseError:
            log.exception("this round of the sweep failed")
