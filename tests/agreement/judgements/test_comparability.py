from typing import Any

import numpy as np
import pytest

from agreement.judgements.comparability import INCOMPARABLE, Codes, Translation, comparable
from corpus.rules.codebook import CANNOT_JUDGE, Codebook, CodeLayout, parse
from corpus.rules.codebook.codes import CANNOT_JUDGE_CODE, MISSING
from tests.annotator.material import CODEBOOK


@pytest.fixture
def codebook() -> Codebook:
    return parse(CODEBOOK)


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


def test_codes_move_to_the_cells_of_the_new_version(codebook: Codebook) -> None:
    extra = '  tone: {scale: binary, choices: ["no", "yes"], default: "no", perspective: viewer}\nlinks:'
    wider, narrower = parse(CODEBOOK.replace("links:", extra)), codebook
    answers = [{"sentiment": "positive", "emotion": "joy", "tone": "yes", "emotion_sentiment": -2}]
    codes = encoded(wider, answers)
    assert codes.tolist() == [[2, 1, 1, 0]]
    assert Translation(wider, narrower)(codes).tolist() == [[2, 1, 0]]
    assert Translation(narrower, wider)(codes[:, [0, 1, 3]]).tolist() == [[2, 1, MISSING, 0]]


def test_an_answer_to_another_question_is_incomparable_and_its_states_stay(codebook: Codebook) -> None:
    other = parse(CODEBOOK.replace("[neutral, joy, anger]", "[joy, anger, neutral]"))
    answers = [{"sentiment": "neutral", "emotion": each} for each in ("joy", CANNOT_JUDGE, None)]
    translation = Translation(other, codebook)
    assert translation(encoded(other, answers)).tolist() == [
        [1, INCOMPARABLE, MISSING],
        [1, CANNOT_JUDGE_CODE, MISSING],
        [1, MISSING, MISSING],
    ]
    assert translation.comparable.tolist() == [True, False, True]


def encoded(codebook: Codebook, answers: list[dict[str, Any]]) -> Codes:
    layout = CodeLayout(codebook)
    rows = b"".join(layout.encode(each) for each in answers)
    return np.frombuffer(rows, dtype="<i2").reshape(len(answers), layout.width)
