"""The contract of every consensus method, and a method added from outside."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from agreement.consensus.method import Answers, Consensus, ConsensusMethod
from agreement.consensus.registry import DEFAULT, METHODS
from corpus.rules.codebook import CANNOT_JUDGE, NOT_APPLICABLE, Codebook, parse
from tests.agreement.consensus.test_majority import CODEBOOK
from tests.export.material import export, manifest, released_corpus, rows

ANSWERS = [
    {},
    {"a": {"mood": "good", "irony": "yes", "tags": ["loud"], "irony_mood": 1}},
    {
        "b": {"mood": "good", "irony": "yes", "tags": ["loud", "sad"], "irony_mood": 1},
        "a": {"mood": "bad", "irony": "no", "tags": ["sad"], "irony_mood": NOT_APPLICABLE},
        "c": {"mood": CANNOT_JUDGE, "irony": "yes", "tags": CANNOT_JUDGE, "irony_mood": NOT_APPLICABLE},
    },
]


@pytest.mark.parametrize("method", METHODS.values(), ids=lambda method: method.name)
@pytest.mark.parametrize("answers", ANSWERS, ids=["nobody", "one rater", "three raters"])
def test_a_method_decides_every_question_and_keeps_every_answer(
    method: ConsensusMethod, answers: dict[str, Answers]
) -> None:
    codebook = parse(CODEBOOK)
    labels = method.labels(codebook, answers)
    assert list(labels) == [question.slug for question in codebook.questions]
    for slug, each in labels.items():
        assert each.answers == {rater: given[slug] for rater, given in sorted(answers.items()) if slug in given}
        assert list(each.answers) == sorted(each.answers)
        assert each.label != CANNOT_JUDGE
        assert each.source
    assert method.labels(codebook, answers) == labels


@pytest.mark.parametrize("method", METHODS.values(), ids=lambda method: method.name)
def test_a_method_is_registered_under_its_name(method: ConsensusMethod) -> None:
    assert METHODS[method.name] is method
    assert method.summary


def first_rater(codebook: Codebook, answers: Mapping[str, Answers]) -> dict[str, Consensus]:
    first = answers[min(answers)]
    return {
        question.slug: Consensus(first[question.slug], "first", dict.fromkeys(answers, first[question.slug]))
        for question in codebook.questions
    }


@pytest.mark.django_db
def test_a_method_from_elsewhere_labels_a_release(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setitem(METHODS, "first", ConsensusMethod("first", "the first rater's answer", first_rater))
    corpus = released_corpus()
    out = export(corpus, tmp_path / "first", "--consensus", "first")
    tied = next(row for row in rows(out) if row["labels"]["sentiment"]["label"] == "negative")
    assert tied["labels"]["sentiment"]["source"] == "first"
    assert manifest(out)["options"]["consensus"] == "first"
    usual = export(corpus, tmp_path / "usual")
    assert "consensus" not in manifest(usual)["options"]
    assert DEFAULT == "majority"
