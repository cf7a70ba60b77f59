"""The service processes of `manage.py run`: names, commands and environment."""

import multiprocessing
import os
import signal
import sys
from importlib.util import find_spec
from pathlib import Path

from config.processes.allowed_hosts import allowed_hosts
from config.processes.broker import broker_command, socket_path
from config.processes.child_process import Child

# the worker receives and sends by itself, so threads wait for no client
WEB_OPTIONS = [
    "--worker-class",
    "config.web.worker.BufferingWorker",
    "--preload",
    "--workers",
    "2",
    "--threads",
    "16",
    "--timeout",
    "120",
]
WEB_OPTIONS += ["--keep-alive", "75", "--graceful-timeout", "5", "--access-logfile", "-", "--no-control-socket"]
WEB_OPTIONS += ["--logger-class", "config.web.log_redaction.WebLogger"]
# events have no listeners, and mingling delays each start by a second
EVERY_WORKER = ["--loglevel", "INFO", "--without-gossip", "--without-mingle"]
WORKER_OPTIONS = ["--concurrency", "2", *EVERY_WORKER]
# one training at a time, in the process itself: it only waits for a child, and a pool would take as much memory again
TRAINING_OPTIONS = ["--queues", "training", "--hostname", "training@%h", "--pool", "solo", "--prefetch-multiplier", "1"]
TRAINING_OPTIONS += EVERY_WORKER


def worker_pool() -> list[str]:
    """Return the pool options of the worker: threads if semaphores can't be created, else none.

    In a minimal chroot or container, /dev/shm often belongs to root, and a process pool can't start.
    """
    try:
        multiprocessing.Semaphore()
    except OSError:
        return ["--pool", "threads"]
    return []


def service_environment(host: str) -> dict[str, str]:
    """Return the environment of the children: the current one, and the allowed hosts for `host`."""
    # system checks belong to `manage.py check`; they would delay the start of the worker by a second
    environment = {**os.environ, "PYTHONUNBUFFERED": "1", "CELERY_SKIP_CHECKS": "1"}
    # numpy's threads would wait for each other: the products here are small, and there are several processes
    environment.setdefault("OPENBLAS_NUM_THREADS", "1")
    environment.setdefault("CONCORD_ALLOWED_HOSTS", ",".join(allowed_hosts(host)))
    return environment


def services(*, home: Path, host: str, port: int, embedded_broker: bool, lock: int) -> list[Child]:
    """Return the children in the order of their start.

    Args:
        home: folder of the logs and the socket.
        host: address of the web server.
        port: its port.
        embedded_broker: whether to start a broker as well.
        lock: file descriptor of the lock of the home folder, which each child inherits.
    """
    python = [sys.executable, "-m"]
    bind = f"[{host}]:{port}" if ":" in host else f"{host}:{port}"
    celery = [*python, "celery", "-A", "config", "worker"]
    commands = {"worker": [*celery, *WORKER_OPTIONS, *worker_pool()]}
    if find_spec("torch"):  # without it nothing can be trained
        commands["training"] = [*celery, *TRAINING_OPTIONS]
    commands["sweep"] = [sys.executable, "manage.py", "sweep"]
    commands["web"] = [*python, "gunicorn", "config.wsgi", "--bind", bind, *WEB_OPTIONS]
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
            # on SIGTERM, a worker first completes its task; its job is recovered anyway
            end_signal=signal.SIGKILL if name in ("worker", "training") else signal.SIGTERM,
        )
        for name, command in commands.items()
    ]
