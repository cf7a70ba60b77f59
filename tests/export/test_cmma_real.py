"""CMMA as published: imported, exported with its own split, and trained on."""

import json
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command

from baseline.__main__ import main as baseline
from corpus.models import Corpus
from tests.export.material import export, manifest, rows

OFFICIAL = {"train": (13788, 1800), "dev": (4046, 600), "test": (3961, 600)}


@pytest.mark.torch
@pytest.mark.django_db
def test_cmma_keeps_its_split_and_its_labels_and_a_model_learns_from_them(shared: Path, tmp_path: Path) -> None:
    from tests.baseline import torch_or_skip  # noqa: F401

    report = str(tmp_path / "report.csv")
    call_command(
        "import_corpus", "cmma", shared / "data" / "cmma", "--corpus", "cmma", "--report", report, stdout=StringIO()
    )
    out = export(Corpus.objects.get(slug="cmma"), tmp_path / "release", "--split", "source", "--raters", "source")
    found = manifest(out)
    assert {split: (about["rows"], about["dialogues"]) for split, about in found["splits"].items()} == OFFICIAL
    assert found["left_out"] == {"draft": 0, "unjudged": 0}
    # as counted in the published files: 7,776 of train's rows say neutral, 19 of test's say disgust or "digust"
    labels = {split: about["labels"]["emotion"] for split, about in found["splits"].items()}
    assert (labels["train"]["neutral"]["count"], labels["test"]["disgust"]["count"]) == (7776, 19)
    first = rows(out)[0]
    assert (first["id"], first["text"], first["speaker"]) == ("C_1_U_1", "我错了", "唐悠悠")
    assert first["labels"]["emotion"] == {"label": "sadness", "source": "single", "votes": {"cmma": "sadness"}}

    assert baseline(["train", str(out), "--epochs", "1", "--out", str(tmp_path / "model")]) == 0
    figures = json.loads((tmp_path / "model" / "metrics.json").read_text(encoding="utf-8"))
    sentiment = figures["test"]["sentiment"]
    assert (sentiment["model"]["n"], round(sentiment["majority"]["accuracy"], 3)) == (3961, 0.568)
