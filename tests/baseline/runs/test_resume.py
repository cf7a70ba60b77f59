import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.baseline import torch_or_skip  # noqa: F401

# isort: split
from baseline.cli import main
from baseline.version import RESULTS

pytestmark = pytest.mark.torch

Write = Callable[..., Path]
PROJECT = Path(__file__).resolve().parents[3]
OPTIONS = ["--features", "ngrams", "--model", "soft-sharing", "--epochs", "60", "--patience", "60", "--width", "8"]
DEADLINE_S = 120


@pytest.mark.parametrize(
    ("members", "written"),
    [("1", "all.checkpoint"), ("3", "all, member 2.checkpoint")],
    ids=["one network", "ensemble"],
)
def test_a_killed_training_goes_on_and_ends_with_the_same_bytes(
    write_release: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str], members: str, written: str
) -> None:
    release = str(write_release())
    options = [*OPTIONS, "--members", members]
    assert main(["train", release, *options, "--out", str(tmp_path / "whole")]) == 0

    command = [sys.executable, "-m", "baseline", "train", release, *options, "--out", str(tmp_path / "killed")]
    killed = subprocess.Popen(command, cwd=PROJECT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    run = tmp_path / "killed" / "runs" / "soft-sharing" / "seed-0"
    deadline = time.monotonic() + DEADLINE_S
    while not (run / written).exists() and time.monotonic() < deadline:
        time.sleep(0.01)
    os.kill(killed.pid, signal.SIGKILL)
    assert killed.wait() == -signal.SIGKILL
    assert (run / written).exists()
    assert not (run / "run.json").exists()

    capsys.readouterr()
    assert main(["train", release, *options, "--out", str(tmp_path / "killed")]) == 0
    again = capsys.readouterr().err
    assert "epoch 1/60" not in again if members == "1" else "all: epoch" not in again
    whole = tmp_path / "whole" / "runs" / "soft-sharing" / "seed-0"
    assert (run / "predictions.npz").read_bytes() == (whole / "predictions.npz").read_bytes()
    assert not list(run.glob("*.checkpoint"))


def test_a_finished_run_is_not_repeated_and_a_changed_option_starts_a_new_one(
    write_release: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = ["train", str(write_release()), "--features", "ngrams", "--epochs", "1", "--width", "8"]
    command += ["--out", str(tmp_path / "out")]
    assert main(command) == 0
    assert "finished before" not in capsys.readouterr().err
    assert main(command) == 0
    again = capsys.readouterr().err
    assert again.count("finished before") == 3
    assert "epoch" not in again
    assert main([*command, "--dropout", "0.1"]) == 0
    assert "hard-sharing, seed 0: finished before" not in capsys.readouterr().err


def test_a_run_of_code_with_other_results_is_repeated(
    write_release: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    command = ["train", str(write_release()), "--model", "linear", "--features", "ngrams"]
    command += ["--out", str(tmp_path / "out")]
    with monkeypatch.context() as before:
        before.setattr("baseline.runs.execute.RESULTS", RESULTS - 1)
        assert main(command) == 0
    capsys.readouterr()
    assert main(command) == 0
    assert "linear, seed 0: finished before" not in capsys.readouterr().err
