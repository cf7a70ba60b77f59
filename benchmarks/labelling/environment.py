"""The environment of a server that is measured, and of the tasks that fill its database."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from benchmarks.labelling.database import Postgres, Sqlite
from benchmarks.labelling.server import ROOT

Json = dict[str, Any]


def production(folder: Path, database: Postgres | Sqlite) -> dict[str, str]:
    """Return the environment of a production server with this home folder and database."""
    return os.environ | {
        "DATABASE_URL": database.url,
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "CONCORD_HOME": str(folder),
        "CONCORD_STATIC": str(folder / "static"),
        "CONCORD_PRODUCTION": "1",
        "CONCORD_HTTPS": "0",
        "CONCORD_SECRET_KEY": "benchmark" * 6,
        "CONCORD_ALLOWED_HOSTS": "127.0.0.1,testserver",
        "CONCORD_API_PER_MINUTE": "1000000",  # real annotators do not label without a pause
    }


def create_tables(environment: dict[str, str]) -> None:
    """Create the tables and collect the static files."""
    for command in (["migrate"], ["collectstatic", "--noinput"]):
        subprocess.run([sys.executable, "manage.py", *command, "-v0"], cwd=ROOT, env=environment, check=True)


def django_task(environment: dict[str, str], name: str, task: Json, *, module: str = "django_tasks") -> Json:
    """Run a function of a module beside this one in a process of its own, with Django set up."""
    done = subprocess.run(
        [sys.executable, "-m", f"benchmarks.labelling.{module}", name],
        cwd=ROOT,
        env=environment,
        input=json.dumps(task),
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    answer: Json = json.loads(done.stdout)
    return answer
