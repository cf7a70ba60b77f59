"""The contract of every consensus method, and a method added from outside."""

from collections.abc import Mapping
from pathlib import Path

import pytest

from agreement.consensus.method import Answers, Choice, ConsensusMethod, Decide, Item, Verdict
from agreement.consensus.patterns import Patterns
from agreement.consensus.registry import DEFAULT, METHODS, choose
from corpus.rules.codebook import CANNOT_JUDGE, NOT_APPLICABLE
from tests.agreement.consensus.material import labelled, small
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


@pytest.mark.parametrize("method", METHODS)
@pytest.mark.parametrize("answers", ANSWERS, ids=["nobody", "one rater", "three raters"])
def test_a_method_decides_every_question_and_keeps_every_answer(method: str, answers: dict[str, Answers]) -> None:
    codebook = small()
    labels = labelled(codebook, answers, method)
    assert list(labels) == [question.slug for question in codebook.questions]
    for slug, each in labels.items():
        assert each.answers == {rater: given[slug] for rater, given in sorted(answers.items()) if slug in given}
        assert list(each.answers) == sorted(each.answers)
        assert each.label != CANNOT_JUDGE
        assert each.source
    assert labelled(codebook, answers, method) == labels


@pytest.mark.parametrize("method", METHODS.values(), ids=lambda method: method.name)
def test_a_method_is_registered_under_its_name(method: ConsensusMethod) -> None:
    assert METHODS[method.name] is method
    assert method.label


@pytest.mark.parametrize(
    ("text", "stored"),
    [
        ("majority", "majority"),
        ("threshold", "threshold:0.7"),
        ("threshold:0.80", "threshold:0.8"),
        ("threshold:2/3", "threshold:0.666667"),
        ("dawid-skene:0", "dawid-skene:0"),
        ("soft", "soft:0"),
    ],
)
def test_a_method_is_chosen_by_name_and_number(text: str, stored: str) -> None:
    assert str(choose(text)) == stored
    assert choose(stored) == choose(text)


@pytest.mark.parametrize(
    "text",
    ["", "nope", "majority:1", "threshold:", "threshold:0", "threshold:1.1", "threshold:x", "soft:1/0", "soft:nan"],
)
def test_an_unknown_method_or_number_is_no_choice(text: str) -> None:
    with pytest.raises(ValueError, match="^" + text.replace("/", "/")):
        choose(text)


def first_rater(_number: float | None, _patterns: Mapping[str, Patterns]) -> Decide:
    def decide(_item: Item, votes: Mapping[str, Choice]) -> Verdict:
        return Verdict(votes[min(votes)], "first")

    return decide


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
