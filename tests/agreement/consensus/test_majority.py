from typing import Any

import pytest

from agreement.consensus.method import Consensus
from corpus.rules.codebook import Codebook
from tests.agreement.consensus.material import LINK, labelled, raters, small


@pytest.fixture(scope="module")
def codebook() -> Codebook:
    return small()


def on(codebook: Codebook, question: str, *answers: dict[str, Any]) -> tuple[object, str]:
    found = labelled(codebook, raters(*answers))[question]
    return found.label, found.source


@pytest.mark.parametrize(
    ("moods", "expected"),
    [
        (["good", "good", "good"], ("good", "unanimous")),
        (["good", "good", "cannot_judge"], ("good", "unanimous")),
        (["good", "good", "bad"], ("good", "majority")),
        (["good", "bad", "even", "bad"], ("bad", "majority")),
        (["good", "bad"], (None, "tie")),
        (["good", "even", "bad"], (None, "tie")),
        (["good", "good", "bad", "bad", "even"], (None, "tie")),
        (["good"], ("good", "single")),
        (["good", "cannot_judge", "cannot_judge"], ("good", "single")),
        (["good", "cannot_judge", "bad"], (None, "tie")),
        (["cannot_judge", "cannot_judge"], (None, "cannot_judge")),
        ([], (None, "none")),
    ],
)
def test_the_most_frequent_answer_wins(codebook: Codebook, moods: list[str], expected: tuple[object, str]) -> None:
    assert on(codebook, "mood", *({"mood": mood} for mood in moods)) == expected


def link(mood: str, irony: str, value: object) -> dict[str, Any]:
    return {"mood": mood, "irony": irony, LINK: value}


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        # the third rater saw another mood: 1 of theirs does not count
        ([link("good", "yes", -1), link("good", "yes", -1), link("bad", "yes", 1)], (-1, "unanimous")),
        ([link("good", "yes", -1), link("good", "yes", 0), link("bad", "yes", 0)], (None, "tie")),
        ([link("good", "yes", -1), link("good", "yes", 0), link("good", "yes", 0)], (0, "majority")),
        # mood is good by 1 and 2, irony yes by 2 and 3: only rater 2 judged good with yes
        ([link("good", "no", "not_applicable"), link("good", "yes", 1), link("bad", "yes", 0)], (1, "single")),
        ([link("good", "no", "not_applicable")] * 2 + [link("good", "yes", 1)], ("not_applicable", "not_asked")),
        ([link("good", "yes", 1), link("bad", "yes", 1)], (None, "ends_not_settled")),
        ([link("cannot_judge", "yes", "not_applicable")] * 2, (None, "ends_not_settled")),
        ([link("good", "yes", 1)], (1, "single")),
        ([{"mood": "good", "irony": "yes"}], (None, "none")),
    ],
)
def test_a_link_counts_only_raters_who_share_the_final_ends(
    codebook: Codebook, answers: list[dict[str, Any]], expected: tuple[object, str]
) -> None:
    assert on(codebook, LINK, *answers) == expected


def test_ends_that_no_rater_gave_together_are_a_profile_that_is_not_admitted(codebook: Codebook) -> None:
    answers = [
        link("good", "no", "not_applicable"),
        link("good", "no", "not_applicable"),
        link("even", "yes", 0),
        link("bad", "yes", 0),
        link("cannot_judge", "yes", "not_applicable"),
    ]
    assert on(codebook, "mood", *answers) == ("good", "majority")
    assert on(codebook, "irony", *answers) == ("yes", "majority")
    assert on(codebook, LINK, *answers) == (None, "not_admitted")


@pytest.mark.parametrize(
    ("tags", "expected"),
    [
        ([["loud", "sad"], ["sad"], ["loud", "sad"]], (["loud", "sad"], "majority")),
        ([["loud", "sad"], ["loud"]], (None, "tie")),
        ([["plain", "loud"], ["plain", "sad"], ["plain"]], (["plain"], "majority")),
        ([["loud", "sad"], ["loud", "sad"]], (["loud", "sad"], "unanimous")),
        ([["plain"], ["loud"], ["sad"]], (None, "not_admitted")),  # nothing is left, and the empty set is no answer
        ([["loud"]], (["loud"], "single")),
        (["cannot_judge"], (None, "cannot_judge")),
    ],
)
def test_several_choices_are_decided_one_by_one(
    codebook: Codebook, tags: list[Any], expected: tuple[object, str]
) -> None:
    assert on(codebook, "tags", *({"tags": given} for given in tags)) == expected


def test_every_answer_is_kept_in_the_order_of_the_raters(codebook: Codebook) -> None:
    found = labelled(codebook, {"b": {"mood": "cannot_judge"}, "a": {"mood": "good"}, "c": {}})
    assert list(found) == ["mood", "irony", "tags", LINK]
    assert found["mood"] == Consensus("good", "single", {"a": "good", "b": "cannot_judge"})
    assert list(found["mood"].answers) == ["a", "b"]
    assert found["irony"] == Consensus(None, "none", {})
