"""All of Concord in one command."""

import os
import signal
import socket
import sys
import time
from contextlib import closing
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import get_commands
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError, connections

from common.errors import Refused
from common.jobs.sweep import presume_all_dead
from common.parent_process import die_with_parent
from config import environment
from config.backup import require_finished
from config.processes.allowed_hosts import ANY
from config.processes.child_process import Child
from config.processes.services import services
from config.processes.supervisor import Supervisor, missing_parts
from config.setup.first_run import ensure_accounts, passwords_path
from config.setup.home_folder import HomeTaken, lock_home, prepare_home, prepare_serving

READY_SECONDS = 60


class Command(BaseCommand):
    help = "Start database, broker, worker, sweep and web server, and keep them running until Ctrl-C."
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default=environment.text("HOST") or "127.0.0.1", help="or HOST=…")
        parser.add_argument("--port", type=int, default=environment.number("PORT", 8000), help="or PORT=…")

    def handle(self, *_args: Any, host: str, port: int, **_options: Any) -> None:
        if "MAKELEVEL" in os.environ:  # under make, a killed make must take us along
            die_with_parent(os.getppid(), signal.SIGTERM)
        home: Path = settings.CONCORD_HOME
        self.require_port(host, port)
        try:
            prepare_home(home)
            lock = lock_home(home)
            require_finished()
            prepare_serving()
            passwords = ensure_accounts(annotators=self.demo_is_due())
        except HomeTaken:
            raise CommandError(f"another Concord is running in {home}") from None
        except Refused as refusal:
            raise CommandError(str(refusal)) from None
        except (OSError, DatabaseError) as error:
            raise CommandError(f"cannot start: {error}") from error
        embedded_broker = not environment.text("CELERY_BROKER_URL")
        if embedded_broker:
            presume_all_dead()
        connections.close_all()
        children = services(home=home, host=host, port=port, embedded_broker=embedded_broker, lock=lock)
        self.serve(Supervisor(children, self.say), host, port, passwords)

    def serve(self, supervisor: Supervisor, host: str, port: int, passwords: dict[str, str]) -> None:
        """Run until asked to end; whatever happens, no child is left."""
        supervisor.heed_signals()
        try:
            supervisor.start()
            self.wait_until_ready(supervisor, "127.0.0.1" if host in ANY else host, port)
            if not supervisor.ending.is_set():
                self.greet(host, port, passwords)
                self.seed_demo(supervisor)
            supervisor.look_after(until=lambda: False)
        finally:
            supervisor.stop()
        self.say("Concord has ended.")

    def require_port(self, host: str, port: int) -> None:
        """Refuse to start where the port cannot be had."""
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with closing(socket.socket(family)) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except (OSError, OverflowError) as error:
                raise CommandError(f"{host}:{port} cannot be used ({error}); choose another: PORT=8001") from None

    def wait_until_ready(self, supervisor: Supervisor, host: str, port: int) -> None:
        """Look after the children until `/readyz` is content; after a minute say what is missing and go on."""
        deadline = time.monotonic() + READY_SECONDS
        supervisor.look_after(until=lambda: missing_parts(host, port) == [] or time.monotonic() > deadline)
        if not supervisor.ending.is_set() and (missing := missing_parts(host, port)) != []:
            told = missing if missing is not None else [f"the web server does not answer on {host}:{port}"]
            self.say("Not everything is up: " + "; ".join(told))

    def greet(self, host: str, port: int, passwords: dict[str, str]) -> None:
        """Say where Concord is, and the passwords that were made just now."""
        shown = socket.gethostname() if host in ANY else f"[{host}]" if ":" in host else host
        self.say(f"Concord is running: http://{shown}:{port}/")
        for name, password in passwords.items():
            self.say(f"  {name:<12} {password}")
        if passwords_path().exists():
            self.say(f"  The first passwords are kept in {passwords_path()}, readable by you only.")
        self.say("  Ctrl-C ends it.")

    def demo_is_due(self) -> bool:
        """Return whether the demo corpus is wanted and was not made yet."""
        wanted = environment.flag("CONCORD_DEMO", default=True) and "demo" in get_commands()
        return wanted and not self.demo_stamp().exists()

    def demo_stamp(self) -> Path:
        """Return the file that says that the demo was made; it stays when a manager deletes the demo."""
        return Path(settings.CONCORD_HOME) / "demo-made"

    def seed_demo(self, supervisor: Supervisor) -> None:
        """Make the demo corpus in a process of its own, once, while the pages answer already."""
        if not self.demo_is_due():
            return
        model = supervisor.children[-1]
        demo = Child(
            name="demo",
            command=[sys.executable, "manage.py", "demo"],
            log=model.log.with_name("demo.log"),
            environment=model.environment,
            inherited=model.inherited,
        )
        self.say("  The demo corpus is being made …")
        demo.start()
        supervisor.look_after(until=demo.has_ended)
        if demo.has_ended() and demo.exit_code() == 0:
            self.demo_stamp().touch()
            self.say("  The demo corpus is there.")
        elif demo.has_ended():
            self.say(f"  The demo corpus could not be made; the next start tries again. The end of {demo.log}:")
            self.say(demo.last_lines())
        demo.ask_to_end()
        demo.stop(time.monotonic() + 2)

    def say(self, line: str) -> None:
        """Print a line at once, even into a pipe."""
        self.stdout.write(line)
        self.stdout.flush()
