"""Files of label scores."""

import json
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from agreement.models import LabelScore
from corpus.models import Corpus
from export.domain.label_scores import import_score_file
from tests.export.material import export, native_rows, released_corpus
from tests.refusals import refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def corpus() -> Corpus:
    return released_corpus(dialogues=10)


@pytest.fixture
def release(corpus: Corpus, tmp_path: Path) -> Path:
    return export(corpus, tmp_path / "release", "--register", "v1")


def train_rows(release: Path) -> list[dict[str, Any]]:
    """Return the rows of train that have a label of sentiment."""
    lines = (release / "train.jsonl").read_text(encoding="utf-8").splitlines()
    return [row for row in map(json.loads, lines) if row["labels"]["sentiment"]["label"]]


def line(row: dict[str, Any], score: float, *, suspected: bool) -> dict[str, Any]:
    return {
        "dialogue": row["dialogue"],
        "id": row["id"],
        "question": "sentiment",
        "label": row["labels"]["sentiment"]["label"],
        "score": score,
        "suspected": suspected,
        "ambiguous": False,
    }


def write(file: Path, corpus: Corpus, /, *lines: dict[str, Any], **head: Any) -> Path:
    first = {"format": "concord-label-scores/1", "corpus": corpus.slug, "model": "linear", "group": "dialogue"} | head
    file.write_text("".join(json.dumps(each) + "\n" for each in (first, *lines)), encoding="utf-8")
    return file


@pytest.mark.parametrize("by_name", [True, False], ids=["stored release", "folder"])
def test_the_command_brings_suspected_labels_and_controls_into_the_queue(
    corpus: Corpus, release: Path, tmp_path: Path, *, by_name: bool
) -> None:
    rows = train_rows(release)
    lines = [line(row, 0.9 if place < 3 else 0.1, suspected=place < 3) for place, row in enumerate(rows)]
    file = write(tmp_path / "scores.jsonl", corpus, *lines)
    printed = StringIO()
    name = "v1" if by_name else str(release)
    call_command("import_scores", corpus.slug, str(file), release=name, most=2, stdout=printed)
    assert "2 suspected labels and 2 controls" in printed.getvalue()
    assert "1 suspected labels left out: beyond --most 2" in printed.getvalue()
    suspected = LabelScore.objects.filter(is_control=False, source="baseline linear", label__isnull=False)
    assert set(suspected.values_list("utterance__code", flat=True)) <= {row["id"] for row in rows[:3]}
    assert LabelScore.objects.filter(is_control=True).count() == suspected.count() == 2


def test_a_label_outside_of_the_training_split_is_refused(corpus: Corpus, release: Path, tmp_path: Path) -> None:
    held_out = native_rows(release)[-1]  # of test
    file = write(tmp_path / "scores.jsonl", corpus, line(held_out, 0.9, suspected=True))
    with refused("scores.not_training"):
        import_score_file(corpus=corpus, file=file, release="v1")
    assert not LabelScore.objects.exists()


def test_files_of_another_corpus_or_form_are_refused(corpus: Corpus, release: Path, tmp_path: Path) -> None:
    file, row = tmp_path / "scores.jsonl", train_rows(release)[0]
    with refused("scores.other_corpus"):
        import_score_file(corpus=corpus, file=write(file, corpus, corpus="other"), release="v1")
    good = line(row, 0.9, suspected=True)
    for broken in (write(file, corpus, format="other/1"), tmp_path / "none.jsonl"):
        with refused("scores.unreadable"):
            import_score_file(corpus=corpus, file=broken, release="v1")
    for text in (json.dumps(good | {"score": "high"}), json.dumps(good | {"label": None}), "{", ""):
        write(file, corpus)
        file.write_text((file.read_text(encoding="utf-8") + text) if text else "", encoding="utf-8")
        with refused("scores.unreadable"):
            import_score_file(corpus=corpus, file=file, release="v1")
    with refused("export.unknown_release"):
        import_score_file(corpus=corpus, file=write(file, corpus), release=str(tmp_path / "nothing"))


def test_the_command_says_in_a_sentence_what_is_wrong(corpus: Corpus, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="no corpus with the short name nothing"):
        call_command("import_scores", "nothing", "x", release="v1")
    with pytest.raises(CommandError, match="cannot be read as scores"):
        call_command("import_scores", corpus.slug, str(tmp_path / "x"), release="v1")
    with pytest.raises(CommandError, match="at least 1"):
        call_command("import_scores", corpus.slug, "x", "--release", "v1", "--most", "0")
