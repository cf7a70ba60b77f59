"""Links, and questions that only one of the two codebook versions has."""

from typing import Any

import pytest

from corpus.rules.codebook import Codebook, parse
from corpus.rules.moves import (
    MappingFault,
    Mover,
    Proposal,
    as_document,
    as_yaml,
    compare,
    completed,
    from_document,
    inverse,
    propose,
    read_mapping,
)

TASKS = """
name: base
tasks:
  tone: {scale: nominal, choices: [plain, warm, cold], default: plain, perspective: speaker, keys: "123"}
  joke: {scale: binary, choices: ["no", "yes"], default: "no", perspective: viewer, keys: "er"}
"""
LINK = '  joke_tone: {from: joke, to: tone, values: [-1, 0, 1], keys: "nm,", asked_when: "joke == yes"}\n'
BASE = f"{TASKS}links:\n{LINK}"
IRONY = '  irony: {scale: binary, choices: ["absent", "present"], default: absent, perspective: viewer, keys: "ty"}\n'
GIVEN: dict[str, Any] = {"tone": "warm", "joke": "yes", "joke_tone": 1}
OLD = parse(BASE)
WITH_IRONY = parse(f"{TASKS}{IRONY}links:\n{LINK}")
WITHOUT_LINK = parse(TASKS)


def changed(*replacements: tuple[str, str]) -> Codebook:
    text = BASE
    for old, new in replacements:
        assert old in text
        text = text.replace(old, new)
    return parse(text)


def changes(new: Codebook, content: dict[str, Any]) -> list[tuple[str, str, tuple[str, ...], tuple[str, ...]]]:
    found = compare(OLD, new, completed(OLD, new, content))
    return [(each.code, each.question, each.before, each.after) for each in found]


def problems(new: Codebook, content: dict[str, Any]) -> list[tuple[str, str, str]]:
    with pytest.raises(MappingFault) as fault:
        completed(OLD, new, content)
    return [(each.code, each.where, each.detail) for each in fault.value.problems]


def test_a_renamed_question_is_a_change_but_its_links_keep_their_ends() -> None:
    new = changed(("  tone:", "  mood:"), ("to: tone", "to: mood"))
    assert changes(new, {"questions": {"tone": {"to": "mood"}}}) == [
        ("question_renamed", "mood", ("tone",), ("mood",)),
    ]


def test_an_answer_left_out_is_removed_and_one_that_nothing_becomes_is_added() -> None:
    new = changed(("[plain, warm, cold]", "[plain, warm, glad]"))
    assert changes(new, {"questions": {"tone": {"answers": {"cold": None}}}}) == [
        ("removed", "tone", ("cold",), ()),
        ("added", "tone", (), ("glad",)),
    ]


def test_a_link_with_other_ends_and_another_condition_has_two_changes() -> None:
    new = changed(("from: joke, to: tone", "from: tone, to: joke"), ("joke == yes", "always"))
    assert [each[0] for each in changes(new, {})] == ["ends", "condition"]
    assert changes(new, {})[0] == ("ends", "joke_tone", ("joke", "tone"), ("tone", "joke"))


def test_a_document_of_another_format_is_refused() -> None:
    document = as_document(completed(OLD, OLD, {})) | {"format": "concord-mapping/0"}
    with pytest.raises(ValueError, match="not a concord-mapping/1: concord-mapping/0"):
        from_document(document)


def test_the_way_back_drops_a_new_question_and_asks_a_removed_one() -> None:
    back = inverse(OLD, WITH_IRONY, completed(OLD, WITH_IRONY, {}))
    assert (back.of("irony").target, back.of("irony").answers, back.added) == (None, {}, {})
    assert inverse(OLD, WITHOUT_LINK, completed(OLD, WITHOUT_LINK, {})).added == {"joke_tone": "ask"}


def test_two_questions_cannot_become_the_same_one() -> None:
    content = {"questions": {"joke": {"to": "tone", "answers": {"no": "plain", "yes": "warm"}}}}
    assert problems(OLD, content) == [("given_twice", "questions", "tone")]


def test_a_link_cannot_become_a_task() -> None:
    assert problems(WITH_IRONY, {"questions": {"joke_tone": {"to": "irony"}}}) == [
        ("other_kind", "questions.joke_tone.to", "irony")
    ]


def test_a_new_question_is_asked_or_left_and_nothing_else() -> None:
    assert problems(WITH_IRONY, {"added": {"irony": "guess"}}) == [("not_one_of", "added.irony", "ask, leave")]


def test_an_answer_that_is_missing_stays_missing() -> None:
    result = Mover(OLD, OLD, completed(OLD, OLD, {})).move({"joke": "no"})
    assert (result.answers, result.open) == ({"joke": "no", "joke_tone": "not_applicable"}, ())


@pytest.mark.parametrize(("treatment", "expected"), [("ask", ("joke_tone",)), ("leave", ())])
def test_a_new_link_is_asked_or_left_where_its_condition_holds(treatment: str, expected: tuple[str, ...]) -> None:
    mapping = completed(WITHOUT_LINK, OLD, {"added": {"joke_tone": treatment}})
    result = Mover(WITHOUT_LINK, OLD, mapping).move({"tone": "warm", "joke": "yes"})
    assert (result.answers, result.open) == ({"tone": "warm", "joke": "yes"}, expected)


def test_a_renamed_link_between_the_same_ends_is_proposed_and_keeps_its_value() -> None:
    new = changed(("joke_tone", "serves"))
    proposal = propose(OLD, new)
    assert (proposal.mapping.of("joke_tone").target, proposal.guesses) == ("serves", {("joke_tone", ""): "text"})
    assert Mover(OLD, new, proposal.mapping).move(GIVEN).answers == {"tone": "warm", "joke": "yes", "serves": 1}


def test_questions_without_a_similar_one_are_written_as_removed_and_added() -> None:
    proposal = propose(OLD, parse(f"{TASKS}{IRONY}"))
    text = as_yaml(proposal, parse(f"{TASKS}{IRONY}"))
    assert proposal.guesses == {("joke_tone", ""): "none"}
    assert "  joke_tone:\n    to: null   # proposed: nothing similar\nadded:" in text
    assert text.endswith("\n  irony: leave\n")
    assert "answers:" not in text.partition("questions:")[2]
    assert read_mapping(text, OLD, parse(f"{TASKS}{IRONY}")) == proposal.mapping


def test_an_answer_left_out_is_written_as_null_and_read_back() -> None:
    mapping = completed(OLD, OLD, {"questions": {"tone": {"answers": {"cold": None}}}})
    text = as_yaml(Proposal(mapping, {}), OLD)
    assert text.endswith("questions:\n  tone:\n    answers:\n      cold: null\n")
    assert read_mapping(text, OLD, OLD) == mapping
