import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from baseline.cli import main
from baseline.version import version
from tests.baseline.material import release_rows, unlabelled_row

Write = Callable[..., Path]

NO_TORCH = "import sys; sys.modules['torch'] = None; "  # `import torch` then fails


def run(code: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)


def test_call_without_torch_names_the_command_that_installs_it(
    write_release: Write, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    assert main(["train", str(write_release())]) == 1
    assert capsys.readouterr().err == (
        "The baseline needs PyTorch, which is not installed. Run `make baseline` first.\n"
    )


def test_help_lists_models_and_features_without_torch() -> None:
    ended = run(NO_TORCH + "from baseline.cli import main; main(['train', '--help'])")
    assert ended.returncode == 0
    text = " ".join(ended.stdout.split())
    assert "--model NAME one of: multi-task (" in text
    assert "--features NAME one of: ngrams (" in text


def test_version_is_printed_without_torch() -> None:
    ended = run(NO_TORCH + "from baseline.cli import main; main(['--version'])")
    assert (ended.returncode, ended.stdout) == (0, f"{version()}\n")


@pytest.mark.parametrize(
    ("option", "error"),
    [
        (["--model", "other"], "--model: invalid choice: 'other'"),
        (["--features", "other"], "--features: invalid choice: 'other'"),
        (["--epochs", "0"], "must be at least 1"),
        (["--context", "-1"], "must be at least 0"),
    ],
    ids=lambda value: value[0] if isinstance(value, list) else "",
)
def test_invalid_option_is_refused(option: list[str], error: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["train", "release", *option])
    assert ended.value.code == 2
    assert error in capsys.readouterr().err


@pytest.mark.torch
class TestWithTorch:
    @pytest.fixture(autouse=True)
    def _torch(self) -> None:
        from tests.baseline import torch_or_skip  # noqa: F401

    def test_model_beats_the_majority_class_if_words_determine_the_labels(
        self, write_release: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        assert main(["train", str(write_release()), "--out", str(tmp_path / "out")]) == 0
        document = json.loads((tmp_path / "out" / "metrics.json").read_text(encoding="utf-8"))
        for slug in ("sentiment", "moods", "moods_sentiment"):
            figures = document["test"][slug]
            assert figures["model"]["macro_f1"] > 0.95
            assert figures["majority"]["macro_f1"] < 0.7
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

    def test_evaluation_of_a_saved_model_prints_the_same_table(
        self, write_release: Write, capsys: pytest.CaptureFixture[str]
    ) -> None:
        release = str(write_release())
        assert main(["train", release, "--epochs", "2"]) == 0
        trained = capsys.readouterr().out
        assert main(["evaluate", release]) == 0
        assert capsys.readouterr().out == trained

    def test_words_of_dev_and_test_are_not_in_the_vocabulary(self, write_release: Write, tmp_path: Path) -> None:
        rows = release_rows()
        for split in ("dev", "test"):
            for each in rows[split]:
                each["text"] += " zzz"
        assert main(["train", str(write_release(rows)), "--epochs", "1", "--out", str(tmp_path / "out")]) == 0
        model = json.loads((tmp_path / "out" / "model.json").read_text(encoding="utf-8"))
        assert "great" in model["vocabulary"]["grams"]
        assert "zzz" not in model["vocabulary"]["grams"]

    def test_release_without_labels_is_reported(self, write_release: Write, capsys: pytest.CaptureFixture[str]) -> None:
        assert main(["train", str(write_release(release_rows() | {"train": [unlabelled_row()]}))]) == 1
        assert capsys.readouterr().err == (
            "The training split has no labels. Label some of its dialogues and make a new release.\n"
        )

    def test_model_of_other_questions_is_refused(
        self, write_release: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        release = write_release()
        assert main(["train", str(release), "--epochs", "1", "--out", str(tmp_path / "out")]) == 0
        model = tmp_path / "out" / "model.json"
        model.write_text(model.read_text(encoding="utf-8").replace("sentiment", "valence"), encoding="utf-8")
        capsys.readouterr()
        assert main(["evaluate", str(release), "--model", str(tmp_path / "out")]) == 1
        assert "other questions" in capsys.readouterr().err

    def test_evaluation_without_a_model_ends_with_2(self, write_release: Write, tmp_path: Path) -> None:
        assert main(["evaluate", str(write_release()), "--model", str(tmp_path)]) == 2

    def test_model_can_be_trained_without_context(self, write_release: Write, tmp_path: Path) -> None:
        command = ["train", str(write_release()), "--context", "0", "--epochs", "1", "--out", str(tmp_path / "out")]
        assert main(command) == 0
        document = json.loads((tmp_path / "out" / "metrics.json").read_text(encoding="utf-8"))
        assert document["options"]["context"] == 0

    def test_file_in_place_of_the_output_folder_ends_with_2(self, write_release: Write, tmp_path: Path) -> None:
        (tmp_path / "out").write_text("", encoding="utf-8")
        assert main(["train", str(write_release()), "--out", str(tmp_path / "out")]) == 2


@pytest.mark.torch
def test_command_ends_with_2_and_one_line_for_a_folder_without_a_release(tmp_path: Path) -> None:
    from tests.baseline import torch_or_skip  # noqa: F401

    ended = subprocess.run(
        [sys.executable, "-m", "baseline", "train", str(tmp_path)], capture_output=True, text=True, check=False
    )
    assert ended.returncode == 2
    assert ended.stderr == f"{tmp_path} is not a release. Give a folder or zip file that contains manifest.json.\n"


def test_the_command_line_does_not_import_django_or_torch() -> None:
    code = (
        "import sys, baseline.__main__; "
        "sys.exit(any(name.split('.')[0] in ('django', 'torch') for name in sys.modules))"
    )
    assert run(code).returncode == 0


@pytest.mark.torch
def test_training_imports_no_django() -> None:
    from tests.baseline import torch_or_skip  # noqa: F401

    code = (
        "import sys, baseline.training.loop, baseline.training.checkpoints, baseline.evaluation.results; "
        "sys.exit(any(name.split('.')[0] == 'django' for name in sys.modules))"
    )
    assert run(code).returncode == 0
