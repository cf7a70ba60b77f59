import pytest

from agreement.judgements.variables import comparable, gap, variable
from corpus.rules.codebook import Codebook, parse
from tests.annotator.material import CODEBOOK


@pytest.fixture
def codebook() -> Codebook:
    return parse(CODEBOOK)


def test_levels_follow_the_codebook(codebook: Codebook) -> None:
    many = parse(CODEBOOK.replace('keys: "qwe"}', 'keys: "qwe", many: true}'))
    assert [(asked.slug, variable(asked).kind, variable(asked).level) for asked in codebook.questions] == [
        ("sentiment", "task", "ordinal"),
        ("emotion", "task", "nominal"),
        ("emotion_sentiment", "link", "ordinal"),
    ]
    assert variable(codebook.questions[2]).labels == ("-2", "-1", "0", "1", "2")
    assert variable(many.questions[1]).level == "sets"


@pytest.mark.parametrize(
    ("old", "new", "lost"),
    [
        ('"qwe"', '"rty"', set()),
        ('default: neutral, perspective: speaker, keys: "qwe"', "default: joy, perspective: speaker", set()),
        ("[neutral, joy, anger]", "[neutral, joy, fear]", {"emotion"}),
        ("[negative, neutral, positive]", "[positive, neutral, negative]", {"sentiment"}),
        ("scale: nominal", "scale: ordinal", {"emotion"}),
        ('asked_when: "emotion != neutral"', "asked_when: always", {"emotion_sentiment"}),
        ('[-2, -1, 0, 1, 2], keys: "zxcvb"', '[-1, 0, 1], keys: "zxc"', {"emotion_sentiment"}),
    ],
)
def test_only_questions_asked_alike_are_comparable(codebook: Codebook, old: str, new: str, lost: set[str]) -> None:
    assert old in CODEBOOK
    changed = parse(CODEBOOK.replace(old, new))
    assert comparable(codebook, changed) == {"sentiment", "emotion", "emotion_sentiment"} - lost


def test_what_is_no_label_says_why() -> None:
    assert [gap(value) for value in ("joy", -1, 0, ["joy"], None, "cannot_judge", "not_applicable")] == [
        None,
        None,
        None,
        None,
        "unanswered",
        "cannot_judge",
        "not_applicable",
    ]
