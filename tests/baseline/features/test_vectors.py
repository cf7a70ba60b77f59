from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np
import pytest

from tests.baseline import torch_or_skip  # noqa: F401

# isort: split
from baseline.data.release import read
from baseline.data.rows import Release, Row
from baseline.data.targets import Floats
from baseline.errors import BaselineError, UsageError
from baseline.features import cache, sentences
from baseline.features.base import Bags, Setting, UtteranceFeatures, Vectors
from baseline.features.files import FileVectors
from baseline.features.ngrams import NgramBags
from baseline.features.registry import default_names, named

pytestmark = pytest.mark.torch

Write = Callable[..., Path]


class TextLength(UtteranceFeatures):
    name, modality, version, width = "length", "text", "1", 1

    def __init__(self) -> None:
        self.computed = 0

    def content(self, row: Row, _: Release) -> bytes:
        return row.text.encode()

    def compute(self, rows: Sequence[Row], _: Release) -> Floats:
        self.computed += len(rows)
        if self.computed > 300:
            raise KeyboardInterrupt
        return np.array([[len(row.text)] for row in rows], np.float32)


@pytest.fixture
def setting(write_release: Write, tmp_path: Path) -> Setting:
    return Setting(read(write_release()), tmp_path / "cache")


def test_an_interrupted_computation_goes_on_where_it_stopped(setting: Setting, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cache, "BLOCK", 50)
    first = TextLength()
    with pytest.raises(KeyboardInterrupt):
        first.prepare(setting)
    second = TextLength()
    prepared = second.prepare(setting)
    assert second.computed == 360 - 300  # 340 rows fit before the interruption, of which the last block was not stored
    assert isinstance(prepared["test"], Vectors)
    assert np.asarray(prepared["test"].values)[:, 0].tolist() == [len(row.text) for row in setting.release.rows["test"]]
    third = TextLength()
    third.prepare(setting)
    assert third.computed == 0


def test_vectors_of_a_file_are_found_by_id_and_missing_ones_are_masked(setting: Setting, tmp_path: Path) -> None:
    ids = [row.id for row in setting.release.rows["train"]][:10]
    np.savez(tmp_path / "voice.npz", **{name: np.full((2, 3), number) for number, name in enumerate(ids)})  # type: ignore[arg-type]
    features = named(f"audio={tmp_path / 'voice.npz'}")
    prepared = features.prepare(setting)
    assert features.modality == "audio"
    assert isinstance(prepared["train"], Vectors)
    assert np.asarray(prepared["train"].values)[3].tolist() == [3, 3, 3]  # the mean over the frames
    assert int(prepared["train"].present.sum()) == 10
    assert isinstance(prepared["test"], Vectors)
    assert not prepared["test"].present.any()


def test_a_folder_of_vectors_can_be_given(setting: Setting, tmp_path: Path) -> None:
    (tmp_path / "face").mkdir()
    np.save(tmp_path / "face" / f"{setting.release.rows['dev'][0].id}.npy", np.ones(4))
    prepared = named(str(tmp_path / "face")).prepare(setting)
    assert isinstance(prepared["dev"], Vectors)
    assert prepared["dev"].values.shape == (60, 4)


def test_a_file_without_any_utterance_of_the_release_is_refused(setting: Setting, tmp_path: Path) -> None:
    np.savez(tmp_path / "other.npz", somebody=np.ones(3))
    with pytest.raises(UsageError, match="no vector for any utterance"):
        FileVectors(tmp_path / "other.npz").prepare(setting)


def test_vectors_that_are_not_finite_are_refused(setting: Setting, tmp_path: Path) -> None:
    np.savez(tmp_path / "bad.npz", **{setting.release.rows["dev"][0].id: np.array([np.nan])})  # type: ignore[arg-type]
    with pytest.raises(BaselineError, match="not finite"):
        FileVectors(tmp_path / "bad.npz").prepare(setting)


def test_unknown_features_are_refused_with_a_list_of_names() -> None:
    with pytest.raises(UsageError, match=r"Unknown features 'other'.*ngrams.*A file or folder of vectors"):
        named("other")


def test_ngrams_of_other_splits_have_no_number(write_release: Write, tmp_path: Path) -> None:
    from tests.baseline.material import release_rows

    rows = release_rows()
    for row in rows["test"]:
        row["text"] = "zzz"
    bags = NgramBags().prepare(Setting(read(write_release(rows)), tmp_path))["test"]
    assert isinstance(bags, Bags)
    assert set(bags.numbers.tolist()) == {0}
    assert len(bags.starts) == 61


def test_sentences_are_encoded_where_the_encoder_is_installed(setting: Setting) -> None:
    from baseline.features.sentences import SentenceVectors, is_installed

    if not is_installed():
        with pytest.raises(BaselineError, match="make baseline"):
            SentenceVectors().compute(setting.release.rows["dev"], setting.release)
        return
    found = SentenceVectors().compute(setting.release.rows["dev"][:3], setting.release)
    assert found.shape == (3, SentenceVectors.width)
    assert np.isfinite(found).all()


@pytest.mark.parametrize(
    ("installed", "encoder", "expected"),
    [
        (True, None, "linear sentences"),
        (True, "none", "ngrams linear"),
        (False, None, "ngrams linear"),
        (True, "minilm", "linear minilm"),
    ],
)
def test_learned_ngrams_stand_in_for_the_encoder(
    monkeypatch: pytest.MonkeyPatch, expected: str, encoder: str | None, *, installed: bool
) -> None:
    monkeypatch.setattr(sentences, "is_installed", lambda: installed)
    assert " ".join(default_names(encoder)) == expected


def test_vectors_can_be_one_matrix_with_a_list_of_ids(setting: Setting, tmp_path: Path) -> None:
    ids = [row.id for row in setting.release.rows["train"]][5:8]
    np.savez(tmp_path / "voice.npz", ids=np.array(ids), vectors=np.arange(6, dtype=np.float64).reshape(3, 2))
    prepared = named(str(tmp_path / "voice.npz")).prepare(setting)
    assert isinstance(prepared["train"], Vectors)
    assert np.asarray(prepared["train"].values)[5:8].tolist() == [[0, 1], [2, 3], [4, 5]]
    assert int(prepared["train"].present.sum()) == 3


def test_vectors_of_different_lengths_are_refused(setting: Setting, tmp_path: Path) -> None:
    first, second = [row.id for row in setting.release.rows["train"]][:2]
    np.savez(tmp_path / "bad.npz", **{first: np.ones(2), second: np.ones(3)})  # type: ignore[arg-type]
    with pytest.raises(BaselineError, match=r"different lengths: \[2, 3\]"):
        FileVectors(tmp_path / "bad.npz").prepare(setting)
