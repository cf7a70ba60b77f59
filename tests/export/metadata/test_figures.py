from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from corpus.models import Dialogue, Speaker
from corpus.rules.codebook import parse
from export.metadata.figures import _Label, _Row, describe
from tests.agreement.views.test_reports import sign_in
from tests.annotator.material import CODEBOOK
from tests.export.material import export, manifest, released_corpus

RULES = parse(CODEBOOK.replace("emotion: {scale: nominal,", "emotion: {scale: nominal, many: true,"))


@pytest.mark.django_db
def test_a_release_has_figures_only_on_request_and_the_same_bytes_each_time(tmp_path: Path) -> None:
    corpus = released_corpus()
    plain = manifest(export(corpus, tmp_path / "plain"))
    assert not [name for name in plain["files"] if name.startswith(("figures/", "tables/"))]
    first, second = (export(corpus, tmp_path / name, "--figures") for name in ("one", "two"))
    files = manifest(first)["files"]
    assert files == manifest(second)["files"]
    drawn = sorted(path.relative_to(first).as_posix() for path in (first / "figures").iterdir())
    assert drawn == sorted(name for name in files if name.startswith("figures/"))
    assert {"figures/labels-sentiment-by-split.svg", "figures/agreement.svg"} <= {*drawn}
    assert (first / "tables" / "sizes.tex").read_text(encoding="utf-8").count(r"\begin{table}") == 1
    methods = (first / "methods.md").read_text(encoding="utf-8")
    assert {"methods.md", "methods.tex"} <= files.keys() - plain["files"].keys()
    assert "Krippendorff’s alpha" in methods
    assert "annotator-1" in methods
    assert r"\begin{table}" in (first / "methods.tex").read_text(encoding="utf-8")
    assert "`figures/` and `tables/`" in (first / "README.md").read_text(encoding="utf-8")
    assert manifest(first)["options"]["figures"] is True


@pytest.mark.django_db
def test_the_figures_of_a_release_are_those_of_the_page(client: Client, tmp_path: Path) -> None:
    corpus = released_corpus()
    Speaker.objects.filter(series__corpus=corpus).update(gender="female")
    Dialogue.objects.filter(corpus=corpus).update(source_split="")
    folder = export(corpus, tmp_path / "release", "--figures")
    sign_in(client, corpus)
    for name in ("labels-sentiment", "labels-emotion", "associations", "length-utterances"):
        address = reverse("agreement:download_corpus_figure", args=[corpus.slug, name, "csv"])
        assert client.get(address).content == (folder / "tables" / f"{name}.csv").read_bytes(), name


def row(dialogue: str, speaker: str, **more: Any) -> _Row:
    labels = {"sentiment": "negative", "emotion": ["joy"], "emotion_sentiment": None} | more.pop("labels", {})
    times = {"start_ms": None, "end_ms": None} | more
    return _Row(
        dialogue=dialogue,
        series="s",
        speaker=speaker,
        text="你好",
        labels={slug: _Label(label) for slug, label in labels.items()},
        **times,
    )


def test_rows_are_described() -> None:
    rows = [
        ("test", row("d1", "A", start_ms=0, end_ms=1500)),
        ("test", row("d1", "", labels={"emotion": None, "emotion_sentiment": 2})),
        ("train", row("d2", "B", start_ms=9, end_ms=9, labels={"emotion": ["joy", "anger"], "sentiment": None})),
    ]
    of = describe(rows, RULES, [{"series": "s", "name": "A", "gender": "male", "age_group": "adult"}])
    assert of.dialogues.number.tolist() == [0, 0, 1]
    assert (of.groups["split"].names, of.groups["speaker"].names) == (("train", "test"), ("A", "B"))
    assert of.groups["gender"].part.tolist() == [0, -1, -1]
    assert of.speaker.tolist() == [0, -1, 1]
    assert of.distribution("emotion").tolist() == [0, 2, 1]
    assert of.distribution("sentiment").tolist() == [2, 0, 0]
    assert of.distribution("emotion_sentiment").tolist() == [0, 0, 0, 0, 1]
    assert of.seconds[0] == 1.5
    assert str(of.seconds[2]) == "nan"
    assert of.characters.tolist() == [2, 2, 2]
