"""CMMA as published: imported, exported with its own split, and trained on."""

import json
import resource
from collections import Counter
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db.models import Count

from baseline.cli import main as baseline
from corpus.models import Annotation, Corpus, Dialogue, Revision, Speaker, Utterance
from tests.export.material import export, manifest, rows

OFFICIAL = {"train": (13788, 1800), "dev": (4046, 600), "test": (3961, 600)}


def assert_all_came_in(corpus: Corpus) -> None:
    splits = Dialogue.objects.filter(corpus=corpus, state="ready").values_list("source_split").annotate(Count("pk"))
    assert dict(splits) == {"train": 1800, "dev": 600, "test": 600}
    utterances = Utterance.objects.values_list("dialogue__source_split").annotate(Count("pk")).order_by()
    assert dict(utterances) == {"train": 13788, "dev": 4046, "test": 3961}
    assert Utterance.objects.filter(start_ms__isnull=True).count() == 10
    assert Speaker.objects.count() == 459
    assert (Annotation.objects.count(), Revision.objects.count()) == (21795, 21795)
    emotions = Counter(Annotation.objects.values_list("answers__emotion", flat=True))
    assert emotions == {
        "neutral": 13014,
        "joy": 2538,
        "anger": 2367,
        "surprise": 1419,
        "disgust": 958,
        "sadness": 887,
        "fear": 612,
    }
    assert Revision.objects.filter(raw__Emotion="digust", answers__emotion="disgust").count() == 6


@pytest.mark.slow
@pytest.mark.django_db
def test_cmma_keeps_its_split_and_its_labels_and_a_model_learns_from_them(shared: Path, tmp_path: Path) -> None:
    # one test, since the import takes longest of all
    before = resource.getrusage(resource.RUSAGE_SELF)
    report = str(tmp_path / "report.csv")
    call_command(
        "import_corpus", "cmma", shared / "data" / "cmma", "--corpus", "cmma", "--report", report, stdout=StringIO()
    )
    after = resource.getrusage(resource.RUSAGE_SELF)
    corpus = Corpus.objects.get(slug="cmma")
    assert_all_came_in(corpus)
    assert after.ru_utime - before.ru_utime < 60
    out = export(corpus, tmp_path / "release", "--split", "source", "--raters", "source")
    found = manifest(out)
    assert {split: (about["rows"], about["dialogues"]) for split, about in found["splits"].items()} == OFFICIAL
    assert found["left_out"] == {"draft": 0, "incomplete": 0, "unjudged": 0, "incomparable": 0}
    # as counted in the published files: 7,776 of train's rows are neutral, 19 of test's are disgust or "digust"
    labels = {split: about["labels"]["emotion"] for split, about in found["splits"].items()}
    assert (labels["train"]["neutral"]["count"], labels["test"]["disgust"]["count"]) == (7776, 19)
    first = rows(out)[0]
    assert (first["id"], first["text"], first["speaker"]) == ("C_1_U_1", "我错了", "唐悠悠")
    assert first["labels"]["emotion"] == {"label": "sadness", "source": "single", "votes": {"cmma": "sadness"}}

    from tests.baseline import torch_or_skip  # noqa: F401

    assert baseline(["train", str(out), "--epochs", "1", "--features", "ngrams", "--out", str(tmp_path / "out")]) == 0
    figures = json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf-8"))
    sentiment = figures["test"]["sentiment"]
    accuracy = sentiment["models"]["majority"]["measures"]["accuracy"]["mean"]
    assert (sentiment["n"], round(accuracy, 3)) == (3961, 0.568)
