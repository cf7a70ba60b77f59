"""Proposed mappings, their YAML, and the problems of mappings."""

import pytest

from corpus.rules.codebook import Codebook, parse
from corpus.rules.moves import MappingFault, as_yaml, compare, completed, propose, read_mapping

TASK = '{{scale: nominal, choices: [{choices}], default: plain, perspective: {perspective}, keys: "{keys}"}}'


def book(
    choices: str, *, keys: str = "", perspective: str = "speaker", slug: str = "tone", texts: str = ""
) -> Codebook:
    count = choices.count(",") + 1
    task = TASK.format(choices=choices, keys=keys or "123456"[:count], perspective=perspective)
    return parse(f"name: b\ntasks:\n  {slug}: {task}\n{texts}")


OLD = book("plain, warm, cold, mocking")


@pytest.mark.parametrize(
    ("choices", "targets", "reasons"),
    [
        ("plain, friendly, cold, mocking", {"warm": "friendly"}, {"warm": "key"}),
        ("plain, warmth, cold, mocking", {"warm": "warmth"}, {"warm": "text"}),
        (
            "plain, warm, unfriendly",
            {"cold": "unfriendly", "mocking": "unfriendly"},
            {"cold": "key", "mocking": "rest"},
        ),
        ("plain, warm, cold, teasing, sneering", {"mocking": ("teasing", "sneering")}, {"mocking": "key"}),
        ("plain, warm, cold", {"mocking": ()}, {"mocking": "none"}),
        ("cold, plain, mocking, warm", {}, {}),
    ],
    ids=["renamed", "renamed alike", "merged", "split", "removed", "reordered"],
)
def test_what_equal_slugs_do_not_settle_is_proposed_and_marked(
    choices: str, targets: dict[str, object], reasons: dict[str, str]
) -> None:
    new = book(choices)
    proposal = propose(OLD, new)
    same = {slug: slug for slug in ("plain", "warm", "cold", "mocking")}
    assert proposal.mapping.of("tone").answers == {**same, **targets}
    assert {answer: reason for (_question, answer), reason in proposal.guesses.items()} == reasons
    text = as_yaml(proposal, new)
    assert read_mapping(text, OLD, new) == proposal.mapping
    assert text.count("# proposed") == len(reasons)


def test_a_renamed_question_is_found_by_its_choices_and_a_question_asked_differently_is_marked() -> None:
    renamed = propose(OLD, book("plain, warm, cold, mocking", slug="manner"))
    assert (renamed.mapping.of("tone").target, renamed.guesses) == ("manner", {("tone", ""): "text"})
    other = propose(OLD, book("plain, warm, cold, mocking", perspective="viewer"))
    assert other.guesses == {("tone", ""): "asks_differently"}


def test_texts_count_in_the_language_in_which_they_are_most_alike() -> None:
    texts = "texts: {{zh: {{tone.{slug}: {{name: 温暖的}}}}}}\n"
    old = book("plain, warm, cold", texts=texts.format(slug="warm"))
    new = book("plain, x, y", keys="1qw", texts=texts.format(slug="y"))
    assert propose(old, new).mapping.of("tone").answers["warm"] == "y"


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("questions: {tone: {answers: {warm: hot}}}", {("unknown_answer", "hot")}),
        ("questions: {tone: {answers: {hot: warm}}}", {("unknown_answer", "hot")}),
        ("questions: {mood: {to: tone}}", {("unknown_question", "mood")}),
        ("questions: {tone: {to: mood}}", {("unknown_question", "mood")}),
        ("added: {tone: ask}", {("not_added", "tone")}),
        ("questions: {tone: {answers: {warm: {a: b}}}}", {("not_a_target", "")}),
        ("questions: [tone]", {("not_a_mapping", "")}),
        ("more: 1", {("unknown_name", "more")}),
    ],
)
def test_every_problem_of_a_mapping_is_named(text: str, problems: set[tuple[str, str]]) -> None:
    with pytest.raises(MappingFault) as fault:
        read_mapping(text, OLD, OLD)
    assert {(each.code, each.detail) for each in fault.value.problems} == problems


def test_a_choice_that_is_gone_needs_a_target() -> None:
    with pytest.raises(MappingFault) as fault:
        completed(OLD, book("plain, warm, cold"), {})
    assert [(each.code, each.where) for each in fault.value.problems] == [
        ("no_target", "questions.tone.answers.mocking")
    ]


def test_the_changes_are_listed_by_question() -> None:
    new = book("cold, plain, friendly, teasing, sneering", perspective="viewer")
    mapping = completed(
        OLD, new, {"questions": {"tone": {"answers": {"warm": "friendly", "mocking": ["teasing", "sneering"]}}}}
    )
    assert [(each.code, each.before, each.after) for each in compare(OLD, new, mapping)] == [
        ("split", ("mocking",), ("teasing", "sneering")),
        ("renamed", ("warm",), ("friendly",)),
        ("order", ("plain", "warm", "cold", "mocking"), ("cold", "plain", "friendly", "teasing", "sneering")),
        ("perspective", ("speaker",), ("viewer",)),
    ]
    removed = completed(OLD, book("plain, warm", slug="other"), {"questions": {"tone": {"to": None}}})
    assert [each.code for each in compare(OLD, book("plain, warm", slug="other"), removed)] == [
        "question_added",
        "question_removed",
    ]
