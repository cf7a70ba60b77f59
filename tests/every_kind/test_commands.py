"""Every command that reads answers, and a training of the baseline, on a corpus with a task of every kind."""

import csv
import json
from io import StringIO
from itertools import takewhile
from pathlib import Path
from typing import Any

import krippendorff
import numpy as np
import pytest
from django.core.management import call_command

from agreement.domain.report_figures import figures
from agreement.judgements.raters import chosen_raters
from agreement.judgements.tables import read_tables
from baseline.cli import main
from baseline.models.registry import MODELS
from common.jobs.queue import enqueue, execute
from common.models import Job
from corpus.domain.findings import DETECT
from corpus.models import Annotation, Corpus
from tests.every_kind.material import labelled
from tests.export.material import manifest, rows

pytestmark = pytest.mark.django_db
WITHOUT = ["", "carried_by", "arousal"]


@pytest.fixture
def corpus(every_kind: str) -> Corpus:
    return labelled(every_kind)


def release(corpus: Corpus, out: Path) -> Path:
    call_command("export_corpus", corpus.slug, "--out", str(out), "--ratios", "2,1,1", verbosity=0)
    return out


@pytest.mark.parametrize("without", WITHOUT)
def test_the_command_prints_agreement_on_every_question(every_kind: str, without: str) -> None:
    out = StringIO()
    call_command("agreement", labelled(every_kind, without=without).slug, stdout=out)
    table = takewhile(lambda line: not line.startswith("interval:"), out.getvalue().splitlines()[2:])
    lines = {line.split()[0]: line.split() for line in table}
    assert {slug: line[1] for slug, line in lines.items()} == {
        "tone": "nominal",
        "carried_by": "sets",
        "intensity": "ordinal",
        "arousal": "interval",
        "joking": "nominal",
        "tone_intensity": "ordinal",
        "joking_tone": "ordinal",
    }
    assert [slug for slug, line in lines.items() if line[2] == "-"] == [without][: bool(without)]


def test_the_alpha_of_numbers_is_that_of_the_krippendorff_package(corpus: Corpus) -> None:
    assert corpus.codebook
    tables = read_tables(codebook=corpus.codebook, raters=chosen_raters(corpus, ()))
    found = {each["slug"]: each for each in figures(tables)["questions"]}
    for table in tables.tables:
        if table.variable.slug in {"arousal", "intensity"}:
            numbers = np.array([float(each) for each in table.variable.answers])
            expected = krippendorff.alpha(
                reliability_data=np.where(table.codes < 0, np.nan, numbers[table.codes]).T,
                level_of_measurement=table.variable.level,  # type: ignore[arg-type]
                value_domain=numbers.tolist(),
            )
            assert found[table.variable.slug]["alpha"]["value"] == pytest.approx(expected, abs=1e-9)
    assert [each["label"] for each in found["arousal"]["labels"]] == ["-2", "-1", "0", "1", "2"]


def test_detectors_read_every_kind(corpus: Corpus) -> None:
    job = enqueue(kind=DETECT, args={"corpus": str(corpus.public_id)}, here=True)
    execute(str(job.public_id))
    job.refresh_from_db()
    assert (job.state, job.error_code) == (Job.State.DONE, "")


def test_codes_are_rebuilt(corpus: Corpus) -> None:
    stored = dict(Annotation.objects.values_list("pk", "codes"))
    Annotation.objects.update(codes=b"")
    out = StringIO()
    call_command("rebuild_codes", corpus.slug, stdout=out)
    assert dict(Annotation.objects.values_list("pk", "codes")) == stored
    assert f"{len(stored)} annotations corrected" in out.getvalue()


@pytest.mark.parametrize("without", WITHOUT)
def test_every_format_of_a_release_has_every_kind_of_label(every_kind: str, without: str, tmp_path: Path) -> None:
    folder = release(labelled(every_kind, without=without), tmp_path / "out")
    described = {question["slug"]: question for question in manifest(folder)["questions"]}
    assert described["arousal"]["scale"] == "interval"
    assert described["arousal"]["classes"] == ["-2", "-1", "0", "1", "2"]
    labels: dict[str, list[Any]] = {slug: [row["labels"][slug]["label"] for row in rows(folder)] for slug in described}
    for slug, found in labels.items():
        kinds = {type(label) for label in found if label not in (None, "not_applicable")}
        expected = {list if slug == "carried_by" else int if described[slug]["kind"] == "link" else str}
        assert kinds == (set() if slug == without else expected), slug
    for split in ("train", "dev", "test"):
        with (folder / f"{split}.csv").open(encoding="utf-8", newline="") as file:
            of_csv = list(csv.DictReader(file))
        lines = (folder / f"{split}.jsonl").read_text(encoding="utf-8").splitlines()
        of_json = [json.loads(line)["labels"] for line in lines]
        assert [row["arousal"] for row in of_csv] == [row["arousal"]["label"] or "" for row in of_json]
        chosen = [json.loads(row["carried_by"]) if row["carried_by"] else None for row in of_csv]
        assert chosen == [row["carried_by"]["label"] for row in of_json]


@pytest.mark.torch
@pytest.mark.parametrize("without", WITHOUT)
def test_the_baseline_trains_on_every_kind(every_kind: str, without: str, tmp_path: Path) -> None:
    from tests.baseline import torch_or_skip  # noqa: F401

    folder = release(labelled(every_kind, without=without), tmp_path / "release")
    command = ["train", str(folder), "--out", str(tmp_path / "out"), "--features", "ngrams", "linear"]
    assert main([*command, "--model", "all", "--epochs", "1", "--width", "8"]) == 0
    measured = json.loads((tmp_path / "out" / "report.json").read_text(encoding="utf-8"))["test"]
    for model in (entry.name for entry in MODELS):
        figures = {slug: question["models"][model] for slug, question in measured.items() if question["n"]}
        assert set(measured) - set(figures) <= {without, "joking_tone", "tone_intensity"}
        ordered = {slug for slug, figure in figures.items() if "quadratic-kappa" in figure["measures"]}
        assert ordered - {"joking_tone", "tone_intensity"} == {"arousal", "intensity"} - {without}
        if without != "arousal":
            assert list(figures["arousal"]["per_class"]) == ["-2", "-1", "0", "1", "2"]
        if without != "carried_by":
            assert list(figures["carried_by"]["per_class"]) == ["words", "voice", "face"]
