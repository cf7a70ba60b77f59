import json
from functools import cache
from pathlib import Path
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from corpus.importers.concord.codebook_yaml import as_yaml
from corpus.rules import codebook as rules

FOLDER = Path(rules.__file__).parents[2] / "shipped_codebooks"
NAMES = ["affect-dialogue", "affect-dialogue-cmma"]
SMALL = """
name: small
tasks:
  mood: {scale: nominal, choices: [flat, glad, sad], default: flat, perspective: speaker, keys: qwe}
  witty: {scale: binary, choices: [no, yes], default: no, perspective: viewer, keys: as}
links:
  mood_witty: {from: mood, to: witty, values: [-1, 0, 1], keys: zxc, asked_when: mood != flat}
"""


@cache
def shipped(name: str) -> rules.Codebook:
    return rules.parse((FOLDER / f"{name}.yaml").read_text(encoding="utf-8"))


def faults(text: str) -> list[tuple[str, str, str, int]]:
    with pytest.raises(rules.CodebookFault) as caught:
        rules.parse(text)
    return [(each.code, each.where, each.detail, each.line) for each in caught.value.problems]


def answers_of(codebook: rules.Codebook) -> st.SearchStrategy[dict[str, Any]]:
    tasks = {
        task.slug: st.sampled_from([*task.slugs(), rules.CANNOT_JUDGE, "elsewhere", None]) for task in codebook.tasks
    }
    links = {link.slug: st.sampled_from([*link.values, rules.NOT_APPLICABLE, 9, True]) for link in codebook.links}
    return st.fixed_dictionaries({}, optional={**tasks, **links})


def test_default_is_the_design() -> None:
    codebook = shipped("affect-dialogue")
    assert {task.slug: (task.scale, task.perspective, task.slugs(), task.default) for task in codebook.tasks} == {
        "sentiment": ("ordinal", "speaker", ("negative", "neutral", "positive"), "neutral"),
        "emotion": (
            "nominal",
            "speaker",
            ("neutral", "joy", "sadness", "anger", "fear", "surprise", "disgust"),
            "neutral",
        ),
        "sarcasm": ("binary", "speaker", ("no", "yes"), "no"),
        "humor": ("binary", "viewer", ("no", "yes"), "no"),
    }
    assert [(link.slug, link.source, link.target, link.values, link.condition) for link in codebook.links] == [
        ("emotion_sentiment", "emotion", "sentiment", (-2, -1, 0, 1, 2), ["!=", "emotion", "neutral"]),
        ("sarcasm_humor", "sarcasm", "humor", (-2, -1, 0, 1, 2), ["==", "sarcasm", "yes"]),
    ]
    assert codebook.policy == rules.Policy(
        k=3, context="all", watch_first=True, order="shuffled-blocks", shortcuts="off", cannot_judge="per-task"
    )


def test_cmma_adds_pride_and_love_and_asks_always() -> None:
    codebook = shipped("affect-dialogue-cmma")
    assert [task.slug for task in codebook.tasks] == ["sentiment", "emotion", "sarcasm", "humor", "pride", "love"]
    assert codebook.task("love").slugs() == ("none", "growing", "immediate", "empty")
    assert [link.condition for link in codebook.links] == [["always"], ["always"]]


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("language", ["zh", "en"])
def test_shipped_texts_are_complete(name: str, language: str) -> None:
    codebook = shipped(name)
    paths = [
        path
        for question in codebook.questions
        for path in (question.slug, *(f"{question.slug}.{answer}" for answer in rules.answer_slugs(question)))
    ]
    assert sorted(codebook.texts[language]) == sorted(paths)
    assert [path for path in paths if not codebook.text(path, language).help] == []
    assert [question.slug for question in codebook.questions if not codebook.text(question.slug, language).anchor] == []


@pytest.mark.parametrize("name", NAMES)
def test_document_round_trip(name: str) -> None:
    codebook = shipped(name)
    document = rules.as_document(codebook)
    assert rules.from_document(json.loads(json.dumps(document))) == codebook
    assert rules.as_document(rules.from_document(document)) == document


def test_the_document_contains_keys_by_position() -> None:
    document = rules.as_document(shipped("affect-dialogue"))
    codes = [choice["code"] for choice in document["tasks"][1]["choices"]]
    assert codes == ["KeyQ", "KeyW", "KeyE", "KeyR", "KeyT", "KeyY", "KeyU"]
    assert [value["code"] for value in document["links"][1]["values"]] == ["KeyN", "KeyM", "Comma", "Period", "Slash"]


def test_text_falls_back_to_the_slug() -> None:
    codebook = rules.parse(SMALL + "texts: {zh: {mood: 心情}}")
    assert codebook.text("mood", "zh-hans") == rules.Text("心情")
    assert codebook.text("mood", "en") == rules.Text("mood")
    assert codebook.text("mood_witty.-1", "zh") == rules.Text("−1")


def with_distances(rows: str, task: str = "mood: {scale: nominal") -> str:
    return SMALL.replace(task, f"{task}, distances: {rows}")


def test_distances_survive_the_document_and_the_yaml() -> None:
    codebook = rules.parse(with_distances("[[0, 1, 1.0], [1, 0, 0.25], [1, 0.25, 0]]"))
    assert codebook.task("mood").distances == ((0, 1, 1), (1, 0, 0.25), (1, 0.25, 0))
    assert rules.from_document(json.loads(json.dumps(rules.as_document(codebook)))) == codebook
    assert rules.parse(as_yaml(codebook)) == codebook
    assert "distances" not in rules.as_document(rules.parse(SMALL))["tasks"][0]


@pytest.mark.parametrize(
    ("rows", "code", "detail"),
    [
        ("[[0, 1], [1, 0]]", "not_a_matrix", "3"),
        ("[[0, 1, 1], [1, 0, 1]]", "not_a_matrix", "3"),
        ("[[0, 1, 1], [1, 0.5, 1], [1, 1, 0]]", "distance_to_itself", ""),
        ("[[0, 1, 0.5], [1, 0, 1], [1, 1, 0]]", "not_symmetric", "flat, sad"),
        ("[[0, 0, 0], [0, 0, 0], [0, 0, 0]]", "no_distances", ""),
        ("[[0, 2, 1], [2, 0, 1], [1, 1, 0]]", "not_a_name", "2"),
    ],
)
def test_distances_are_a_symmetric_matrix_from_0_to_1(rows: str, code: str, detail: str) -> None:
    assert faults(with_distances(rows))[0] == (code, "tasks.mood.distances", detail, 4)


def test_sets_have_no_distances() -> None:
    rows = "[[0, 1, 1], [1, 0, 1], [1, 1, 0]], many: true"
    assert [code for code, *_ in faults(with_distances(rows))] == ["distances_of_sets"]


def test_every_problem_is_reported_with_its_location() -> None:
    assert faults("""name: X Y
tasks:
  emotion: {scale: nomial, choices: [neutral, joy, joy, cannot_judge], perspective: speaker, keys: qqw=}
  emotion: {scale: nominal}
  and: {scale: binary, choices: [a, b, c], default: d, perspective: god}
  text: {scale: ordinal, many: true, choices: [a, b], default: a, perspective: viewer, keys: abc}
links:
  pull: {from: emotion, to: nothing, values: [2, -1], asked_when: emotion == fear and foo != 1, bar: 1}
policy: {k: many, foo: 1}
texts: {zh: {emotion.fun: 1, emotion: [1]}}
""") == [
        ("given_twice", "tasks.emotion", "emotion", 4),
        ("not_a_name", "name", "X Y", 1),
        ("missing", "tasks.emotion.default", "", 3),
        ("given_twice", "tasks.emotion.choices", "joy", 3),
        ("reserved", "tasks.emotion.choices", "cannot_judge", 3),
        ("not_one_of", "tasks.emotion.scale", "nominal, ordinal, interval, binary", 3),
        ("key_taken", "tasks.emotion.keys", "q (emotion)", 3),
        ("not_a_key", "tasks.emotion.keys", "=", 3),
        ("reserved", "tasks.and", "and", 5),
        ("not_two_choices", "tasks.and.choices", "3", 5),
        ("not_one_of", "tasks.and.perspective", "speaker, viewer", 5),
        ("not_one_of", "tasks.and.default", "a, b, c", 5),
        ("reserved", "tasks.text", "text", 6),
        ("many_needs_nominal", "tasks.text.many", "ordinal", 6),
        ("not_one_key_each", "tasks.text.keys", "2", 6),
        ("unknown_name", "links.pull.bar", "bar", 8),
        ("unknown_task", "links.pull.to", "nothing", 8),
        ("not_ascending", "links.pull.values", "", 8),
        ("unknown_answer", "links.pull.asked_when", "emotion: fear", 8),
        ("unknown_question", "links.pull.asked_when", "foo", 8),
        ("unknown_name", "policy.foo", "foo", 9),
        ("not_one_of", "policy.k", ", ".join(map(str, range(1, 21))), 9),
        ("not_a_mapping", "texts.zh.emotion", "", 10),
        ("unknown_text", "texts.zh.emotion.fun", "emotion.fun", 10),
    ]


def test_the_page_keeps_its_own_keys() -> None:
    assert faults(SMALL.replace("zxc", "zxg")) == [
        ("key_of_the_page", "links.mood_witty.keys", "g (guideline)", 7),
    ]


def test_a_stored_policy_is_read_in_the_words_of_today() -> None:
    document = rules.as_document(rules.parse(SMALL))
    document["policy"] |= {"context": "before", "shortcuts": True}
    policy = rules.from_document(document).policy
    assert (policy.context, policy.shortcuts) == ("past", "both")
    document["policy"]["shortcuts"] = False
    assert rules.from_document(document).policy.shortcuts == "off"


@pytest.mark.parametrize(
    ("shortcuts", "allowed"),
    [("off", []), ("all_default", ["all_default"]), ("both", ["all_default", "same_as_previous"])],
)
def test_the_policy_names_the_shortcuts_it_allows(shortcuts: Any, allowed: list[str]) -> None:
    policy = rules.parse(SMALL + f"policy: {{shortcuts: {shortcuts}, context: past}}").policy
    assert [each for each in get_args(rules.Shortcut) if policy.allows(each)] == allowed
    assert policy.context == "past"


def test_keys_are_shared_by_tasks_and_links() -> None:
    assert faults(SMALL.replace("zxc", "zxq")) == [("key_taken", "links.mood_witty.keys", "q (mood)", 7)]


def test_a_link_and_a_task_of_one_name_clash() -> None:
    assert faults(SMALL.replace("mood_witty:", "mood:")) == [("given_twice", "links.mood", "mood", 7)]


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "not_a_mapping"),
        ("[", "not_yaml"),
        ("[" * 5000, "not_yaml"),
        ("a: &here 1\nb: *here", "not_yaml"),
        ("a: !!python/object:os.system 1", "not_yaml"),
        ("x" * 200_001, "too_long"),
        ("- a", "not_a_mapping"),
        ("{[a]: 1}", "not_a_name"),
        ("name: a\x00b", "not_yaml"),
    ],
)
def test_an_invalid_codebook_is_reported(text: str, code: str) -> None:
    assert faults(text)[0][0] == code


LEAVES = st.sampled_from(["nominal", "mood", "1", "", "mood == glad", "q", "true", "(", "-1", "always"])
PARTS = st.sampled_from(
    ["name", "tasks", "links", "texts", "policy", "expectations", "scale", "choices", "default", "keys", "many"]
) | st.sampled_from(["from", "to", "values", "asked_when", "zh", "k", "if", "mood"])
JUNK = st.recursive(
    LEAVES,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(PARTS, inner, max_size=5),
    max_leaves=20,
)


@given(JUNK)
@settings(max_examples=150, deadline=None)
def test_junk_is_refused_and_never_breaks(content: Any) -> None:
    with pytest.raises(rules.CodebookFault) as caught:
        rules.parse(json.dumps(content))
    assert caught.value.problems


@given(st.data())
@settings(max_examples=150, deadline=None)
def test_settle_is_idempotent_and_settled_answers_have_no_wrong_not_applicable(data: st.DataObject) -> None:
    codebook = shipped(data.draw(st.sampled_from(NAMES)))
    answers = data.draw(answers_of(codebook))
    settled = rules.settle(codebook, answers)
    assert rules.settle(codebook, settled) == settled
    assert [problem for problem in rules.problems(codebook, settled) if problem.code == "not_applicable"] == []


def test_a_link_that_is_not_asked_is_not_applicable() -> None:
    codebook = rules.parse(SMALL)
    answers = {"mood": "flat", "witty": "no"}
    assert rules.settle(codebook, answers) == answers | {"mood_witty": "not_applicable"}
    assert rules.settle(codebook, answers | {"mood": "cannot_judge"})["mood_witty"] == "not_applicable"
    assert rules.settle(codebook, answers | {"witty": "cannot_judge", "mood": "sad"})["mood_witty"] == "not_applicable"


def test_a_link_that_is_asked_after_all_waits_for_its_value() -> None:
    answers = {"mood": "sad", "witty": "no", "mood_witty": "not_applicable"}
    assert rules.settle(rules.parse(SMALL), answers) == {"mood": "sad", "witty": "no"}


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, []),
        ({"mood": "cannot_judge", "mood_witty": "not_applicable"}, []),
        ({"mood": "glum"}, [("unknown_answer", "mood")]),
        ({"mood": ["sad"]}, [("unknown_answer", "mood")]),
        ({"mood": None}, [("missing", "mood"), ("not_applicable", "mood_witty")]),
        ({"mood_witty": None}, [("missing", "mood_witty")]),
        ({"mood_witty": "not_applicable"}, [("missing", "mood_witty")]),
        ({"mood_witty": True}, [("unknown_answer", "mood_witty")]),
        ({"mood_witty": "1"}, [("unknown_answer", "mood_witty")]),
        ({"mood_witty": 2}, [("unknown_answer", "mood_witty")]),
        ({"mood": "flat"}, [("not_applicable", "mood_witty")]),
        ({"colour": "red"}, [("unknown_question", "colour")]),
    ],
)
def test_problems_of_answers(changes: dict[str, Any], found: list[tuple[str, str]]) -> None:
    answers = {"mood": "sad", "witty": "no", "mood_witty": 1} | changes
    assert [(each.code, each.where) for each in rules.problems(rules.parse(SMALL), answers)] == found


def test_cannot_judge_may_be_turned_off() -> None:
    codebook = rules.parse(SMALL + "policy: {cannot_judge: off}")
    answers = {"mood": "cannot_judge", "witty": "no", "mood_witty": "not_applicable"}
    assert rules.problems(codebook, answers) == [rules.Problem("cannot_judge_is_off", "mood")]
