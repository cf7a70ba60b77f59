"""The contract that every registered detector keeps."""

import json
import random
import re
from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest

from agreement.detectors.base import Detection, Detector, Kind
from agreement.detectors.collection import LEVEL, detect_all
from agreement.detectors.lines import Lines
from agreement.detectors.material import Material
from agreement.detectors.registry import DETECTORS, register
from common.errors import sentence
from common.jobs.queue import enqueue, execute
from common.models import Job
from corpus.models import Finding
from tests.agreement.detectors.material import answered
from tests.agreement.detectors.planted import PLANTED, clean
from tests.agreement.material import judged

ALL = pytest.mark.parametrize("detector", list(DETECTORS), ids=lambda each: each.name)


@ALL
def test_a_planted_case_is_found_and_well_formed(detector: Detector) -> None:
    material = PLANTED[detector.name]()
    cases = list(detector.detect(material))
    assert cases
    assert cases == list(detector.detect(material))
    raters = {"", *(rater.slug for rater in material.raters)}
    for case in cases:
        assert case.extent_count > 0
        assert 0 < case.extent_share <= 1
        assert case.severity in Finding.Severity.values
        assert {"utterances", "dialogues", "first"} & set(case.rows)
        assert json.loads(json.dumps([case.rows, case.evidence])) == [dict(case.rows), dict(case.evidence)]
        assert case.task in {"", *material.questions}
        assert case.rater in raters
        assert (case.p_value is not None) == detector.is_test
        assert "%(" not in sentence(f"finding.{detector.name}.case", dict(case.evidence))
    if detector.is_test:
        assert any(case.p_value <= LEVEL / len(DETECTORS) for case in cases if case.p_value is not None)


@ALL
def test_honest_answers_raise_nothing(detector: Detector) -> None:
    random_source = random.Random(7)
    columns = {name: [random_source.choice(["a", "b", "c"]) for _ in range(2000)] for name in ("emotion", "tone")}
    assert not detect_all(answered(columns))[detector.name]
    if detector.is_test:
        assert not detect_all(clean())[detector.name]


@ALL
def test_an_empty_corpus_raises_nothing(detector: Detector) -> None:
    assert not list(detector.detect(Material(codebook=None, lines=Lines())))


@ALL
def test_its_name_and_texts_are_registered(detector: Detector) -> None:
    assert re.fullmatch(r"[a-z_]{1,60}", detector.name)
    assert sentence(f"finding.{detector.name}", {}) == str(detector.summary)


class NegativeAnswers(Kind):
    """A detector of this test."""

    name = "negative_answers"
    summary = "negative answers"
    case = "“%(text)s” is negative"

    def detect(self, material: Material) -> Iterator[Detection]:
        for rater, row in np.argwhere(material.values("sentiment") == 0).tolist():
            yield Detection(
                rows={"utterances": [material.lines[row].utterance]},
                extent_count=1,
                extent_share=0.5,
                severity="note",
                task="sentiment",
                rater=material.raters[rater].slug,
                evidence={"text": material.lines[row].text},
            )


@pytest.fixture
def negative_answers() -> Iterator[None]:
    register(NegativeAnswers())
    yield
    DETECTORS.unregister("negative_answers")


@pytest.mark.django_db
@pytest.mark.database
@pytest.mark.usefixtures("negative_answers")
def test_the_job_runs_a_detector_registered_elsewhere_for_each_rater() -> None:
    corpus = judged({"a": "-+", "b": "--"})
    scope = str(corpus.public_id)
    results: list[Any] = []
    for _attempt in range(2):
        job = enqueue(kind="agreement.detect", args={"corpus": scope}, scope=scope, here=True)
        execute(str(job.public_id))
        results.append(Job.objects.get(pk=job.pk).result)
    assert results == [{"findings": {"negative_answers": 3}}] * 2
    assert sorted(Finding.objects.values_list("rater__slug", "task", "source")) == [
        ("a", "sentiment", "negative_answers"),
        ("b", "sentiment", "negative_answers"),
        ("b", "sentiment", "negative_answers"),
    ]


def test_two_detectors_of_one_name_are_refused() -> None:
    with pytest.raises(ValueError, match="repeated_block"):
        register(DETECTORS["repeated_block"])
    with pytest.raises(KeyError, match="choose from"):
        DETECTORS["unknown"]
