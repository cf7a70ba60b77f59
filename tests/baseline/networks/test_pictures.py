from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from tests.baseline.torch_or_skip import torch

# isort: split
from baseline.data.release import read
from baseline.features.base import Frames, Prepared, Setting
from baseline.features.ngrams import NgramBags
from baseline.models.base import Job
from baseline.models.networks import NetworkModel
from baseline.networks.encoders import ModalityEncoder, _Pictures, _Standardised
from baseline.networks.minibatches import Split
from baseline.options import Options
from tests.baseline.material import utterance

pytestmark = pytest.mark.torch

ROWS = [utterance(dialogue=name) for name in "abc"]
PIXELS = np.random.default_rng(0).integers(0, 256, (5, 16, 16, 3)).astype(np.uint8)


def encoded(starts: list[int], pixels: np.ndarray) -> tuple["torch.Tensor", "torch.Tensor"]:
    torch.manual_seed(0)
    frames = Frames(np.array(starts), pixels)
    encoder = ModalityEncoder([frames], 8, 0.0).eval()
    split = Split(ROWS, [frames], {}, "cpu")
    with torch.no_grad():
        return encoder(split.collate(split.dialogues).features)  # type: ignore[no-any-return]


def test_an_utterance_without_frames_is_missing() -> None:
    _, present = encoded([0, 2, 2, 5], PIXELS)
    assert present.tolist() == [True, False, True]


def test_an_utterance_is_the_mean_of_its_own_frames() -> None:
    together, _ = encoded([0, 2, 2, 5], PIXELS)
    turned, _ = encoded([0, 2, 2, 5], PIXELS[[1, 0, 4, 2, 3]])  # the order of its frames makes no difference
    torch.testing.assert_close(together, turned)
    mixed, _ = encoded([0, 2, 2, 5], PIXELS[[0, 2, 1, 3, 4]])
    assert not torch.allclose(together[0], mixed[0])
    torch.testing.assert_close(together[1], mixed[1])


def test_in_training_a_frame_of_each_utterance_is_drawn() -> None:
    frames = Frames(np.array([0, 2, 2, 5]), PIXELS)
    torch.manual_seed(0)
    encoder = ModalityEncoder([frames], 8, 0.0).train()
    split = Split(ROWS, [frames], {}, "cpu")
    inputs = split.collate(split.dialogues).features
    found = {tuple(encoder(inputs)[0][2].detach().numpy().round(4).tolist()) for _ in range(30)}
    assert len(found) > 3  # of three frames, each perhaps turned
    encoder(inputs)[0].sum().backward()
    assert all(weight.grad is not None for weight in encoder.parameters() if weight.requires_grad)


def test_a_sign_that_only_the_first_convolution_tells_is_seen() -> None:
    torch.manual_seed(0)
    network = _Pictures(8).eval()
    level, slanted = torch.full((2, 64, 64, 3), 200, dtype=torch.uint8)
    for along in range(-4, 5):
        level[20, 30 + along], slanted[20 + along // 2, 30 + along] = 40, 40
    with torch.no_grad():
        for layer in network.convolutions[1:]:
            layer[0].weight.zero_()
        found, _ = network(torch.stack([level, slanted]), torch.tensor([0, 1, 2]))
    assert float((found[0] - found[1]).abs().max()) > 0.01


def test_what_pictures_have_in_common_is_taken_away() -> None:
    values = torch.tensor([[5.0, -3.0], [5.1, -3.0], [5.2, -3.1]])
    layer = _Standardised(2).train()
    for _ in range(100):
        found = layer(values)
    torch.testing.assert_close(found.mean(dim=0), torch.zeros(2), atol=1e-3, rtol=0)
    assert float(found[:, 0].std()) > 0.9
    torch.testing.assert_close(layer.eval()(values), found, atol=0.4, rtol=0)
    assert torch.isfinite(layer.train()(values[:1])).all()


@pytest.mark.parametrize("every", [3, 1000], ids=["some frames", "no frame at all"])
def test_a_network_learns_beside_utterances_without_frames(
    every: int, write_release: Callable[..., Path], tmp_path: Path
) -> None:
    release = read(write_release())

    def prepare() -> list[tuple[str, dict[str, Prepared]]]:
        video: dict[str, Prepared] = {}
        for split, rows in release.rows.items():
            counts = [int(number % every == every - 1) for number in range(len(rows))]
            video[split] = Frames(np.cumsum([0, *counts]), np.resize(PIXELS, (sum(counts), 16, 16, 3)))
        return [("text", NgramBags().prepare(Setting(release, tmp_path))), ("video", video)]

    outcome = NetworkModel("hard-sharing").run(Job(release, Options(epochs=2, width=8), 0, tmp_path, prepare))
    for found in outcome.predictions["test"].values():
        assert np.isfinite(found.probabilities).all()
    assert outcome.details["missing"]["1:video"]["train"] == pytest.approx(2 / 3 if every == 3 else 1, abs=0.02)
