import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from baseline.__main__ import main
from tests.baseline.conftest import row, some_rows

Write = Callable[..., Path]


def test_call_without_torch_names_the_command_that_installs_it(
    write_release: Write, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert main(["train", str(write_release())]) == 1
    assert capsys.readouterr().err == (
        "The baseline needs PyTorch, which is not installed here: run `make baseline` first.\n"
    )


@pytest.mark.torch
class TestWithTorch:
    @pytest.fixture(autouse=True)
    def _torch(self) -> None:
        from tests.baseline import torch_or_skip  # noqa: F401

    def test_training_beats_the_majority_class_on_words_that_tell(
        self, write_release: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["train", str(write_release()), "--out", str(tmp_path / "out")]) == 0
        figures = json.loads((tmp_path / "out" / "metrics.json").read_text(encoding="utf-8"))
        for slug in ("sentiment", "moods", "moods_sentiment"):
            found = figures["test"][slug]
            assert found["model"]["macro_f1"] > 0.95
            assert found["majority"]["macro_f1"] < 0.7
        printed = capsys.readouterr()
        assert "epoch 1/30" in printed.err
        assert printed.out.splitlines()[0] == "model (majority class)"
        table = (tmp_path / "out" / "metrics.md").read_text(encoding="utf-8")
        assert table.startswith("# Baseline on small\n")
        assert "| test | moods_sentiment |" in table

    def test_same_seed_gives_the_same_bytes_and_another_seed_does_not(
        self, write_release: Write, tmp_path: Path
    ) -> None:
        release = str(write_release())
        written = {}
        for name, seed in (("one", "1"), ("again", "1"), ("other", "2")):
            assert main(["train", release, "--epochs", "2", "--seed", seed, "--out", str(tmp_path / name)]) == 0
            weights = (tmp_path / name / "model.pt").read_bytes()
            written[name] = ((tmp_path / name / "metrics.json").read_bytes(), weights)
        assert written["one"] == written["again"]
        assert written["one"][1] != written["other"][1]

    def test_kept_model_measures_the_same_again(self, write_release: Write, capsys: pytest.CaptureFixture[str]) -> None:
        release = str(write_release())
        assert main(["train", release, "--epochs", "2"]) == 0
        trained = capsys.readouterr().out
        assert main(["evaluate", release]) == 0
        assert capsys.readouterr().out == trained

    def test_words_of_dev_and_test_stay_out_of_the_vocabulary(self, write_release: Write, tmp_path: Path) -> None:
        rows = some_rows()
        for split in ("dev", "test"):
            for each in rows[split]:
                each["text"] += " zzz"
        assert main(["train", str(write_release(rows)), "--epochs", "1", "--out", str(tmp_path / "out")]) == 0
        known = json.loads((tmp_path / "out" / "model.json").read_text(encoding="utf-8"))["vocabulary"]["grams"]
        assert "great" in known
        assert "zzz" not in known

    def test_release_without_labels_is_told(self, write_release: Write, capsys: pytest.CaptureFixture[str]) -> None:
        silent = [row(1, 1, "neutral", sentiment=None, moods=None, moods_sentiment=None)]
        assert main(["train", str(write_release(some_rows() | {"train": silent}))]) == 1
        assert capsys.readouterr().err == "The training split has no label to learn from.\n"

    def test_model_of_other_questions_is_refused(
        self, write_release: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        release = write_release()
        assert main(["train", str(release), "--epochs", "1", "--out", str(tmp_path / "out")]) == 0
        about = tmp_path / "out" / "model.json"
        about.write_text(about.read_text(encoding="utf-8").replace("sentiment", "valence"), encoding="utf-8")
        capsys.readouterr()
        assert main(["evaluate", str(release), "--model", str(tmp_path / "out")]) == 1
        assert "other questions" in capsys.readouterr().err

    def test_evaluation_without_a_model_is_a_wrong_call(self, write_release: Write, tmp_path: Path) -> None:
        assert main(["evaluate", str(write_release()), "--model", str(tmp_path)]) == 2


@pytest.mark.torch
def test_command_ends_with_2_and_one_line_for_a_folder_that_is_no_release(tmp_path: Path) -> None:
    from tests.baseline import torch_or_skip  # noqa: F401

    ended = subprocess.run(
        [sys.executable, "-m", "baseline", "train", str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 2
    assert ended.stderr == f"{tmp_path} is not a release: neither a folder nor a zip with a manifest.json.\n"


def test_baseline_loads_no_django(tmp_path: Path) -> None:
    code = "import sys, baseline.__main__; sys.exit(any(name.split('.')[0] == 'django' for name in sys.modules))"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
