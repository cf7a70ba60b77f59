"""The summary of a release on its page."""

import json
import zipfile

import pytest

from export.metadata.release_summary import release_summary
from tests.export.domain.test_discarded_releases import made
from tests.export.material import released_corpus

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def test_it_is_the_same_in_whatever_order_the_database_returns_the_keys() -> None:
    release = made(released_corpus(), "v1")
    assert release.manifest is not None
    assert list(release.manifest["splits"]) == ["dev", "test", "train"]  # see tests/conftest.py
    shown = release_summary(release.manifest, "en")
    assert [split["name"] for split in shown["splits"]] == ["train", "dev", "test"]
    assert [pair["pair"] for pair in shown["overlap"]] == [("train", "dev"), ("train", "test"), ("dev", "test")]
    assert release.file is not None
    with zipfile.ZipFile(release.file.path) as archive:
        written = json.loads(archive.read(f"{release.corpus.slug}-{release.name}/manifest.json"))
    assert list(written["splits"]) == ["train", "dev", "test"]
    assert shown == release_summary(written, "en")
