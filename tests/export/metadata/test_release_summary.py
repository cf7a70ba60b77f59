"""The summary of a release on its page."""

import pytest

from export.metadata.release_summary import release_summary
from tests.export.domain.test_discarded_releases import made
from tests.export.material import released_corpus

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def as_stored_by_postgresql(document: object) -> object:
    """Return the document with its keys in the order of `jsonb`: by length, then by bytes."""
    if isinstance(document, dict):
        return {
            key: as_stored_by_postgresql(document[key]) for key in sorted(document, key=lambda key: (len(key), key))
        }
    return [as_stored_by_postgresql(each) for each in document] if isinstance(document, list) else document


def test_it_is_the_same_in_whatever_order_the_database_returns_the_keys() -> None:
    manifest = made(released_corpus(), "v1").manifest
    assert manifest is not None
    stored = as_stored_by_postgresql(manifest)
    assert isinstance(stored, dict)
    assert list(stored["splits"]) == ["dev", "test", "train"]
    shown = release_summary(stored, "en")
    assert [split["name"] for split in shown["splits"]] == ["train", "dev", "test"]
    assert [pair["pair"] for pair in shown["overlap"]] == [("train", "dev"), ("train", "test"), ("dev", "test")]
    assert shown == release_summary(manifest, "en")
