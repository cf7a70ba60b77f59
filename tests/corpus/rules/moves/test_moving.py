"""Moves of answers, without a database."""

from typing import Any

import pytest

from corpus.rules.codebook import Codebook, parse
from corpus.rules.moves import Mover, as_document, completed, from_document, inverse

BASE = """
name: base
tasks:
  tone: {scale: nominal, choices: [plain, warm, cold], default: plain, perspective: speaker, keys: "123"}
  means: {scale: nominal, choices: [words, voice, face], default: words, perspective: viewer, keys: "qwe", many: true}
  joke: {scale: binary, choices: ["no", "yes"], default: "no", perspective: viewer, keys: "rt"}
links:
  joke_tone: {from: joke, to: tone, values: [-1, 0, 1], keys: "nm,", asked_when: "joke == yes"}
"""
GIVEN: dict[str, Any] = {"tone": "warm", "means": ["words", "face"], "joke": "yes", "joke_tone": 1}


def changed(*replacements: tuple[str, str]) -> Codebook:
    text = BASE
    for old, new in replacements:
        assert old in text
        text = text.replace(old, new)
    return parse(text)


def moved(
    new: Codebook, content: dict[str, Any], given: dict[str, Any] = GIVEN
) -> tuple[dict[str, Any], tuple[str, ...]]:
    old = parse(BASE)
    result = Mover(old, new, completed(old, new, content)).move(given)
    return result.answers, result.open


def answers(**targets: Any) -> dict[str, Any]:
    return {"questions": {slug: {"answers": each} for slug, each in targets.items()}}


def test_nothing_changes_between_equal_versions() -> None:
    assert moved(parse(BASE), {}) == (GIVEN, ())


def test_a_renamed_choice_and_question_take_their_answers_along() -> None:
    new = changed(("[plain, warm, cold]", "[plain, kind, cold]"), ("tone", "mood"))
    content = {"questions": {"tone": {"to": "mood", "answers": {"warm": "kind"}}, "joke_tone": {"to": "joke_mood"}}}
    found, open_ = moved(new, content)
    assert (found, open_) == ({"mood": "kind", "means": ["words", "face"], "joke": "yes", "joke_mood": 1}, ())


def test_a_split_choice_is_asked_again_and_its_link_waits() -> None:
    new = changed(("[plain, warm, cold]", "[plain, kind, glad, cold]"), ('"123"', '"1234"'))
    found, open_ = moved(new, answers(tone={"warm": ["kind", "glad"]}))
    assert (found, open_) == ({"means": ["words", "face"], "joke": "yes"}, ("tone",))


def test_a_choice_without_successor_is_asked_again_or_left_without_an_answer() -> None:
    new = changed(("[plain, warm, cold]", "[plain, cold]"), ('"123"', '"12"'))
    assert moved(new, answers(tone={"warm": []}))[1] == ("tone",)
    found, open_ = moved(new, answers(tone={"warm": None}))
    assert (found, open_) == ({"means": ["words", "face"], "joke": "yes", "joke_tone": "not_applicable"}, ())


def test_a_link_whose_condition_becomes_false_is_not_applicable() -> None:
    found, open_ = moved(changed(("joke == yes", "joke == yes and tone != warm")), {})
    assert (found["joke_tone"], open_) == ("not_applicable", ())


def test_a_link_whose_condition_becomes_true_is_asked_again() -> None:
    given = GIVEN | {"joke": "no", "joke_tone": "not_applicable"}
    found, open_ = moved(changed(('"joke == yes"', "always")), {}, given)
    assert ("joke_tone" in found, open_) == (False, ("joke_tone",))


def test_a_link_between_other_tasks_is_asked_again() -> None:
    new = changed(
        ("joke_tone: {from: joke, to: tone", "joke_tone: {from: tone, to: joke"),
    )
    assert moved(new, {})[1] == ("joke_tone",)


def test_a_removed_value_of_a_link_needs_a_target() -> None:
    new = changed(("[-1, 0, 1]", "[0, 1]"), ('"nm,"', '"nm"'))
    given = GIVEN | {"joke_tone": -1}
    assert moved(new, answers(joke_tone={"-1": "0"}), given)[0]["joke_tone"] == 0
    assert moved(new, answers(joke_tone={"-1": []}), given)[1] == ("joke_tone",)


@pytest.mark.parametrize(
    ("targets", "given", "expected"),
    [
        ({"face": "voice"}, ["voice", "face"], (["voice"], ())),
        ({"face": None}, ["words", "face"], (["words"], ())),
        ({"face": None}, ["face"], (None, ())),
        ({"face": ["words", "voice"]}, ["words", "face"], (None, ("means",))),
    ],
    ids=["merged", "one left out", "the only one left out", "split"],
)
def test_the_choices_of_a_set_move_one_by_one(targets: Any, given: Any, expected: Any) -> None:
    found, open_ = moved(parse(BASE), answers(means=targets), GIVEN | {"means": given})
    assert (found.get("means"), open_) == expected


def test_a_task_that_takes_one_choice_now_is_asked_again_where_it_had_several() -> None:
    new = changed((", many: true", ""))
    assert moved(new, {})[1] == ("means",)
    assert moved(new, {}, GIVEN | {"means": ["face"]})[0]["means"] == "face"


def test_a_task_that_takes_several_choices_now_gets_sets_of_one() -> None:
    new = changed(('perspective: speaker, keys: "123"', 'perspective: speaker, keys: "123", many: true'))
    assert moved(new, {})[0]["tone"] == ["warm"]


def test_cannot_judge_stays_unless_the_new_version_does_not_allow_it() -> None:
    given = GIVEN | {"tone": "cannot_judge", "joke_tone": "not_applicable"}
    assert moved(parse(BASE), {}, given) == (given, ())
    found, open_ = moved(parse(BASE + "policy: {cannot_judge: off}\n"), {}, given)
    assert ("tone" in found, open_) == (False, ("tone",))


def test_a_new_question_is_left_out_or_asked() -> None:
    added = ("  joke: {", '  irony: {scale: binary, choices: ["a", "b"], default: a, perspective: viewer}\n  joke: {')
    assert moved(changed(added), {}) == (GIVEN, ())
    assert moved(changed(added), {"added": {"irony": "ask"}})[1] == ("irony",)


def test_the_way_back_asks_again_what_was_merged_and_joins_what_was_split() -> None:
    old, new = parse(BASE), changed(("[plain, warm, cold]", "[plain, emotional, flat]"))
    mapping = completed(old, new, answers(tone={"warm": "emotional", "cold": "emotional", "plain": ["plain", "flat"]}))
    back = inverse(old, new, mapping)
    assert back.of("tone").answers == {"plain": "plain", "emotional": ("warm", "cold"), "flat": "plain"}
    assert from_document(as_document(mapping)) == mapping
