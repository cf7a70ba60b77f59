"""Commands that compare and check releases."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from corpus.models import Corpus
from export.models import Release
from tests.agreement.material import utterances
from tests.annotator.material import answered
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


def test_the_difference_names_labels_with_reasons_and_dialogues(corpus: Corpus, tmp_path: Path) -> None:
    old = export(corpus, tmp_path / "old", "--register", "v1")
    target = utterances(corpus)[3]
    assert corpus.codebook
    answers = answered(sentiment="positive")
    codes = corpus.codebook.layout().encode(answers)
    target.annotations.update(answers=answers, codes=codes)
    corpus.dialogues.filter(order=7).update(state="draft", ready_at=None)
    new = export(corpus, tmp_path / "new")
    printed = StringIO()
    call_command("diff_releases", f"{corpus.slug}/v1", str(new), json=True, stdout=printed)
    found = json.loads(printed.getvalue())
    assert found["dialogues"]["moved"] == found["dialogues"]["added"] == []
    assert len(found["dialogues"]["removed"]) == 1
    (label,) = [each for each in found["labels"]["listed"] if each["question"] == "sentiment"]
    assert (label["id"], label["to"], label["why"]) == (target.code, "positive", "revision")
    printed = StringIO()
    call_command("diff_releases", str(old), str(new), stdout=printed)
    assert "by revision" in printed.getvalue()
    with pytest.raises(CommandError):
        call_command("diff_releases", str(old), "nowhere/v9")


def test_an_unknown_short_name_is_an_error(corpus: Corpus) -> None:
    with pytest.raises(CommandError, match="no corpus with the short name typo"):
        call_command("check_releases", "typo")


@pytest.mark.parametrize("damage", ["no file", "half a line", "no agreement"])
def test_a_folder_that_is_no_whole_release_cannot_be_compared(corpus: Corpus, tmp_path: Path, damage: str) -> None:
    old, new = export(corpus, tmp_path / "old"), export(corpus, tmp_path / "new")
    rows = new / "train.jsonl"
    if damage == "no file":
        rows.unlink()
    elif damage == "half a line":
        rows.write_bytes(rows.read_bytes()[:-40])
    else:
        manifest = json.loads((new / "manifest.json").read_bytes())
        del manifest["agreement"]
        (new / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    with pytest.raises(CommandError, match="release"):
        call_command("diff_releases", str(old), str(new))
