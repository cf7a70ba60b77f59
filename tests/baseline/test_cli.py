import argparse
import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from xml.dom import minidom

import pytest

from baseline.cli import main, train
from baseline.cli.train import DEFAULTS
from baseline.options import Options
from baseline.version import version
from tests.baseline.material import release_rows, unlabelled_row

Write = Callable[..., Path]

SMALL = ["--features", "ngrams", "--epochs", "1", "--width", "8"]
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
    assert "any of: majority (" in text
    assert "any of: ngrams (" in text


def test_version_is_printed_without_torch() -> None:
    ended = run(NO_TORCH + "from baseline.cli import main; main(['--version'])")
    assert (ended.returncode, ended.stdout) == (0, f"{version()}\n")


@pytest.mark.parametrize(
    ("option", "error"),
    [
        (["--model", "other"], "--model: invalid choice: 'other'"),
        (["--epochs", "0"], "must be at least 1"),
        (["--context", "5"], "invalid choice: '5'"),
        (["--seeds", "0"], "must be at least 1"),
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

    def test_networks_beat_the_majority_class_if_words_determine_the_labels(
        self, write_release: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        out = tmp_path / "out"
        command = ["train", str(write_release()), *SMALL, "--width", "32", "--epochs", "12", "--out", str(out)]
        command += ["--learning-rate", "0.02", "--dropout", "0.1"]
        assert main([*command, "--model", "hard-sharing", "soft-sharing", "--seeds", "2"]) == 0
        document = json.loads((out / "report.json").read_text(encoding="utf-8"))
        assert list(document["models"]) == ["majority", "linear", "hard-sharing", "soft-sharing"]
        for slug, question in document["test"].items():
            figures = {name: each["measures"]["macro-f1"]["mean"] for name, each in question["models"].items()}
            assert figures["majority"] < 0.7, slug
            assert min(figures["linear"], figures["hard-sharing"], figures["soft-sharing"]) > 0.95, slug
            assert len(question["models"]["soft-sharing"]["measures"]["macro-f1"]["seeds"]) == 2
        printed = capsys.readouterr()
        assert "epoch 1/12" in printed.err
        assert "sentiment, test (60 utterances)" in printed.out
        assert "Holm" in printed.out
        report = (out / "report.md").read_text(encoding="utf-8")
        assert report.startswith("# Baselines on small\n")
        assert "moods_sentiment, with predicted ends, test" in report
        assert "against the majority of the other raters" in report
        assert r"\begin{tabular}" in (out / "report.tex").read_text(encoding="utf-8")
        pictures = {path.name for path in (out / "pictures").iterdir()}
        assert {"sentiment-figures.svg", "soft-sharing-sharing.svg", "sentiment-linear-confusion.svg"} <= pictures
        for path in (out / "pictures").iterdir():
            minidom.parse(str(path))  # noqa: S318 -- our own pictures
        assert all(f"pictures/{name}" in report for name in pictures)

        assert (
            main(["report", str(tmp_path / "release"), "--out", str(out), "--compare", "soft-sharing:hard-sharing"])
            == 0
        )
        comparison = json.loads((out / "report.json").read_text(encoding="utf-8"))["comparison"]
        assert {(each["first"], each["second"]) for each in comparison["rows"]} == {("soft-sharing", "hard-sharing")}
        assert comparison["family"] == 3
        assert main(["report", str(tmp_path / "release"), "--out", str(out), "--compare", "linear:other"]) == 2

    def test_a_model_that_predicts_one_class_is_named_first(
        self, write_release: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        rows = release_rows()
        for each in (row for split in rows.values() for row in split):
            each["text"] = "same"
        command = ["train", str(write_release(rows)), *SMALL, "--no-biases", "--class-weight", "0"]
        assert main([*command, "--context", "none", "--out", str(tmp_path / "out")]) == 0
        printed = capsys.readouterr().out
        assert printed.startswith("WARNING: ")
        assert "hard-sharing (COLLAPSED to one class)" in printed

    def test_ablations_are_rows_of_their_own(self, write_release: Write, tmp_path: Path) -> None:
        command = ["train", str(write_release()), *SMALL, "--out", str(tmp_path / "out")]
        assert main([*command, "--context", "none", "--name", "no-context"]) == 0
        assert main([*command, "--links", "none", "--name", "no-links"]) == 0
        document = json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf-8"))
        assert list(document["models"]) == ["majority", "linear", "no-context", "no-links"]
        assert document["models"]["no-context"]["options"]["context"] == "none"
        assert "no-links" not in document["test"]["moods_sentiment"]["models"]

    def test_a_learning_curve_has_rows_of_shares_of_train_and_a_picture(
        self, write_release: Write, tmp_path: Path
    ) -> None:
        release, out = write_release(), tmp_path / "out"
        assert main(["train", str(release), *SMALL, "--seeds", "2", "--learning-curve", "--out", str(out)]) == 0
        document = json.loads((out / "report.json").read_text(encoding="utf-8"))
        shares = ["12.5 % of train", "25 % of train", "50 % of train"]
        for model in ("linear", "hard-sharing"):
            assert {f"{model}, {share}" for share in shares} <= set(document["models"])
            assert all(document["models"][f"{model}, {share}"]["seeds"] == [0, 1] for share in shares)
        pairs = {(each["first"], each["second"]) for each in document["comparison"]["rows"]}
        assert pairs == {(model, f"{model}, {share}") for model in ("linear", "hard-sharing") for share in shares}
        picture = (out / "pictures" / "sentiment-learning-curve.svg").read_text(encoding="utf-8")
        assert picture.count("<polyline") == 2
        assert all(line.count(",") == 4 for line in re.findall(r'polyline points="([^"]*)"', picture))
        assert main(["report", str(release), "--out", str(out)]) == 0
        document = json.loads((out / "report.json").read_text(encoding="utf-8"))
        assert not any("% of train" in each["first"] for each in document["comparison"]["rows"])

    def test_less_of_train_is_learned_by_the_features_as_well(self, write_release: Write, tmp_path: Path) -> None:
        out = tmp_path / "out"
        command = ["train", str(write_release()), *SMALL, "--features", "linear", "--learning-curve"]
        assert main([*command, "--out", str(out), "--cache", str(tmp_path / "cache")]) == 0
        assert len(list((tmp_path / "cache" / "linear").glob("*"))) == 4

    def test_features_are_computed_before_a_training(
        self, write_release: Write, tmp_path: Path, capsys: pytest.CaptureFixture[str]
    ) -> None:
        command = [
            "features",
            str(write_release()),
            "--features",
            "linear",
            "ngrams",
            "--cache",
            str(tmp_path / "cache"),
        ]
        assert main(command) == 0
        assert "linear (text), train: 240 utterances, 10 numbers, missing in 0.0%" in capsys.readouterr().out
        assert len(list((tmp_path / "cache" / "linear").iterdir())) == 1

    def test_release_without_labels_is_reported(self, write_release: Write, capsys: pytest.CaptureFixture[str]) -> None:
        assert (
            main(["train", str(write_release(release_rows() | {"train": [unlabelled_row()]})), "--features", "ngrams"])
            == 1
        )
        assert capsys.readouterr().err.endswith(
            "The training split has no labels. Label some of its dialogues and make a new release.\n"
        )

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


@pytest.mark.torch
@pytest.mark.parametrize(
    ("arguments", "error"),
    [
        (["--finetune"], "--finetune trains the encoder minilm only. Give --encoder minilm with it."),
        (["--encoder", "none", "--finetune"], "--finetune trains the encoder minilm only."),
        (["--encoder", "minilm", "--features", "ngrams"], "--encoder is part of the default features."),
    ],
)
def test_an_encoder_that_would_be_ignored_is_refused(
    write_release: Write, arguments: list[str], error: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["train", str(write_release()), *arguments]) == 2
    assert error in capsys.readouterr().err


@pytest.mark.parametrize(
    ("arguments", "features", "passes"),
    [
        (["--encoder", "minilm"], ("linear", "minilm"), DEFAULTS.encoder_epochs),
        (["--encoder", "minilm", "--finetune"], ("linear", "sentences", "minilm-finetuned"), DEFAULTS.encoder_epochs),
        (["--features", "minilm-finetuned", "--encoder-epochs", "9"], ("minilm-finetuned",), 9),
    ],
)
def test_finetuning_changes_the_features_and_has_passes_of_its_own(
    arguments: list[str], features: tuple[str, ...], passes: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("baseline.features.sentences.is_installed", lambda: True)
    parser = argparse.ArgumentParser()
    train.add_to(parser.add_subparsers())
    found = train.chosen(parser.parse_args(["train", "release", *arguments]))
    assert found == Options(features=features, encoder_epochs=passes)


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
        "import sys, baseline.runs.execute, baseline.evaluation.report, baseline.models.networks; "
        "sys.exit(any(name.split('.')[0] == 'django' for name in sys.modules))"
    )
    assert run(code).returncode == 0


@pytest.mark.torch
@pytest.mark.parametrize("models", [["linear"], ["hard-sharing", "soft-sharing"], ["single"]], ids=" ".join)
def test_ablations_need_a_single_network_with_parts(
    models: list[str], write_release: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("torch")
    assert main(["train", str(write_release()), "--model", *models, "--ablations"]) == 2
    assert "--ablations needs a single --model" in capsys.readouterr().err


@pytest.mark.torch
@pytest.mark.parametrize("models", [["linear", "hard-sharing"], ["all"]], ids=" ".join)
def test_a_learning_curve_needs_a_single_model(
    models: list[str], write_release: Callable[..., Path], capsys: pytest.CaptureFixture[str]
) -> None:
    pytest.importorskip("torch")
    assert main(["train", str(write_release()), "--model", *models, "--learning-curve"]) == 2
    assert "--learning-curve needs a single --model" in capsys.readouterr().err
