import os
import subprocess
import sys
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from tests import everything
from tests.everything import Outcome, run, verdict

ROOT = Path(__file__).resolve().parents[1]


@pytest.mark.parametrize(
    ("failed", "absent", "ci", "code", "expected"),
    [
        ([], [], True, 0, "All tests ran and passed."),
        ([], ["Redis"], False, 0, "NOT TESTED, because these are missing: Redis"),
        ([], ["Redis"], True, 1, "NOT TESTED, because these are missing: Redis"),
        (["PostgreSQL"], [], False, 1, "FAILED: PostgreSQL"),
    ],
)
def test_missing_services_are_listed_and_fail_under_ci(
    capsys: Any, failed: list[str], absent: list[str], ci: bool, code: int, expected: str
) -> None:
    with patch.object(everything, "CI", ci):
        assert verdict(Outcome(failed, absent)) == code
    assert expected in capsys.readouterr().out


@pytest.mark.parametrize(
    ("ci", "code", "skipped", "failed", "absent", "legs"),
    [
        pytest.param(True, 0, False, [], [], ["Python on SQLite", "coverage"], id="passed"),
        pytest.param(True, 1, False, ["Python on SQLite"], [], ["Python on SQLite"], id="failed"),
        pytest.param(
            True, 0, True, [], ["some of the Python tests (coverage limits)"], ["Python on SQLite"], id="some skipped"
        ),
        pytest.param(False, 0, False, [], [], ["Python on SQLite"], id="not under CI"),
    ],
)
def test_coverage_is_checked_under_ci_if_all_python_tests_ran(
    tmp_path: Path, ci: bool, code: int, skipped: bool, failed: list[str], absent: list[str], legs: list[str]
) -> None:
    outcome, ran = Outcome(), []

    def leg(outcome: Outcome, name: str, _command: list[str], **_environment: str) -> None:
        ran.append(name)
        if code:
            outcome.failed.append(name)
        if skipped:
            (tmp_path / "missing").write_text("Redis\n", encoding="utf-8")

    with patch.object(everything, "run", leg), patch.object(everything, "CI", ci):
        everything.python_leg(outcome, ["-n", "2"], tmp_path)
    assert (outcome.failed, outcome.missing, ran) == (failed, absent, legs)


def test_a_leg_that_fails_is_remembered(capfd: Any) -> None:
    outcome = Outcome()
    run(outcome, "good", [sys.executable, "-c", "pass"])
    run(outcome, "bad", [sys.executable, "-c", "raise SystemExit(3)"])
    assert outcome.failed == ["bad"]
    assert "=== bad: FAILED (3)" in capfd.readouterr().out


def test_failed_tests_are_named_with_their_errors_in_the_last_lines(tmp_path: Path, capsys: Any) -> None:
    (tmp_path / "test_x.py").write_text("def test_x():\n    assert 1 == 2, 'not equal'\ndef test_y(absent): pass\n")
    place = tmp_path / "failed"
    command = [*everything.PYTEST, "-n", "2", "-c", str(ROOT / "pyproject.toml"), str(tmp_path / "test_x.py")]
    environment = {**os.environ, "CONCORD_TEST_FAILED": str(place), "PYTHONPATH": str(ROOT)}
    subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, check=False)
    verdict(Outcome(["a leg"], [], place.read_text(encoding="utf-8").splitlines()))
    last = capsys.readouterr().out.splitlines()[-2:]
    assert last[0].endswith("::test_x (call): AssertionError: not equal")
    assert "::test_y (setup): " in last[1]
    assert "fixture 'absent' not found" in last[1]


@pytest.mark.parametrize(("ci", "code"), [("", 0), ("true", 1)])
def test_a_test_without_its_server_is_skipped_and_named_or_fails(tmp_path: Path, ci: str, code: int) -> None:
    (tmp_path / "test_x.py").write_text("from tests.conftest import missing\ndef test_x():\n    missing('a thing')\n")
    environment = {"CI": ci, "CONCORD_TEST_MISSING": str(tmp_path / "missing"), "PYTHONPATH": str(ROOT)}
    command = [sys.executable, "-m", "pytest", "-q", "-c", str(ROOT / "pyproject.toml"), str(tmp_path / "test_x.py")]
    completed = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert completed.returncode == code, completed.stdout + completed.stderr
    assert (tmp_path / "missing").read_text(encoding="utf-8") == "a thing\n"
