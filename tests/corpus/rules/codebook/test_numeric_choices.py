from pathlib import Path

import pytest

from corpus.rules import codebook as rules

SCALES = """
name: scales
tasks:
  intensity: {scale: ordinal, choices: [0, 1, 2, 3, 4], default: 2, perspective: speaker, keys: "12345"}
  valence: {scale: interval, choices: ["-3", "0", "3"], default: "0", perspective: speaker}
  mood: {scale: nominal, choices: [flat, glad, sad], default: flat, perspective: speaker, many: true}
links:
  pull: {from: intensity, to: valence, values: [-1, 0, 1], asked_when: "intensity != 0 and not valence == -3"}
texts:
  en:
    valence: {name: Valence, low: unpleasant, high: pleasant}
    valence.3: {name: wonderful, help: nothing is better}
    pull.-1: reverse
  zh: {valence: {name: 效价, low: 不愉快, high: 愉快}}
"""
BASE = {"intensity": "1", "valence": "-3", "mood": ["glad"], "pull": "not_applicable"}


def codes(text: str) -> list[tuple[str, str, str]]:
    with pytest.raises(rules.CodebookFault) as caught:
        rules.parse(text)
    return [(each.code, each.where, each.detail) for each in caught.value.problems]


def test_the_codebook_of_every_kind_is_accepted(shared: Path) -> None:
    text = (shared / "cases/codebooks/every-kind.yaml").read_text(encoding="utf-8")
    codebook = rules.parse(text)
    assert codebook.task("arousal").slugs() == ("-2", "-1", "0", "1", "2")
    bare = text.replace('"-2"', "-2").replace('"0"', "0").replace('"3"', "3")
    assert rules.parse(bare) == codebook
    assert rules.from_document(rules.as_document(codebook)) == codebook


@pytest.mark.parametrize("number", ["007", "+1", "-0", "1.5", "0x1", "12345", "1e3", "--1", "1_0", "٣"])
def test_a_number_has_one_form(number: str) -> None:
    assert codes(SCALES.replace('"3"]', f'"{number}"]'))[0] == ("not_a_name", "tasks.valence.choices", number)


def test_an_interval_needs_numbers() -> None:
    found = codes(SCALES.replace('"3"]', "great]").replace("valence.3", "valence.great"))
    assert found == [("interval_needs_numbers", "tasks.valence.choices", "great")]
    several = SCALES.replace('default: "0", perspective: speaker}', 'default: "0", perspective: speaker, many: true}')
    assert codes(several) == [("many_needs_nominal", "tasks.valence.many", "interval")]


@pytest.mark.parametrize("path", ["mood", "valence.3", "pull"])
def test_only_an_ordered_task_has_ends(path: str) -> None:
    text = SCALES.replace("  zh: {", f"  zh: {{{path}: {{name: 名, low: 低}}, ")
    assert codes(text) == [("ends_need_order", f"texts.zh.{path}", "")]


def test_a_choice_is_shown_with_its_number() -> None:
    codebook = rules.parse(SCALES)
    assert codebook.text("valence", "en") == rules.Text("Valence", low="unpleasant", high="pleasant")
    assert codebook.text("valence", "zh-hans").high == "愉快"
    assert codebook.text("valence.-3", "en").name == "−3"
    assert codebook.text("valence.3", "en") == rules.Text("3 wonderful", "nothing is better")
    assert codebook.text("pull.-1", "en").name == "reverse"
    assert codebook.text("pull.-1", "zh").name == "−1"


def test_the_document_of_a_text_without_ends_stays_as_it_was() -> None:
    texts = rules.as_document(rules.parse(SCALES))["texts"]["en"]
    assert set(texts["valence.3"]) == {"name", "help", "anchor"}
    assert set(texts["valence"]) == {"name", "help", "anchor", "low", "high"}


def test_conditions_compare_numbers() -> None:
    codebook = rules.parse(SCALES)
    (link,) = codebook.links
    assert not rules.applies(link, BASE)
    assert rules.applies(link, BASE | {"valence": "3"})
    assert not rules.applies(link, BASE | {"valence": "3", "intensity": "0"})


@pytest.mark.parametrize(
    ("answer", "code"),
    [("5", "unknown_answer"), (1, "unknown_answer"), ("01", "unknown_answer"), (True, "unknown_answer"), ("4", "")],
)
def test_answers_are_the_slugs_of_numbers(answer: object, code: str) -> None:
    found = rules.problems(rules.parse(SCALES), BASE | {"intensity": answer})
    assert found == ([rules.Problem(code, "intensity")] if code else [])


def test_choices_in_any_order_are_one_answer() -> None:
    codebook = rules.parse(SCALES)
    settled = rules.settle(codebook, BASE | {"mood": ["sad", "flat", "glad"]})
    assert settled == BASE | {"mood": ["flat", "glad", "sad"]}
    assert rules.problems(codebook, settled) == []


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        (["glad", "glad"], "given_twice"),
        (["glad", "happy"], "unknown_answer"),
        ([["glad"]], "unknown_answer"),
        ([], "unknown_answer"),
        ("glad", "unknown_answer"),
    ],
)
def test_a_set_of_choices_has_no_repeats_and_nothing_unknown(answer: object, code: str) -> None:
    codebook = rules.parse(SCALES)
    assert rules.problems(codebook, rules.settle(codebook, BASE | {"mood": answer})) == [rules.Problem(code, "mood")]
