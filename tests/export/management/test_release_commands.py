"""Commands that compare and check releases."""

from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from corpus.models import Corpus
from export.models import Release
from tests.export.material import export, released_corpus

pytestmark = pytest.mark.django_db


@pytest.fixture
def corpus() -> Corpus:
    return released_corpus(dialogues=8)


def test_a_changed_byte_of_a_folder_or_of_a_stored_release_is_reported(corpus: Corpus, tmp_path: Path) -> None:
    out = export(corpus, tmp_path / "out", "--register", "v1")
    call_command("check_releases", verbosity=0)
    call_command("check_releases", folder=out, verbosity=0)
    data = bytearray((out / "dev.jsonl").read_bytes())
    data[10] ^= 1
    (out / "dev.jsonl").write_bytes(data)
    errors = StringIO()
    with pytest.raises(CommandError, match="1 differences"):
        call_command("check_releases", folder=out, stderr=errors)
    assert "dev.jsonl has changed" in errors.getvalue()
    release = Release.objects.get(name="v1")
    assert release.file is not None
    stored = bytearray(release.file.path.read_bytes())
    stored[len(stored) // 2] ^= 1
    release.file.path.chmod(0o644)
    release.file.path.write_bytes(stored)
    errors = StringIO()
    with pytest.raises(CommandError):
        call_command("check_releases", corpus.slug, stderr=errors)
    assert "v1: the zip has changed" in errors.getvalue()
