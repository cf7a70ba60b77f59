from collections import Counter
from itertools import permutations
from math import sqrt

import numpy as np
import numpy.typing as npt
import pytest

from agreement.statistics.answers.dialogues import dialogues_of
from agreement.statistics.answers.patterns import from_codes
from agreement.statistics.intervals.figures import ALIKE, FEW, NO_VARIATION, NOTHING_TO_COMPARE, TOO_MANY_SETS, Figure
from agreement.statistics.links import PARTS, Ends, Part, association, link_parts
from tests.agreement.statistics.figured import alpha

Codes = npt.NDArray[np.int64]
VALUES = (-2, -1, 0, 1, 2)


def answers(seed: int, units: int = 400, raters: int = 4) -> tuple[Codes, Codes, Ends]:
    """Values of a link, whether it applies, and the answers at its ends; a rater leaves out one answer in seven."""
    rng = np.random.default_rng(seed)
    truth = rng.integers(0, 3, (units, 1))
    source = np.where(rng.random((units, raters)) < 0.7, truth, rng.integers(0, 3, (units, raters)))
    target = np.where(rng.random((units, raters)) < 0.6, source, rng.integers(0, 3, (units, raters)))
    target = np.minimum(target, 1)
    codes = np.clip(source + target + rng.integers(-1, 2, (units, raters)), 0, 4)
    applies = (source > 0).astype(np.int64)
    codes[applies == 0] = -1
    gone = rng.random((units, raters)) < 1 / 7
    for table in (codes, applies, source, target):
        table[gone] = -1
    return codes, applies, Ends(source, target, (3, 2))


def parts(seed: int, *, identical_ends: bool) -> dict[str, Part]:
    codes, applies, ends = answers(seed)
    found = link_parts(codes, applies, VALUES, dialogues_of(np.arange(400) // 4, 400), ends if identical_ends else None)
    assert tuple(part.name for part in found) == PARTS
    return {part.name: part for part in found}


def by_hand(seed: int, part: str, *, identical_ends: bool) -> Figure:
    """The same from groups of raters written out as utterances of their own."""
    codes, applies, ends = answers(seed)
    rows, dialogue = [], []
    for unit in range(400):
        groups: dict[tuple[int, ...], list[int]] = {}
        for rater in range(4):
            key: tuple[int, ...] = ()
            if identical_ends:
                key = (int(ends.source[unit, rater]), int(ends.target[unit, rater]))
            value = None if codes[unit, rater] < 0 else VALUES[codes[unit, rater]]
            answer: int | None = None if applies[unit, rater] < 0 else int(applies[unit, rater])
            if part == "sign":
                answer = None if value is None else (value > 0) - (value < 0) + 1
            elif part == "strength":
                answer = abs(value) - 1 if value else None
                key = (*key, (value or 0) > 0)
            elif part == "value":
                answer = None if value is None else value + 2
            if answer is not None and -1 not in key:
                groups.setdefault(key, []).append(answer)
        for each in groups.values():
            rows.append(each + [-1] * (4 - len(each)))
            dialogue.append(unit // 4)
    level = "nominal" if part in {"applicability", "sign"} else "ordinal"
    return alpha(from_codes(rows, 5, dialogue), level)


@pytest.mark.parametrize("identical_ends", [False, True])
@pytest.mark.parametrize("part", PARTS)
def test_each_part_is_alpha_of_groups_of_raters(part: str, identical_ends: bool) -> None:
    found = parts(1, identical_ends=identical_ends)[part].alpha
    expected = by_hand(1, part, identical_ends=identical_ends)
    if expected.value is None:
        assert (found.value, found.reason) == (None, expected.reason)
    else:
        assert found.value == pytest.approx(expected.value, abs=1e-12)
        assert found.low == pytest.approx(expected.low, abs=1e-12)
    assert (found.n_units, found.n_dialogues) == (expected.n_units, expected.n_dialogues)


def test_raters_with_identical_ends_agree_on_whether_a_link_applies_if_the_ends_decide_it() -> None:
    assert parts(1, identical_ends=True)["applicability"].percent.value == 1


def test_fewer_answers_are_compared_among_identical_ends() -> None:
    everyone, same = (parts(1, identical_ends=each)["value"].alpha for each in (False, True))
    assert 0 < same.n_units < everyone.n_units


def test_strength_is_compared_within_a_sign_alone() -> None:
    codes = np.array([[0, 4], [4, 3], [0, 1], [2, 2]])
    strength = link_parts(codes, np.ones_like(codes), VALUES, dialogues_of(None, 4))[2]
    assert (strength.alpha.n_units, strength.percent.value) == (2, 0)


def test_a_link_without_signs_has_no_strength() -> None:
    codes = np.zeros((3, 2), dtype=np.int64)
    strength = link_parts(codes, np.ones_like(codes), (0,), dialogues_of(None, 3))[2]
    assert strength.alpha.reason == NOTHING_TO_COMPARE


def cramers_v(table: Counter[tuple[int, int]]) -> float:
    rows, columns = Counter[int](), Counter[int]()
    for (a, b), weight in table.items():
        rows[a] += weight
        columns[b] += weight
    n = sum(rows.values())
    chi = sum((table[a, b] - rows[a] * columns[b] / n) ** 2 / (rows[a] * columns[b] / n) for a in rows for b in columns)
    return sqrt(chi / (n * (min(len(rows), len(columns)) - 1)))


def test_the_association_is_that_of_written_out_pairs() -> None:
    _, _, ends = answers(2)
    found = association(ends, dialogues_of(np.arange(400) // 4, 400))
    within, across = Counter[tuple[int, int]](), Counter[tuple[int, int]]()
    for source, target in zip(ends.source.tolist(), ends.target.tolist(), strict=True):
        given = [(a, b) for a, b in zip(source, target, strict=True) if a >= 0]
        if len(given) < 2:
            continue
        within.update(given)
        for one, other in permutations(given, 2):
            across[one[0], other[1]] += 1 / (len(given) - 1)  # type: ignore[assignment]
    assert found.within.value == pytest.approx(cramers_v(within))
    assert found.across.value == pytest.approx(cramers_v(across))
    assert found.within.value is not None
    assert found.across.value is not None
    assert found.kept.value == pytest.approx(found.across.value / found.within.value)
    assert found.across.value < found.within.value


def test_errors_of_associations_are_those_of_a_bootstrap_over_dialogues() -> None:
    _, _, ends = answers(3)
    found = association(ends, dialogues_of(np.arange(400) // 4, 400))
    rng = np.random.default_rng(4)
    drawn = []
    for _ in range(300):
        rows = (rng.integers(0, 100, 100)[:, None] * 4 + np.arange(4)).ravel()
        again = association(Ends(ends.source[rows], ends.target[rows], (3, 2)), dialogues_of(np.arange(400) // 4, 400))
        drawn.append([again.within.value, again.across.value, again.kept.value])
    for figure, error in zip(
        (found.within, found.across, found.kept), np.std(np.array(drawn, dtype=float), axis=0), strict=True
    ):
        assert figure.error == pytest.approx(error, rel=0.2)
        assert figure.low is not None
        assert figure.note == ""


@pytest.mark.parametrize(
    ("source", "target", "dialogue", "value", "why"),
    [
        ([[0, 1]] * 4, [[0, -1]] * 4, [0, 1, 2, 3], None, NOTHING_TO_COMPARE),
        ([[0, 0]] * 4, [[0, 1]] * 4, [0, 1, 2, 3], None, NO_VARIATION),
        ([[0, 0], [1, 1]], [[0, 0], [1, 1]], [0, 0], 1.0, ALIKE),
        ([[0, 0], [1, 1]] * 4, [[0, 0], [1, 1]] * 4, [0, 0, 1, 1, 2, 2, 3, 3], 1.0, ALIKE),
    ],
    ids=["one rater", "no variation", "one dialogue", "dialogues alike"],
)
def test_associations_without_interval(
    source: list[list[int]], target: list[list[int]], dialogue: list[int], value: float | None, why: str
) -> None:
    figure = association(Ends(np.array(source), np.array(target), (2, 2)), dialogues_of(dialogue, len(dialogue))).across
    assert (figure.value, figure.low) == (value, None)
    assert why in {figure.reason, figure.note}


def test_few_dialogues_with_the_rarer_answers_make_the_interval_grey() -> None:
    _, _, ends = answers(5, units=40)
    assert association(ends, dialogues_of(np.arange(40) // 4, 40)).across.note == FEW


def test_sets_of_choices_at_the_ends_can_be_too_many() -> None:
    ends = Ends(np.zeros((2, 2), dtype=np.int64), np.zeros((2, 2), dtype=np.int64), (200, 200))
    assert association(ends, dialogues_of(None, 2)).within.reason == TOO_MANY_SETS
