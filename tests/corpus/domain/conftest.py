from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from corpus.domain.ingest import episode_ingest
from corpus.domain.media import clip_cutting
from corpus.models import Corpus
from tests.corpus.domain.converted_once import ConvertedOnce
from tests.corpus.media.conftest import ffmpeg, make  # noqa: F401 -- fixtures
from tests.factories import CorpusFactory


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> ConvertedOnce:
    return ConvertedOnce(tmp_path_factory.mktemp("kept"))


@pytest.fixture
def converted_once(monkeypatch: pytest.MonkeyPatch, made: ConvertedOnce) -> None:
    """Probe, convert and cut each file once per session; tests/corpus/media does it every time."""
    for module, names in ((episode_ingest, ("probe", "make_playable", "make_peaks")), (clip_cutting, ("cut_clips",))):
        for name in names:
            monkeypatch.setattr(module, name, getattr(made, name))


@pytest.fixture
def corpus() -> Any:
    return CorpusFactory(merge_gap_ms=600, silence_ms=4000)


@pytest.fixture
def store(settings: Any, tmp_path: Path) -> Iterator[Path]:
    """Separate folders for stored files and for work in progress."""
    settings.MEDIA_ROOT = tmp_path / "media"
    settings.WORK_DIR = tmp_path / "work"
    yield tmp_path
    assert files(tmp_path / "work" / "incoming") == []
    assert list((tmp_path / "work").glob("ingest-*")) == []


def files(folder: Path) -> list[str]:
    """Names of all files below a folder."""
    return sorted(str(path.relative_to(folder)) for path in folder.rglob("*") if path.is_file())


def stored(corpus: Corpus) -> list[str]:
    """Kinds of the files of a corpus in the database."""
    return sorted(corpus.files.values_list("kind", flat=True))
