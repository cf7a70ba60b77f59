from collections import defaultdict
from fractions import Fraction
from itertools import permutations

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agreement.statistics.answers.dialogues import dialogues_of
from agreement.statistics.answers.distances import Level
from agreement.statistics.answers.patterns import from_codes
from agreement.statistics.intervals.figures import ALIKE, FEW, NO_VARIATION, NOTHING_TO_COMPARE, PERFECT, SINGLE
from agreement.statistics.slices.alpha import Slice, alpha_slices, expected_of, slice_values
from agreement.statistics.slices.layout import Division
from agreement.statistics.slices.pairs import NO_SLICE, Slicing, pairs_of
from tests.agreement.statistics.figured import alpha

Codes = npt.NDArray[np.int64]
MIXED, NONE = "mixed", "none"
LEVELS: list[Level] = ["nominal", "ordinal", "interval"]
SETS = [frozenset("a"), frozenset("b"), frozenset("ab")]


def sliced(
    codes: Codes,
    slicing: Slicing,
    *,
    level: Level = "nominal",
    dialogue: npt.ArrayLike | None = None,
    categories: int = 3,
) -> list[Slice]:
    pairs = pairs_of(codes)
    expected = expected_of(pairs, categories, level, SETS if level == "sets" else None)
    return alpha_slices(pairs, Division(slicing, dialogues_of(dialogue, len(codes))), expected)


def directly(codes: Codes, of: Codes, level: Level, *, halves: bool) -> dict[int | str, tuple[Fraction, Fraction]]:
    """Slice -> its part of all answers, and its alpha: Krippendorff's definition over ordered pairs, in fractions."""
    rows = [[(rater, code) for rater, code in enumerate(row) if code >= 0] for row in codes.tolist()]
    rows = [row if len(row) >= 2 else [] for row in rows]
    given = [code for row in rows for _, code in row]
    n = len(given)
    place = {c: sum(g < c for g in given) + Fraction(sum(g == c for g in given), 2) for c in range(3)}

    def distance(a: int, b: int) -> Fraction:
        if level == "nominal":
            return Fraction(a != b)
        return (place[a] - place[b]) ** 2 if level == "ordinal" else Fraction((a - b) ** 2)

    expected = sum((distance(a, b) for a, b in permutations(given, 2)), Fraction(0)) / max(n * (n - 1), 1)
    weight: dict[int | str, Fraction] = defaultdict(Fraction)
    lost: dict[int | str, Fraction] = defaultdict(Fraction)
    for unit, row in enumerate(rows):
        for (i, a), (j, b) in permutations(row, 2):
            ends = [int(of[unit, rater]) for rater in (i, j)]
            named: list[int | str] = [NONE if each == NO_SLICE else each for each in ends]
            if not halves:
                named = [named[0] if named[0] == named[1] else MIXED] * 2
            for each in named:
                share = Fraction(1, 2 * (len(row) - 1))
                weight[each] += share
                lost[each] += share * distance(a, b)
    return {
        each: (weight[each] / n, 1 - lost[each] / weight[each] / expected if expected else Fraction(1))
        for each in weight
    }


@st.composite
def corpora(draw: st.DrawFn) -> tuple[Codes, Codes, int]:
    units, raters, slices = draw(st.integers(1, 12)), draw(st.integers(2, 5)), draw(st.integers(1, 4))
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    codes = rng.integers(-1, 3, (units, raters))
    return codes, rng.choice([NO_SLICE, *range(slices)], (units, raters)), slices


@settings(max_examples=150, deadline=None)
@given(corpora(), st.sampled_from(LEVELS), st.booleans())
def test_slices_are_those_of_the_definition_and_add_up_to_the_whole(
    corpus: tuple[Codes, Codes, int], level: Level, halves: bool
) -> None:
    codes, of, count = corpus
    found = sliced(codes, Slicing(of, count, halves=halves), level=level)
    expected = directly(codes, of, level, halves=halves)
    names: list[int | str] = [*range(count), NONE, MIXED]
    for name, each in zip(names, found, strict=True):
        if name not in expected:
            assert (each.answers, each.figure.reason) == (0, NOTHING_TO_COMPARE)
            continue
        assert each.share == pytest.approx(float(expected[name][0]), abs=1e-12)
        if each.figure.value is not None:
            assert each.figure.value == pytest.approx(float(expected[name][1]), abs=1e-9)
    assert sum(each.answers for each in found) == pytest.approx(int(from_codes(codes, 3).marginals().sum()))
    whole = alpha(from_codes(codes, 3), level).value
    if whole is not None:
        added = sum(each.share * (each.figure.value or 0.0) for each in found)
        assert added == pytest.approx(whole, abs=1e-10)
        assert sum(each.share for each in found) == pytest.approx(1)
        assert sum(each.disagreement for each in found) == pytest.approx(1 if whole < 1 - 1e-12 else 0)


def drawn(
    seed: int, dialogues: int = 120, per_dialogue: int = 4, raters: int = 3, skill: float = 0.7
) -> tuple[Codes, Codes]:
    rng = np.random.default_rng(seed)
    units = dialogues * per_dialogue
    truth = rng.choice(3, (units, 1), p=[0.6, 0.3, 0.1])
    codes = np.where(rng.random((units, raters)) < skill, truth, rng.integers(0, 3, (units, raters)))
    codes[rng.random((units, raters)) < 0.15] = -1
    return codes, np.repeat(np.arange(dialogues), per_dialogue)


@pytest.mark.parametrize("level", [*LEVELS, "sets"])
def test_the_only_slice_has_value_and_interval_of_the_report(level: Level) -> None:
    codes, dialogue = drawn(1)
    one = sliced(codes, Slicing(np.zeros(len(codes), dtype=int), 1), level=level, dialogue=dialogue)[0].figure
    whole = alpha(from_codes(codes, 3, dialogue), level, SETS if level == "sets" else None)
    for name in ("value", "low", "high", "error"):
        assert getattr(one, name) == pytest.approx(getattr(whole, name), rel=1e-9)
    for name in ("n_units", "n_dialogues", "n_carriers", "n_disagreeing", "note"):
        assert getattr(one, name) == getattr(whole, name)


@pytest.mark.parametrize("level", ["nominal", "ordinal"])
@pytest.mark.parametrize("halves", [False, True])
def test_errors_of_slices_are_those_of_a_bootstrap_over_dialogues(level: Level, halves: bool) -> None:
    codes, dialogue = drawn(2, dialogues=90)
    if halves:
        of = np.broadcast_to(np.arange(3), codes.shape).copy()
    else:
        of = (np.arange(len(codes)) % 8 // 4)[:, None].repeat(3, axis=1)  # every other dialogue
        of[::2, 0] = 1
    slicing = Slicing(of, 3, halves=halves)
    found = sliced(codes, slicing, level=level, dialogue=dialogue)
    rng = np.random.default_rng(3)
    large = [place for place, each in enumerate(found) if each.answers > 80]
    values = []
    for _ in range(400):
        rows = (rng.integers(0, 90, 90)[:, None] * 4 + np.arange(4)).ravel()
        pairs = pairs_of(codes[rows])
        division = Division(Slicing(of[rows], 3, halves=halves), dialogues_of(None, len(rows)))
        again = slice_values(pairs, division, expected_of(pairs, 3, level))
        values.append(again.value[large])
    assert len(large) >= 3
    for place, error in zip(large, np.std(values, axis=0), strict=True):
        assert found[place].figure.error == pytest.approx(error, rel=0.14)


def test_a_slice_with_few_dialogues_is_grey_and_one_of_a_single_dialogue_has_no_interval() -> None:
    codes, dialogue = drawn(4)
    of = np.where(dialogue == 0, 0, np.where(dialogue < 20, 1, 2))
    single, few, many = (each.figure for each in sliced(codes, Slicing(of, 3), dialogue=dialogue)[:3])
    assert (single.note, single.low) == (ALIKE, None)
    assert few.note == FEW
    assert few.low is not None
    assert (many.note, many.n_dialogues) == ("", 100)


def test_a_slice_without_disagreement_gets_a_bound_and_one_with_a_single_event_no_interval() -> None:
    codes = np.array([[0, 0], [1, 1], [0, 0], [1, 1], [0, 0], [0, 1], [0, 0], [0, 0]])
    of = np.array([0, 0, 0, 0, 1, 1, 1, 1])
    perfect, event = (each.figure for each in sliced(codes, Slicing(of, 2))[:2])
    assert (perfect.value, perfect.high, perfect.note) == (1, 1, PERFECT)
    assert perfect.low is not None
    assert perfect.low < 1
    assert (event.note, event.low) == (SINGLE, None)


def test_without_variation_no_slice_has_a_value() -> None:
    found = sliced(np.zeros((4, 2), dtype=int), Slicing(np.array([0, 0, 1, 1]), 2))
    assert [each.figure.reason for each in found] == [
        NO_VARIATION,
        NO_VARIATION,
        NOTHING_TO_COMPARE,
        NOTHING_TO_COMPARE,
    ]
    assert [each.share for each in found] == [0.5, 0.5, 0, 0]


def test_pairs_that_straddle_two_slices_are_mixed() -> None:
    codes = np.array([[0, 0, 1]])
    first, second, none, mixed = sliced(codes, Slicing(np.array([[0, 0, 1]]), 2))
    assert (first.answers, second.answers, none.answers, mixed.answers) == (1, 0, 0, 2)
    assert (first.disagreement, mixed.disagreement) == (0, 1)


def test_no_answers_make_no_slices() -> None:
    found = sliced(np.empty((0, 2), dtype=int), Slicing(np.empty(0, dtype=int), 1))
    assert [each.figure.reason for each in found] == [NOTHING_TO_COMPARE] * 3
