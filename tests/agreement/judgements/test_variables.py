import pytest

from agreement.judgements.variables import variable
from corpus.rules.codebook import Codebook, parse
from tests.annotator.material import CODEBOOK


@pytest.fixture
def codebook() -> Codebook:
    return parse(CODEBOOK)


def test_levels_follow_the_codebook(codebook: Codebook) -> None:
    many = parse(CODEBOOK.replace('keys: "qwe"}', 'keys: "qwe", many: true}'))
    assert [(question.slug, variable(question).kind, variable(question).level) for question in codebook.questions] == [
        ("sentiment", "task", "ordinal"),
        ("emotion", "task", "nominal"),
        ("emotion_sentiment", "link", "ordinal"),
    ]
    assert variable(codebook.questions[2]).answers == ("-2", "-1", "0", "1", "2")
    assert variable(many.questions[1]).level == "sets"


def test_an_interval_compares_the_numbers_of_its_choices() -> None:
    task = "{scale: interval, choices: [4, -2, 0], default: 0, perspective: speaker}"
    arousal = variable(parse(f"name: numbers\ntasks: {{arousal: {task}}}").questions[0])
    assert (arousal.level, arousal.answers, arousal.values) == ("interval", ("4", "-2", "0"), (4.0, -2.0, 0.0))
    ordinal = task.replace("interval", "ordinal")
    intensity = variable(parse(f"name: numbers\ntasks: {{intensity: {ordinal}}}").questions[0])
    assert (intensity.level, intensity.values) == ("ordinal", None)


def test_distances_are_those_of_the_codebook(codebook: Codebook) -> None:
    rows = "[[0, 1, 0.5], [1, 0, 0.5], [0.5, 0.5, 0]]"
    stated = parse(CODEBOOK.replace('keys: "qwe"}', f'keys: "qwe", distances: {rows}}}'))
    assert variable(stated.questions[1]).distances == ((0, 1, 0.5), (1, 0, 0.5), (0.5, 0.5, 0))
    assert variable(codebook.questions[1]).distances is None
