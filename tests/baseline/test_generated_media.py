"""A small generated corpus through ingest, cutting, export and features: labels that only sound or pictures tell."""

import re
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from tests.baseline import torch_or_skip  # noqa: F401

# isort: split
from baseline.data.release import read
from baseline.data.rows import Release
from baseline.features.audio import COURSE, MELS
from baseline.features.base import Frames, Setting, Vectors
from baseline.features.registry import named
from benchmarks.generated_media.corpus import make_release
from benchmarks.generated_media.script import WORDS
from benchmarks.generated_media.variants import conflicting, helpful, shuffled_media
from tests.corpus.domain.conftest import store  # noqa: F401 -- a fixture

pytestmark = [pytest.mark.torch, pytest.mark.slow, pytest.mark.django_db(transaction=True)]


def correct(release: Release, question: str, sign: dict[str, list[bool]]) -> float:
    """Return the share of all utterances whose label is "up" where a sign is seen."""
    labels = {split: [row.labels[question] == "up" for row in rows] for split, rows in release.rows.items()}
    return float(np.mean([np.mean(np.equal(labels[split], sign[split])) for split in labels]))


def high_voices(release: Release, cache: Path) -> dict[str, list[bool]]:
    prepared = named("audio").prepare(Setting(release, cache))
    pitch = 3 * MELS + COURSE.index("pitch at 0.5")
    found = {}
    for split, vectors in prepared.items():
        assert isinstance(vectors, Vectors)
        assert vectors.present.all()
        found[split] = (200 * 2 ** np.asarray(vectors.values)[:, pitch] > 159).tolist()
    return found


def last_words_of_another(release: Release) -> dict[str, list[bool]]:
    """Return whether the last line of another speaker says yes; False without one."""
    found = {}
    for split, rows in release.rows.items():
        said: list[bool] = []
        for number, row in enumerate(rows):
            earlier = [each for each in rows[:number] if each.dialogue == row.dialogue and each.speaker != row.speaker]
            words = re.findall(r"\w+", earlier[-1].text.lower()) if earlier else []
            assert (row.labels["other"] is None) == (not earlier)
            said.append(any(word in WORDS[1] for word in words) if earlier else False)
        found[split] = said
    return found


def test_sound_and_pictures_of_cut_clips_tell_what_the_script_says(store: Path, tmp_path: Path) -> None:  # noqa: F811
    release = read(make_release(tmp_path / "generated", episodes=1, dialogues=10))
    assert sum(map(len, release.rows.values())) == 60
    assert correct(release, "voice", high_voices(release, tmp_path / "cache")) > 0.95

    shuffled = shuffled_media(release)
    assert correct(shuffled, "voice", high_voices(shuffled, tmp_path / "cache")) < 0.75

    pictures = named("video").prepare(Setting(release, tmp_path / "cache"))["train"]
    assert isinstance(pictures, Frames)
    assert pictures.present.all()
    mouths = [_is_turned_up(pictures.pixels[np.arange(first, stop)]) for first, stop in _spans(pictures)]
    labels = [row.labels["face"] == "up" for row in release.rows["train"]]
    assert np.mean(np.equal(mouths, labels)) > 0.85

    assert correct(release, "other", last_words_of_another(release)) == 1

    rows = conflicting(release).rows["train"]
    high = [row.labels["words"] != row.labels["reversed"] for row in rows]
    assert high == [row.labels["voice"] == "up" for row in release.rows["train"]]
    known = [row.labels["few"] is not None for row in helpful(replace(release)).rows["train"]]
    assert 0 < np.mean(known) < 0.3


def _spans(pictures: Frames) -> list[tuple[int, int]]:
    return list(zip(pictures.starts[:-1].tolist(), pictures.starts[1:].tolist(), strict=True))


def _is_turned_up(pixels: np.ndarray) -> bool:
    """Return whether the red mouth is lower in its middle than at its ends."""
    votes = []
    for frame in pixels.astype(int):
        red = (frame[..., 0] > 90) & (frame[..., 0] - frame[..., 1] > 60) & (frame[..., 0] - frame[..., 2] > 50)
        rows, columns = np.nonzero(red)
        if len(rows) > 5:
            far = np.abs(columns - np.median(columns))
            votes.append(rows[far <= np.quantile(far, 0.3)].mean() - rows[far >= np.quantile(far, 0.7)].mean())
    return bool(np.mean(votes) > 0) if votes else False
