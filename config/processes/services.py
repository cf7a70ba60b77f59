"""The processes that `manage.py run` keeps: what each is called and how it is started."""

import multiprocessing
import os
import signal
import sys
from pathlib import Path

from config.processes.allowed_hosts import allowed_hosts
from config.processes.broker import broker_command, socket_path
from config.processes.child_process import Child

# threads: a viewer with a slow line holds one of them, not the whole server
WEB_OPTIONS = ["--worker-class", "gthread", "--preload", "--workers", "2", "--threads", "16", "--timeout", "120"]
WEB_OPTIONS += ["--keep-alive", "75", "--graceful-timeout", "5", "--access-logfile", "-", "--no-control-socket"]
WEB_OPTIONS += ["--logger-class", "config.web.log_redaction.WebLogger"]
# nobody listens to the events, and mingling makes each start a second slower
WORKER_OPTIONS = ["--concurrency", "2", "--loglevel", "INFO", "--without-gossip", "--without-mingle"]


def worker_pool() -> list[str]:
    """Return the worker's options for its pool: threads where this person may make no semaphore, else Celery's own.

    In a bare chroot or container /dev/shm often belongs to root, and a pool of processes can't begin there.
    """
    try:
        multiprocessing.Semaphore()
    except OSError:
        return ["--pool", "threads"]
    return []


def service_environment(host: str) -> dict[str, str]:
    """Return the environment of the children: ours, and the host names that follow from `host`."""
    # the system checks are for `manage.py check`: a worker that repeats them starts a second later
    environment = {**os.environ, "PYTHONUNBUFFERED": "1", "CELERY_SKIP_CHECKS": "1"}
    environment.setdefault("CONCORD_ALLOWED_HOSTS", ",".join(allowed_hosts(host)))
    return environment


def services(*, home: Path, host: str, port: int, embedded_broker: bool, lock: int) -> list[Child]:
    """Return the children in the order of their start.

    Args:
        home: the folder of logs and socket.
        host: address that the web server binds.
        port: its port.
        embedded_broker: whether the broker is ours, too.
        lock: file descriptor of the home's lock, which each child holds as long as it lives.
    """
    python = [sys.executable, "-m"]
    bind = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    commands = {
        "worker": [*python, "celery", "-A", "config", "worker", *WORKER_OPTIONS, *worker_pool()],
        "sweep": [sys.executable, "manage.py", "sweep"],
        "web": [*python, "gunicorn", "config.wsgi", "--bind", bind, *WEB_OPTIONS],
    }
    if embedded_broker:
        commands = {"broker": broker_command(socket_path(home))} | commands
    environment = service_environment(host)
    return [
        Child(
            name=name,
            command=command,
            log=home / "logs" / f"{name}.log",
            environment=environment,
            inherited=(lock,),
            # a worker takes its time over SIGTERM, to end its task; its job is resumed in any case
            end_signal=signal.SIGKILL if name == "worker" else signal.SIGTERM,
        )
        for name, command in commands.items()
    ]
