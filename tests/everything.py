"""Every test there is, leg by leg: `make test`. What cannot run here is named in one line at the end.

With CI=true, whatever cannot run fails.
"""

import getpass
import os
import shutil
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

import psycopg2
import redis

ROOT = Path(__file__).resolve().parent.parent
CI = os.environ.get("CI") == "true"
PYTEST = [sys.executable, "-m", "pytest", "-q", "-rs"]
CHROMIUMS = ["chromium", "chromium-browser", "google-chrome"]


@dataclass
class Outcome:
    """What failed and what was missing so far."""

    failed: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)


def say(text: str) -> None:
    """Print at once: children write to the same terminal."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def run(outcome: Outcome, name: str, command: list[str], **environment: str) -> None:
    """Run one leg; its failure is remembered and the next one runs all the same."""
    say(f"\n=== {name}")
    began = time.monotonic()
    kept = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "CELERY_BROKER_URL"}}
    code = subprocess.run(command, cwd=ROOT, env={**kept, **environment}, check=False).returncode
    say(f"=== {name}: {'passed' if code == 0 else f'FAILED ({code})'} after {time.monotonic() - began:.0f} s")
    if code:
        outcome.failed.append(name)


def chromium() -> str | None:
    """Return a Chromium, installing Debian's where we may; None where there is none."""
    for name in CHROMIUMS:
        if found := shutil.which(name):
            return found
    if os.geteuid() == 0 and shutil.which("apt-get"):
        say("=== installing Chromium")
        quiet = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
        install = ["apt-get", "install", "-qq", "-y", "--no-install-recommends", "chromium", "fonts-noto-cjk"]
        for command in (["apt-get", "update", "-qq"], install):
            subprocess.run(command, env=quiet, check=False)
    return shutil.which("chromium")


def postgres() -> str | None:
    """Return the address of a PostgreSQL: DATABASE_URL's, else a local one that lets us in."""
    if (url := os.environ.get("DATABASE_URL", "")).startswith("postgres"):
        return url
    for user in (getpass.getuser(), "postgres"):
        try:
            psycopg2.connect(host="127.0.0.1", user=user, dbname="postgres", connect_timeout=2).close()
        except psycopg2.Error:
            continue
        return f"postgres://{user}@127.0.0.1:5432/postgres"
    return None


def redis_server() -> str | None:
    """Return the address of a Redis: CELERY_BROKER_URL's, else a local one (its last database)."""
    url = os.environ.get("CELERY_BROKER_URL") or "redis://127.0.0.1:6379/15"
    try:
        redis.Redis.from_url(url, socket_connect_timeout=2).ping()
    except (redis.RedisError, ValueError):
        return None
    return url


def main() -> int:
    """Run all legs and return the exit code."""
    outcome = Outcome()
    workers = ["-n", "2"]
    with tempfile.TemporaryDirectory(prefix="concord-tests-") as folder:
        skipped = Path(folder) / "missing"
        os.environ["CONCORD_TEST_MISSING"] = str(skipped)
        run(outcome, "Python on SQLite", [*PYTEST, *workers, "-m", "not worker and not browser"])
        run(outcome, "a real worker and broker", [*PYTEST, *workers, "--dist", "loadscope", "-m", "worker"])
        database_legs(outcome)
        if shutil.which("node"):
            # named one by one: Node.js 20 knows no patterns, 22 no folders
            scripts = [str(path) for path in sorted((ROOT / "tests" / "js").rglob("*.test.js"))]
            run(outcome, "JavaScript", ["node", "--test", *scripts])
        else:
            outcome.missing.append("Node.js (JavaScript tests)")
        if browser := chromium():
            run(outcome, "the browser", [*PYTEST, "-m", "browser"], CHROMIUM=browser)
        else:
            outcome.missing.append("Chromium (browser tests)")
        if skipped.exists():
            outcome.missing += sorted(set(skipped.read_text(encoding="utf-8").splitlines()))
    return verdict(outcome)


def database_legs(outcome: Outcome) -> None:
    """Run what depends on the database again on PostgreSQL, with Redis as the broker."""
    server, broker = postgres(), redis_server()
    if broker is None:
        outcome.missing.append("Redis (its broker leg)")
    if server is None:
        outcome.missing.append("PostgreSQL (the database tests on it)")
        return
    # one at a time: two of the tests with 32 and 64 claimants together want more than the usual 100 connections
    run(outcome, "PostgreSQL", [*PYTEST, "-m", "database and not worker"], DATABASE_URL=server)
    if broker:
        legs = {"DATABASE_URL": server, "CELERY_BROKER_URL": broker}
        run(outcome, "a worker on PostgreSQL and Redis", [*PYTEST, "-m", "database and worker"], **legs)


def verdict(outcome: Outcome) -> int:
    """Say how it went, in one line each."""
    if outcome.missing:
        say(f"\n!!! NOT TESTED HERE, for want of: {'; '.join(outcome.missing)}")
    if outcome.failed:
        say(f"\n!!! FAILED: {'; '.join(outcome.failed)}")
    elif not outcome.missing:
        say("\nEverything was tested, and passed.")
    return 1 if outcome.failed or (CI and outcome.missing) else 0


if __name__ == "__main__":
    sys.exit(main())
