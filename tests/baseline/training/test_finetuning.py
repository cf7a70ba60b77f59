from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from tests.baseline.torch_or_skip import torch

# isort: split
from baseline.data.predictions import BySlug, geometric_mean
from baseline.data.release import read
from baseline.data.rows import Release
from baseline.features import minilm
from baseline.features.base import Setting, Tokens
from baseline.features.ngrams import NgramBags
from baseline.models.base import Job, Outcome
from baseline.models.registry import MODELS
from baseline.networks.transformer import Encoder, utterance_vectors
from baseline.options import Options
from baseline.training.finetuning import Finetuning, share_of_rate
from baseline.training.targets import targets
from tests.baseline.small_encoder import SETTINGS, characters, random_weights

pytestmark = pytest.mark.torch

OPTIONS = Options(features=("minilm-finetuned",), width=16, epochs=2, encoder_epochs=3, encoder_learning_rate=1e-2)
Log = Callable[[str], None]


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(minilm, "weights", lambda: (random_weights(), SETTINGS))
    monkeypatch.setattr(minilm, "tokens", characters)


@pytest.fixture
def release(write_release: Callable[..., Path]) -> Release:
    return read(write_release())


def prepared(release: Release, folder: Path) -> dict[str, Any]:
    return minilm.MiniLMTokens().prepare(Setting(release, folder))


def finetuning(
    release: Release, folder: Path, options: Options = OPTIONS, *, key: str = "key", name: str = "finetuning"
) -> Finetuning:
    torch.manual_seed(0)
    tokens: dict[str, Tokens] = prepared(release, folder)
    of_train = {each.slug: targets(release.rows["train"], each, options) for each in release.questions}
    file = folder / f"{name}.checkpoint"
    return Finetuning(tokens, release.questions, of_train, options, seed=0, checkpoint=file, key=key)


def run(release: Release, folder: Path, log: Log = print, model: str = "hard-sharing", **changed: Any) -> Outcome:
    folder.mkdir(exist_ok=True)
    found = [("text", prepared(release, folder))]
    return MODELS.get(model).run(Job(release, Options(**vars(OPTIONS) | changed), 0, folder, lambda: found, "key", log))


def assert_equal(first: BySlug, second: BySlug) -> None:
    assert first.keys() == second.keys()
    for slug, each in first.items():
        assert np.array_equal(each.probabilities, second[slug].probabilities)


def stop_at(text: str) -> Log:
    def stop(line: str) -> None:
        if text in line:
            raise KeyboardInterrupt

    return stop


def test_the_encoder_learns_and_its_vectors_differ_from_the_published_ones(release: Release, tmp_path: Path) -> None:
    learned = finetuning(release, tmp_path)
    losses = learned.run(print)
    assert losses == sorted(losses, reverse=True)
    published = utterance_vectors(Encoder(random_weights(), SETTINGS), prepared(release, tmp_path)["test"])
    found = np.asarray(learned.vectors("test").values)
    assert found.shape == published.shape
    assert np.abs(found - published).max() > 0.1


def test_vectors_stay_as_published_at_a_rate_of_zero(release: Release, tmp_path: Path) -> None:
    options = Options(**vars(OPTIONS) | {"encoder_learning_rate": 0.0})
    learned = finetuning(release, tmp_path, options)
    learned.run(print)
    published = utterance_vectors(Encoder(random_weights(), SETTINGS), prepared(release, tmp_path)["dev"])
    np.testing.assert_allclose(np.asarray(learned.vectors("dev").values), published, atol=1e-6)


def test_the_rate_rises_then_falls_to_nothing() -> None:
    shares = [share_of_rate(step, 100) for step in range(100)]
    assert shares[:10] == pytest.approx([0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0])
    assert shares[10:] == sorted(shares[10:], reverse=True)
    assert 0 < shares[-1] < 0.02
    assert share_of_rate(0, 1) == 1


@pytest.mark.parametrize("cut_at", ["finetuning, epoch 2/", "all: epoch 1/", "member 2: epoch 1/"])
def test_an_interrupted_run_ends_with_the_same_bytes(release: Release, tmp_path: Path, cut_at: str) -> None:
    whole = run(release, tmp_path / "whole", members=2)
    with pytest.raises(KeyboardInterrupt):
        run(release, tmp_path / "cut", stop_at(cut_at), members=2)
    lines: list[str] = []
    resumed = run(release, tmp_path / "cut", lines.append, members=2)
    for split in ("dev", "test"):
        assert_equal(whole.predictions[split], resumed.predictions[split])
    assert not any("finetuning, epoch 1/" in line for line in lines)


def test_members_share_one_finetuning_and_single_networks_have_one_of_their_own(
    release: Release, tmp_path: Path
) -> None:
    lines: list[str] = []
    run(release, tmp_path / "ensemble", lines.append, members=2)
    assert len([line for line in lines if "finetuning" in line]) == OPTIONS.encoder_epochs
    lines.clear()
    run(release, tmp_path / "single", lines.append, model="single")
    finetuned = {line.partition(":")[0] for line in lines if "finetuning" in line}
    assert finetuned == {question.slug for question in release.questions}


def test_predictions_are_the_mean_of_the_encoder_and_of_a_network_of_the_other_features(
    release: Release, tmp_path: Path
) -> None:
    ngrams = [("text", NgramBags().prepare(Setting(release, tmp_path)))]
    tokens = [("text", prepared(release, tmp_path))]
    jobs = [
        Job(release, OPTIONS, 0, tmp_path, lambda: ngrams, "ngrams"),
        Job(release, OPTIONS, 0, tmp_path, lambda: [*ngrams, *tokens], "both"),
    ]
    alone, both = (MODELS.get("hard-sharing").run(job).predictions["test"] for job in jobs)
    learned = finetuning(release, tmp_path, key="both", name="all, finetuning")
    encoder = learned.probabilities("test")
    for question in release.questions:
        slug = question.slug
        expected = geometric_mean(alone[slug].probabilities, encoder[slug], question)
        np.testing.assert_allclose(both[slug].probabilities, expected, atol=1e-6)
        assert np.abs(expected - alone[slug].probabilities).max() > 0.01


def test_the_losses_of_the_finetuning_are_among_the_facts_of_the_run(release: Release, tmp_path: Path) -> None:
    details = run(release, tmp_path / "run").details
    assert len(details["trainings"]["all, finetuning"]["losses"]) == OPTIONS.encoder_epochs
