"""All tests, in legs: `make test`. The last lines name the failed tests and the services that were missing.

With CI=true a missing service is a failure.
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
PYTEST = [sys.executable, "-m", "pytest", "-p", "tests.failures", "-q", "-rsfE", "--durations=12", "--durations-min=3"]
CHROMIUMS = ["chromium", "chromium-browser", "google-chrome"]


@dataclass
class Outcome:
    """The legs and tests that failed and the services that were missing so far."""

    failed: list[str] = field(default_factory=list)
    missing: list[str] = field(default_factory=list)
    tests: list[str] = field(default_factory=list)


def say(text: str) -> None:
    """Print without buffering: child processes write to the same terminal."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def run(outcome: Outcome, name: str, command: list[str], **environment: str) -> None:
    """Run one leg and record its failure; later legs run in any case."""
    say(f"\n=== {name}")
    began = time.monotonic()
    kept = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "CELERY_BROKER_URL"}}
    # the tests start many processes: without compiled modules, each of them compiles the project anew
    kept["PYTHONDONTWRITEBYTECODE"] = ""
    code = subprocess.run(command, cwd=ROOT, env={**kept, **environment}, check=False).returncode
    say(f"=== {name}: {'passed' if code == 0 else f'FAILED ({code})'} after {time.monotonic() - began:.0f} s")
    if code:
        outcome.failed.append(name)


def chromium() -> str | None:
    """Return the path of a Chromium, installed from Debian if this user may do so, else None."""
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
    """Return the address of a PostgreSQL server: DATABASE_URL, else a local one that accepts this user."""
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
    """Return the address of a Redis server: CELERY_BROKER_URL, else the last database of a local one."""
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
        skipped, failed = Path(folder) / "missing", Path(folder) / "failed"
        os.environ["CONCORD_TEST_MISSING"], os.environ["CONCORD_TEST_FAILED"] = str(skipped), str(failed)
        python_leg(outcome, workers, Path(folder))
        run(outcome, "a real worker and broker", [*PYTEST, *workers, "--dist", "loadscope", "-m", "worker"])
        database_legs(outcome)
        if shutil.which("node"):
            # one argument per file: Node.js 20 takes no patterns, Node.js 22 no folders
            scripts = [str(path) for path in sorted((ROOT / "tests" / "js").rglob("*.test.js"))]
            run(outcome, "JavaScript", ["node", "--test", *scripts])
        else:
            outcome.missing.append("Node.js (JavaScript tests)")
        if browser := chromium():
            run(outcome, "the browser", [*PYTEST, *workers, "-m", "browser"], CHROMIUM=browser)
        else:
            outcome.missing.append("Chromium (browser tests)")
        if skipped.exists():
            outcome.missing += sorted(set(skipped.read_text(encoding="utf-8").splitlines()))
        if failed.exists():
            outcome.tests += dict.fromkeys(failed.read_text(encoding="utf-8").splitlines())
    return verdict(outcome)


def python_leg(outcome: Outcome, workers: list[str], folder: Path) -> None:
    """Run the Python tests on SQLite; with CI=true also check their coverage, unless some of them were skipped."""
    name, report = "Python on SQLite", folder / "coverage.json"
    command = [*PYTEST, *workers, "-m", "not worker and not browser"]
    if not CI:  # measuring takes a third more time
        run(outcome, name, command)
        return
    measure = ["--cov", "--cov-config=pyproject.toml", f"--cov-report=json:{report}"]
    run(outcome, name, [*command, *measure], COVERAGE_FILE=str(folder / "coverage"))
    if (folder / "missing").exists():
        outcome.missing.append("some of the Python tests (coverage limits)")
    elif name not in outcome.failed:
        run(outcome, "coverage", [sys.executable, "-m", "tests.coverage_gate", str(report)])


def database_legs(outcome: Outcome) -> None:
    """Run the tests marked `database` again on PostgreSQL, with Redis as the broker."""
    server, broker = postgres(), redis_server()
    if broker is None:
        outcome.missing.append("Redis (its broker leg)")
    if server is None:
        outcome.missing.append("PostgreSQL (the database tests on it)")
        return
    # two tests with 32 to 64 claimants at once would exceed PostgreSQL's default of 100 connections: they form a group
    grouped = ["-n", "2", "--dist", "loadgroup"]
    run(outcome, "PostgreSQL", [*PYTEST, *grouped, "-m", "database and not worker"], DATABASE_URL=server)
    if broker:
        legs = {"DATABASE_URL": server, "CELERY_BROKER_URL": broker}
        run(outcome, "a worker on PostgreSQL and Redis", [*PYTEST, "-m", "database and worker"], **legs)


def verdict(outcome: Outcome) -> int:
    """Print the result and return the exit code."""
    if outcome.missing:
        say(f"\n!!! NOT TESTED, because these are missing: {'; '.join(outcome.missing)}")
    if outcome.failed:
        say("\n".join([f"\n!!! FAILED: {'; '.join(outcome.failed)}", *outcome.tests]))
    elif not outcome.missing:
        say("\nAll tests ran and passed.")
    return 1 if outcome.failed or (CI and outcome.missing) else 0


if __name__ == "__main__":
    sys.exit(main())
