"""Threshold, unanimous and soft labels, and the rules that no method changes."""

from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agreement.consensus import sources
from agreement.consensus.registry import METHODS
from corpus.rules.codebook import NOT_APPLICABLE, Codebook, parse, problems, settle
from tests.agreement.consensus.material import LINK, labelled, profile, raters, small

BOOK = small()


@pytest.mark.parametrize(
    ("method", "moods", "expected"),
    [
        ("threshold:0.7", ["good", "good", "bad"], (None, "below_threshold")),
        ("threshold:0.6", ["good", "good", "bad"], ("good", "threshold")),
        ("threshold:0.67", ["good", "good", "bad"], ("good", "threshold")),  # what people write for two of three
        ("threshold:2/3", ["good", "good", "bad"], ("good", "threshold")),
        ("threshold:0.75", ["good", "good", "good", "bad"], ("good", "threshold")),
        ("threshold:0.76", ["good", "good", "good", "bad"], (None, "below_threshold")),
        ("threshold:0.4", ["good", "good", "bad", "bad"], (None, "tie")),
        ("threshold", ["good", "good", "good"], ("good", "unanimous")),
        ("threshold", ["good"], ("good", "single")),
        ("unanimous", ["good", "good", "bad"], (None, "not_unanimous")),
        ("unanimous", ["good", "good", "cannot_judge"], ("good", "unanimous")),
        ("unanimous", ["good"], ("good", "single")),
        ("unanimous", ["cannot_judge"], (None, "cannot_judge")),
        ("soft", ["good", "bad"], (None, "tie")),
    ],
)
def test_a_method_settles_a_task(method: str, moods: list[str], expected: tuple[object, str]) -> None:
    found = labelled(BOOK, raters(*({"mood": mood} for mood in moods)), method)["mood"]
    assert (found.label, found.source) == expected


def test_soft_labels_are_the_shares_of_the_answers_that_count() -> None:
    found = labelled(
        BOOK,
        raters(
            profile(mood="good", irony="yes", tags=["loud"], irony_mood=1),
            profile(mood="good", irony="yes", tags=["loud", "sad"], irony_mood=0),
            profile(mood="bad"),
            profile(mood="cannot_judge", tags=["loud"]),
        ),
        "soft",
    )
    assert found["mood"].distribution == {"bad": 0.333333, "even": 0.0, "good": 0.666667}
    assert found["tags"].distribution == {"plain": 0.25, "loud": 0.75, "sad": 0.25}
    assert (found["irony"].label, found["irony"].distribution) == (None, {"no": 0.5, "yes": 0.5})
    assert (found[LINK].source, found[LINK].distribution) == ("ends_not_settled", None)


def test_smoothing_moves_soft_labels_towards_the_uniform_distribution() -> None:
    found = labelled(BOOK, raters({"mood": "good"}), "soft:3")["mood"]
    assert (found.label, found.distribution) == ("good", {"bad": 0.25, "even": 0.25, "good": 0.5})


def test_a_condition_on_a_task_without_a_label_is_not_settled() -> None:
    codebook = parse("""
name: third
tasks:
  mood: {scale: ordinal, choices: [bad, good], default: good, perspective: speaker}
  irony: {scale: binary, choices: ["no", "yes"], default: "no", perspective: viewer}
  loud: {scale: binary, choices: ["no", "yes"], default: "no", perspective: viewer}
links:
  irony_mood: {from: irony, to: mood, values: [-1, 0, 1], asked_when: "loud == yes and irony == yes"}
""")

    def source(*answers: tuple[str, str, object]) -> tuple[object, str]:
        given = [{"mood": "good", "irony": irony, "loud": loud, LINK: value} for irony, loud, value in answers]
        found = labelled(codebook, raters(*given))[LINK]
        return found.label, found.source

    assert source(("yes", "yes", 1), ("yes", "no", NOT_APPLICABLE)) == (None, "ends_not_settled")
    # irony is no, so the link is not asked, whatever loud would be
    assert source(("no", "yes", NOT_APPLICABLE), ("no", "no", NOT_APPLICABLE)) == (NOT_APPLICABLE, "not_asked")
    # two raters of three say that it is not asked, but not for the final answers
    answers = [("yes", "yes", 1), ("yes", "no", NOT_APPLICABLE), ("no", "yes", NOT_APPLICABLE)]
    assert source(*answers) == (1, "single")


MOODS = st.sampled_from(["bad", "even", "good", "cannot_judge"])
TAGS = st.one_of(
    st.just("cannot_judge"), st.sets(st.sampled_from(["plain", "loud", "sad"]), min_size=1).map(lambda each: [*each])
)


@st.composite
def profiles(draw: st.DrawFn) -> dict[str, object]:
    """A complete, settled profile of the small codebook."""
    answers = {"mood": draw(MOODS), "irony": draw(st.sampled_from(["no", "yes", "cannot_judge"])), "tags": draw(TAGS)}
    settled = settle(BOOK, answers)
    return settled if LINK in settled else settled | {LINK: draw(st.sampled_from([-1, 0, 1]))}


@settings(max_examples=150, deadline=None)
@given(st.lists(profiles(), max_size=5), st.sampled_from(sorted(METHODS)), st.randoms())
def test_labels_do_not_depend_on_the_order_of_the_raters(
    answers: list[dict[str, Any]], method: str, random: object
) -> None:
    by_rater = raters(*answers)
    shuffled = list(by_rater.items())
    random.shuffle(shuffled)  # type: ignore[attr-defined]
    assert labelled(BOOK, by_rater, method) == labelled(BOOK, dict(shuffled), method)


@settings(max_examples=150, deadline=None)
@given(st.lists(profiles(), min_size=1, max_size=5), st.permutations(range(5)))
def test_exchanging_raters_changes_no_label_of_the_majority(answers: list[dict[str, Any]], order: list[int]) -> None:
    exchanged = [answers[place] for place in order if place < len(answers)]
    one, other = labelled(BOOK, raters(*answers)), labelled(BOOK, raters(*exchanged))
    assert [(each.label, each.source) for each in one.values()] == [(x.label, x.source) for x in other.values()]


@settings(max_examples=300, deadline=None)
@given(st.lists(profiles(), max_size=5), st.sampled_from(sorted(METHODS)))
def test_labels_of_all_questions_are_a_profile_that_the_codebook_admits(
    answers: list[dict[str, Any]], method: str
) -> None:
    found = labelled(BOOK, raters(*answers), method)
    assert {each.source for each in found.values()} <= set(sources.SOURCES)
    assert all((each.label is None) == (each.source in sources.OPEN) for each in found.values())
    given_labels = {slug: each.label for slug, each in found.items() if each.label is not None}
    missing = {slug for slug, each in found.items() if each.label is None}
    wrong = [each for each in problems(BOOK, given_labels) if each.where not in missing]
    assert wrong == []


@settings(max_examples=150, deadline=None)
@given(st.lists(st.sets(st.sampled_from(["plain", "loud", "sad"]), min_size=1), min_size=1, max_size=7))
def test_a_choice_is_in_the_label_exactly_if_more_than_half_gave_it(given_tags: list[set[str]]) -> None:
    found = labelled(BOOK, raters(*({"tags": sorted(each)} for each in given_tags)))["tags"]
    twice = {slug: 2 * sum(slug in each for each in given_tags) for slug in ("plain", "loud", "sad")}
    if len(given_tags) in twice.values() and len(given_tags) > 1:
        assert (found.label, found.source) == (None, "tie")
    else:
        chosen = [slug for slug, count in twice.items() if count > len(given_tags)]
        assert found.label == (chosen or None)


def book(codebook: Codebook) -> list[str]:
    return [question.slug for question in codebook.questions]


@pytest.mark.parametrize("method", sorted(METHODS))
def test_an_unanswered_utterance_has_no_label_by_any_method(method: str) -> None:
    found = labelled(BOOK, {}, method)
    assert list(found) == book(BOOK)
    assert {each.source for each in found.values()} == {"none"}
