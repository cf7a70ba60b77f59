import numpy as np
import pytest

from agreement.judgements.comparability import INCOMPARABLE
from agreement.judgements.tables import table
from agreement.judgements.variables import variable
from corpus.rules.codebook import CANNOT_JUDGE, NOT_APPLICABLE, Codebook, CodeLayout, parse
from tests.annotator.material import CODEBOOK

CHOICES = ", ".join(f"c{number}" for number in range(20))


@pytest.fixture
def codebook() -> Codebook:
    return parse(CODEBOOK)


def test_answers_without_a_comparable_code_are_counted_by_reason(codebook: Codebook) -> None:
    layout = CodeLayout(codebook)
    answers = [
        {"emotion": "joy"},
        {},
        {"emotion": CANNOT_JUDGE},
        {"emotion": NOT_APPLICABLE},
        {"emotion": "neutral"},
    ]
    codes = np.frombuffer(b"".join(map(layout.encode, answers)), dtype="<i2").reshape(5, layout.width).copy()
    codes[4, 1] = INCOMPARABLE
    unit, rater = np.arange(5), np.zeros(5, dtype=np.int64)
    emotion = table(variable(codebook.questions[1]), layout.columns[1], codes, unit=unit, rater=rater, shape=(5, 1))
    assert emotion.codes.tolist() == [[1], [-1], [-1], [-1], [-1]]
    assert emotion.gaps == {"cannot_judge": 1, "not_applicable": 1, "unanswered": 1, "incomparable": 1}


def test_sets_wider_than_one_cell_are_numbered_by_first_occurrence() -> None:
    codebook = parse(
        CODEBOOK.replace("[neutral, joy, anger]", f"[neutral, {CHOICES}]").replace(', keys: "qwe"}', ", many: true}")
    )
    layout, many = CodeLayout(codebook), variable(codebook.questions[1])
    answers = [{"emotion": each} for each in (["c0", "c19"], ["c0"], CANNOT_JUDGE, ["c0", "c19"])]
    codes = np.frombuffer(b"".join(map(layout.encode, answers)), dtype="<i2").reshape(4, layout.width)
    unit, rater = np.array([0, 0, 1, 1]), np.array([0, 1, 0, 1])
    emotion = table(many, layout.columns[1], codes, unit=unit, rater=rater, shape=(2, 2))
    assert emotion.codes.tolist() == [[0, 1], [-1, 0]]
    assert emotion.answers == (frozenset({"c0", "c19"}), frozenset({"c0"}))
