import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.db import OperationalError, ProgrammingError

from config.setup.commands import NO_TABLES, explain

ROOT = Path(__file__).resolve().parents[3]


def manage(home: Path, *arguments: str, **environment: str) -> tuple[int, str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in {"DATABASE_URL", "DJANGO_SETTINGS_MODULE"}}
    command = [sys.executable, "-W", "ignore", "manage.py", *arguments]
    environment = kept | {"CONCORD_HOME": str(home)} | environment
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False, timeout=120)
    return done.returncode, done.stdout, done.stderr


@pytest.mark.slow
def test_migrate_creates_the_data_folder_for_its_owner_alone(tmp_path: Path) -> None:
    home = tmp_path / "not" / "there"
    assert manage(home, "migrate", "--verbosity", "0") == (0, "", "")
    assert (home / "concord.sqlite3").exists()
    assert home.stat().st_mode & 0o777 == 0o700


@pytest.mark.parametrize(
    "command",
    [
        ("rebuild_codes",),
        ("check_work_sums",),
        ("backup", "x"),
        ("check_media",),
        ("agreement", "demo"),
        ("export_corpus", "demo", "--out", "x"),
    ],
)
def test_a_command_without_tables_says_what_to_do(tmp_path: Path, command: tuple[str, ...]) -> None:
    assert manage(tmp_path / "home", *command) == (1, "", f"{NO_TABLES}\n")


def test_a_data_folder_that_cannot_be_created_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("", encoding="ascii")
    code, _, told = manage(tmp_path / "file" / "home", "migrate")
    assert code == 1
    assert told == f"The data folder {tmp_path / 'file' / 'home'} cannot be created (Not a directory).\n"


def test_a_server_that_does_not_answer_is_named(tmp_path: Path) -> None:
    code, _, told = manage(tmp_path, "rebuild_codes", DATABASE_URL="postgres://nobody@127.0.0.1:1/none")
    assert code == 1
    assert told.startswith("The database cannot be opened (connection to server")
    assert told.endswith("Check DATABASE_URL.\n")
    assert told.count("\n") == 1


@pytest.mark.parametrize("error", [OperationalError("database is locked"), ProgrammingError("syntax error")], ids=str)
def test_other_database_errors_keep_their_traceback(error: OperationalError) -> None:
    assert explain(error) is None
