"""Opens releases of three corpora with the readers of other programs: `make readers`.

The corpora are the demo, a corpus with a task of every kind, and CMMA from ../shared. Each is released twice, in every
format and as JSON lines alone. The readers run in environments of their own, `.venv-readers-*`, which are made on the
first call from `requirements-readers-*.txt`; the hub of `datasets` is offline. A warning, a line on standard error or a
value that differs from the JSON lines is a failure.
"""

from __future__ import annotations

import hashlib
import os
import signal
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import dataclass, field
from pathlib import Path

from tests.readers.checks import FROM_JSON_LINES

ROOT = Path(__file__).resolve().parents[2]
SHARED = ROOT.parent / "shared"
CHECKS = Path(__file__).with_name("checks.py")
FORMATS = ("csv", "spreadsheet", "parquet", "xlsx", "meld", "lewidi", "label-studio", "eaf", "vtt")
ENVIRONMENTS = {
    "readers-3": ("datasets", "pandas", "polars", "pyarrow"),
    "readers-5": ("datasets", "pandas", "polars", "pyarrow", "mlcroissant", "pympi", "openpyxl"),
}
PATIENCE = 1800  # seconds for the demo; a busy machine needs minutes


def say(text: str) -> None:
    """Print without buffering."""
    sys.stdout.write(text + "\n")
    sys.stdout.flush()


def environment(name: str) -> Path:
    """Return the Python of an environment, which is made anew if its requirements have changed."""
    folder, requirements = ROOT / f".venv-{name}", ROOT / f"requirements-{name}.txt"
    stamp = folder / f"installed-{hashlib.sha256(requirements.read_bytes()).hexdigest()[:16]}"
    python = folder / "bin" / "python"
    if not stamp.exists():
        say(f"installing {requirements.name} …")
        subprocess.run([sys.executable, "-m", "venv", "--clear", str(folder)], check=True)
        pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check"]
        subprocess.run([*pip, "--requirement", str(requirements)], check=True)
        stamp.touch()
    return python


@dataclass
class Home:
    """A data folder of Concord with one corpus.

    Attributes:
        folder: CONCORD_HOME.
    """

    folder: Path
    settings: dict[str, str] = field(init=False)

    def __post_init__(self) -> None:
        self.folder.mkdir()
        kept = {name: text for name, text in os.environ.items() if name not in {"DATABASE_URL", "CELERY_BROKER_URL"}}
        self.settings = {**kept, "CONCORD_HOME": str(self.folder)}

    def run(self, *command: str) -> str:
        """Run a Python command with this folder and return what it prints."""
        done = subprocess.run(
            [sys.executable, *command], cwd=ROOT, env=self.settings, capture_output=True, text=True, check=False
        )
        if done.returncode:
            sys.exit(f"{' '.join(command)} failed:\n{done.stdout}{done.stderr}")
        return done.stdout.strip()

    def release(self, corpus: str, place: Path, *options: str) -> list[Path]:
        """Release a corpus in every format and as JSON lines alone; return both folders."""
        found = [place, place.with_name(f"{place.name}-jsonl")]
        for folder, formats in zip(found, (FORMATS, ()), strict=True):
            self.run("manage.py", "export_corpus", corpus, "--out", str(folder), *options, "--formats", *formats)
        return found


def demo(home: Home, place: Path) -> list[Path]:
    """Start Concord for the first time, which makes the demo corpus, and release that."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    log = home.folder / "run.log"
    settings = {**home.settings, "PORT": str(port), "HOST": "127.0.0.1", "CONCORD_DEMO": "1"}
    with log.open("wb") as output:
        command = [sys.executable, "manage.py", "run"]
        process = subprocess.Popen(command, cwd=ROOT, env=settings, stdout=output, stderr=output)
        ends = time.monotonic() + PATIENCE
        while not (home.folder / "demo-made").exists() and process.poll() is None and time.monotonic() < ends:
            time.sleep(0.5)
        process.send_signal(signal.SIGINT)
        process.wait()
    if not (home.folder / "demo-made").exists():
        sys.exit(f"the demo could not be made:\n{log.read_text(encoding='utf-8')}")
    return home.release("demo", place, "--ratios", "60,20,20")


def every_kind(home: Home, place: Path) -> list[Path]:
    """Make and release a corpus with a task of every kind, with distributions."""
    home.run("manage.py", "migrate", "--verbosity", "0")
    corpus = home.run("-m", "tests.readers.every_kind")
    return home.release(corpus, place, "--incomplete", "include", "--consensus", "soft")


def cmma(home: Home, place: Path) -> list[Path]:
    """Import and release CMMA."""
    home.run("manage.py", "migrate", "--verbosity", "0")
    home.run("manage.py", "import_corpus", "cmma", str(SHARED / "data" / "cmma"), "--corpus", "cmma")
    return home.release("cmma", place)


def is_read(python: Path, reader: str, folder: Path, home: Path) -> bool:
    """Open a release with a reader; print what it found or why it failed."""
    settings = {
        "PATH": os.environ.get("PATH", ""),
        "HOME": str(home),
        "HF_HOME": str(home),
        "HF_HUB_OFFLINE": "1",
        "HF_DATASETS_OFFLINE": "1",
        "HF_DATASETS_DISABLE_PROGRESS_BARS": "1",
        "LANG": "C.UTF-8",
    }
    command = [str(python), str(CHECKS), reader, str(folder)]
    done = subprocess.run(command, env=settings, capture_output=True, text=True, check=False)
    failed = done.returncode != 0 or bool(done.stderr)
    say(f"{'FAILED ' if failed else ''}{done.stdout}{done.stderr}".strip())
    return not failed


def main() -> int:
    """Make environments and releases, open each release with each reader, and return the exit code."""
    if not (SHARED / "data").is_dir():
        sys.exit("the folder ../shared with the published label files is missing")
    pythons = {name: environment(name) for name in ENVIRONMENTS}
    failed: list[str] = []
    with tempfile.TemporaryDirectory(prefix="concord-readers-") as temporary:
        work = Path(temporary)
        for made in (demo, every_kind, cmma):
            say(f"=== {made.__name__}")
            whole, lines_alone = made(Home(work / f"home-{made.__name__}"), work / made.__name__)
            for name, readers in ENVIRONMENTS.items():
                openings = [(each, whole) for each in readers]
                openings += [(each, lines_alone) for each in readers if each in FROM_JSON_LINES]
                failed += [
                    f"{reader} ({name}): {folder.name}"
                    for reader, folder in openings
                    if not is_read(pythons[name], reader, folder, work / "hub")
                ]
    say(f"FAILED: {'; '.join(failed)}" if failed else "All readers opened all releases.")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
