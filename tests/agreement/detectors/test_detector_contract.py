"""The contract that every registered detector keeps."""

import json
import random
import re
from collections.abc import Iterator
from importlib import import_module
from typing import Any

import pytest

from agreement.detectors.base import Detection, Detector, Material
from agreement.detectors.registry import DETECTORS, register
from common.errors import sentence
from common.jobs.queue import enqueue, execute
from common.models import Job
from corpus.models import Finding
from tests.agreement.detectors.material import ListMaterial, answered
from tests.agreement.material import judged

ALL = pytest.mark.parametrize("detector", list(DETECTORS), ids=lambda each: each.name)


def planted(detector: Detector) -> ListMaterial:
    """Return material with at least one case, from `planted` of the detector's own test module."""
    return import_module(f"tests.agreement.detectors.test_{detector.name}").planted()  # type: ignore[no-any-return]


@ALL
def test_a_planted_case_is_found_and_well_formed(detector: Detector) -> None:
    cases = list(detector.detect(planted(detector)))
    assert cases
    assert cases == list(detector.detect(planted(detector)))
    for case in cases:
        assert case.extent_count > 0
        assert 0 < case.extent_share <= 1
        assert case.severity in Finding.Severity.values
        assert {"utterances", "dialogues", "first"} & set(case.rows)
        assert json.loads(json.dumps([case.rows, case.evidence])) == [dict(case.rows), dict(case.evidence)]
        assert case.task in {"", *planted(detector).questions}
        assert "%" not in sentence(f"finding.{detector.name}.case", dict(case.evidence))


@ALL
def test_honest_answers_raise_nothing(detector: Detector) -> None:
    random_source = random.Random(7)
    columns = {name: [random_source.choice(["a", "b", "c"]) for _ in range(2000)] for name in ("emotion", "tone")}
    assert not list(detector.detect(answered(columns)))


@ALL
def test_an_empty_corpus_raises_nothing(detector: Detector) -> None:
    assert not list(detector.detect(ListMaterial([], [])))


@ALL
def test_its_name_and_texts_are_registered(detector: Detector) -> None:
    assert re.fullmatch(r"[a-z_]{1,60}", detector.name)
    assert sentence(f"finding.{detector.name}", {}) == str(detector.summary)


class ShortLines:
    """A detector of this test."""

    name = "short_lines"
    summary = "utterances of few characters"
    case = "%(characters)s characters"
    per_rater = True

    def detect(self, material: Material) -> Iterator[Detection]:
        for row in material.rows():
            if row.answers["sentiment"] == "negative":
                yield Detection(
                    rows={"utterances": [row.utterance]},
                    extent_count=1,
                    extent_share=0.5,
                    severity="note",
                    task="sentiment",
                    evidence={"characters": len(row.text)},
                )


@pytest.fixture
def short_lines() -> Iterator[None]:
    register(ShortLines())
    yield
    DETECTORS.unregister("short_lines")


@pytest.mark.django_db
@pytest.mark.database
@pytest.mark.usefixtures("short_lines")
def test_the_job_runs_a_detector_registered_elsewhere_for_each_rater() -> None:
    corpus = judged({"a": "-+", "b": "--"})
    scope = str(corpus.public_id)
    results: list[Any] = []
    for _attempt in range(2):
        job = enqueue(kind="agreement.detect", args={"corpus": scope}, scope=scope, here=True)
        execute(str(job.public_id))
        results.append(Job.objects.get(pk=job.pk).result)
    assert results == [{"findings": {"short_lines": 3}}] * 2
    assert sorted(Finding.objects.values_list("rater__slug", "task", "source")) == [
        ("a", "sentiment", "short_lines"),
        ("b", "sentiment", "short_lines"),
        ("b", "sentiment", "short_lines"),
    ]


def test_two_detectors_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="repeated_block"):
        register(DETECTORS["repeated_block"])
    with pytest.raises(KeyError, match="choose from"):
        DETECTORS["unknown"]
