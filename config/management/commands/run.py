"""Command that runs all services."""

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
from django.core.management.base import CommandError, CommandParser
from django.db import DatabaseError, connections

from common.errors import Refused
from common.jobs.sweep import reset_after_restart
from common.management.base import ConcordCommand
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


class Command(ConcordCommand):
    help = "Run the broker, worker, sweep and web server, and prepare the database, until Ctrl-C."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default=environment.text("HOST") or "127.0.0.1", help="or HOST=…")
        parser.add_argument("--port", type=int, default=environment.number("PORT", 8000), help="or PORT=…")

    def handle(self, *_args: Any, host: str, port: int, **_options: Any) -> None:
        if "MAKELEVEL" in os.environ:  # end together with make if it is killed
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
            reset_after_restart()
        connections.close_all()
        children = services(home=home, host=host, port=port, embedded_broker=embedded_broker, lock=lock)
        self.serve(Supervisor(children, self.say), host, port, passwords)

    def serve(self, supervisor: Supervisor, host: str, port: int, passwords: dict[str, str]) -> None:
        """Run until a stop is requested; all children are stopped in any case."""
        supervisor.install_signal_handlers()
        try:
            supervisor.start()
            self.wait_until_ready(supervisor, "127.0.0.1" if host in ANY else host, port)
            if not supervisor.ending.is_set():
                self.greet(host, port, passwords)
                self.seed_demo(supervisor)
            supervisor.supervise(until=lambda: False)
        finally:
            supervisor.stop()
        self.say("Concord has stopped.")

    def require_port(self, host: str, port: int) -> None:
        """Refuse to start if the port is not available."""
        family = socket.AF_INET6 if ":" in host else socket.AF_INET
        with closing(socket.socket(family)) as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind((host, port))
            except (OSError, OverflowError) as error:
                raise CommandError(f"{host}:{port} is not available ({error}). Choose another one: PORT=8001") from None

    def wait_until_ready(self, supervisor: Supervisor, host: str, port: int) -> None:
        """Supervise the children until `/readyz` succeeds; after a minute, report the missing parts and continue."""
        deadline = time.monotonic() + READY_SECONDS
        supervisor.supervise(until=lambda: missing_parts(host, port) == [] or time.monotonic() > deadline)
        if not supervisor.ending.is_set() and (missing := missing_parts(host, port)) != []:
            problems = missing if missing is not None else [f"the web server does not respond on {host}:{port}"]
            self.say("Not everything is ready: " + "; ".join(problems))

    def greet(self, host: str, port: int, passwords: dict[str, str]) -> None:
        """Print the address of Concord and the new passwords."""
        shown = socket.gethostname() if host in ANY else f"[{host}]" if ":" in host else host
        self.say(f"Concord is running: http://{shown}:{port}/")
        for name, password in passwords.items():
            self.say(f"  {name:<12} {password}")
        if passwords_path().exists():
            self.say(f"  The first passwords are stored in {passwords_path()}, readable by you only.")
        self.say("  Press Ctrl-C to stop.")

    def demo_is_due(self) -> bool:
        """Return whether the demo corpus is wanted and was not created yet."""
        wanted = environment.flag("CONCORD_DEMO", default=True) and "demo" in get_commands()
        return wanted and not self.demo_stamp().exists()

    def demo_stamp(self) -> Path:
        """Return the file that marks the demo as created; it remains when a manager deletes the demo."""
        return Path(settings.CONCORD_HOME) / "demo-made"

    def seed_demo(self, supervisor: Supervisor) -> None:
        """Create the demo corpus once, in its own process, while the pages are already available."""
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
        self.say("  Creating the demo corpus …")
        demo.start()
        supervisor.supervise(until=demo.has_ended)
        if demo.has_ended() and demo.exit_code() == 0:
            self.demo_stamp().touch()
            self.say("  The demo corpus is ready.")
        elif demo.has_ended():
            self.say(f"  The demo corpus could not be created; the next start tries again. Last lines of {demo.log}:")
            self.say(demo.last_lines())
        demo.terminate()
        demo.stop(time.monotonic() + 2)

    def say(self, line: str) -> None:
        """Print a line and flush it."""
        self.stdout.write(line)
        self.stdout.flush()
