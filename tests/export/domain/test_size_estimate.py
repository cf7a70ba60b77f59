"""The estimated size of a release, and the refusal before a disk is full."""

from pathlib import Path
from typing import Any

import pytest

from common.files import disk_space
from corpus.models import Corpus, MediaFile
from export.domain.options import Options
from export.domain.releases import request_release
from export.domain.size_estimate import FACTORS, estimated_size, offered_sizes, require_room
from export.formats.registry import FORMATS, NATIVE
from export.models import Release
from tests.export.material import contents, export, released_corpus, with_clip
from tests.factories import CorpusFactory
from tests.refusals import refused

pytestmark = pytest.mark.django_db
OTHERS = [name for name in FORMATS if name != NATIVE.name]


@pytest.fixture
def corpus() -> Corpus:
    return released_corpus(dialogues=12, lines=4)


def test_every_format_has_a_measured_factor() -> None:
    assert set(OTHERS) <= set(FACTORS)


@pytest.mark.parametrize("formats", [(), ("csv",), ("csv", "parquet", "label-studio", "lewidi")])
def test_the_estimate_is_above_the_real_size_and_of_its_order(
    corpus: Corpus, tmp_path: Path, formats: tuple[str, ...]
) -> None:
    out = export(corpus, tmp_path / "out", "--register", "v1", "--formats", *formats)
    written = contents(out)
    estimate = estimated_size(corpus, raters=3, formats=formats, clips=False)
    native = sum(len(data) for name, data in written.items() if name.endswith(".jsonl"))
    assert native <= estimate.native <= 3 * native
    assert sum(map(len, written.values())) <= estimate.files
    file = Release.objects.get().file
    assert file
    assert file.size <= estimate.archive


def test_clips_count_twice_while_it_is_made(corpus: Corpus) -> None:
    with_clip(corpus, b"x" * 5000)
    without = estimated_size(corpus, raters=3, formats=(), clips=False)
    with_clips = estimated_size(corpus, raters=3, formats=(), clips=True)
    assert (without.clips, with_clips.clips) == (0, 5000)
    assert with_clips.needed - without.needed == 10_000
    assert MediaFile.objects.filter(kind="clip").count() == 1


def room(monkeypatch: pytest.MonkeyPatch, settings: Any, free: int) -> None:
    settings.MIN_FREE_BYTES = 0
    monkeypatch.setattr(disk_space, "free_bytes", lambda _folder: free)


def test_a_release_that_does_not_fit_is_refused_before_it_is_requested(
    corpus: Corpus, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    needed = estimated_size(corpus, raters=3, formats=("csv",), clips=False).needed
    room(monkeypatch, settings, needed - 1)
    with refused("disk.full"):
        request_release(corpus=corpus, name="v1", options=Options())
    assert not Release.objects.exists()
    room(monkeypatch, settings, needed)
    request_release(corpus=corpus, name="v1", options=Options())


def test_the_size_of_the_rows_replaces_the_estimate_once_they_are_read(
    corpus: Corpus, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    room(monkeypatch, settings, 10_000_000)
    require_room(corpus, Options(), folder=tmp_path, native=10_000)
    with refused("disk.full"):
        require_room(corpus, Options(), folder=tmp_path, native=10_000_000)


def test_a_corpus_without_a_codebook_or_dialogues_has_an_estimate_too(tmp_path: Path) -> None:
    empty = CorpusFactory(codebook=None)
    require_room(empty, Options(), folder=tmp_path)
    sizes = offered_sizes(empty, raters=0)
    assert sizes["usual"].native == 0
    assert sizes["usual"].stored < sizes["most"].stored or sizes["most"].native == 0
    assert sizes["free"] > 0
