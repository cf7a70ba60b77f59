"""The measures compared with an independent library, and their required properties."""

from collections.abc import Callable
from typing import Literal

import krippendorff
import numpy as np
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import arrays

from agreement.statistics.answers.distances import masi_distances
from agreement.statistics.answers.patterns import Patterns, from_codes, from_counts
from agreement.statistics.intervals.figures import (
    ALIKE,
    FEW,
    NEVER_USED,
    NO_VARIATION,
    NOTHING_TO_COMPARE,
    ONE_RATER,
    PERFECT,
    SINGLE,
    Figure,
)
from tests.agreement.statistics.figured import (
    ac1,
    alpha,
    alpha_per_category,
    fleiss,
    pairs,
    percent,
    percent_pooled,
    specific_agreement,
)

LABELS = 4
CODES = st.integers(2, 5).flatmap(
    lambda raters: arrays(
        np.int64, st.tuples(st.integers(1, 25), st.just(raters)), elements=st.integers(-1, LABELS - 1)
    )
)
SINGLES_CHANGE_NOTHING: list[Callable[[Patterns], Figure]] = [
    alpha,
    lambda patterns: alpha(patterns, "ordinal"),
    lambda patterns: alpha(patterns, "interval"),
    percent,
    percent_pooled,
]
EXCHANGEABLE = [*SINGLES_CHANGE_NOTHING, fleiss, ac1]


@settings(max_examples=100, deadline=None)
@given(codes=CODES, level=st.sampled_from(["nominal", "ordinal", "interval"]))
def test_alpha_is_that_of_the_krippendorff_package(
    codes: np.ndarray, level: Literal["nominal", "ordinal", "interval"]
) -> None:
    compared = codes[(codes >= 0).sum(axis=1) >= 2]
    assume(len(np.unique(compared[compared >= 0])) >= 2)
    expected = krippendorff.alpha(
        reliability_data=np.where(codes < 0, np.nan, codes).T,
        level_of_measurement=level,
        value_domain=list(range(LABELS)),
    )
    assert alpha(from_codes(codes, LABELS), level).value == pytest.approx(expected, abs=1e-9)


@settings(max_examples=50, deadline=None)
@given(codes=CODES, numbers=st.lists(st.integers(-9, 9), min_size=LABELS, max_size=LABELS, unique=True))
def test_alpha_of_numbers_is_that_of_the_krippendorff_package(codes: np.ndarray, numbers: list[int]) -> None:
    compared = codes[(codes >= 0).sum(axis=1) >= 2]
    assume(len(np.unique(compared[compared >= 0])) >= 2)
    expected = krippendorff.alpha(
        reliability_data=np.where(codes < 0, np.nan, np.array(numbers)[codes]).T,
        level_of_measurement="interval",
        value_domain=sorted(numbers),
    )
    assert alpha(from_codes(codes, LABELS), "interval", numbers).value == pytest.approx(expected, abs=1e-9)


@settings(max_examples=50, deadline=None)
@given(codes=CODES)
def test_rows_of_codes_and_rows_of_counts_give_the_same_figures(codes: np.ndarray) -> None:
    few, many = from_codes(codes, LABELS), from_codes(codes, 70)  # 70 counts do not fit into one number
    assert len(few.times) == len(many.times)
    assert many.counts[many.of_unit][:, :LABELS].tolist() == few.counts[few.of_unit].tolist()
    assert (many.n_units, many.n_dialogues, many.n_raters) == (few.n_units, few.n_dialogues, few.n_raters)


@settings(max_examples=40, deadline=None)
@given(codes=CODES, seed=st.integers(0, 2**32 - 1))
@pytest.mark.parametrize("measure", EXCHANGEABLE)
def test_the_order_of_utterances_and_raters_makes_no_difference(
    measure: Callable[[Patterns], Figure], codes: np.ndarray, seed: int
) -> None:
    rng = np.random.default_rng(seed)
    shuffled = rng.permuted(rng.permutation(codes), axis=1)
    assert close(measure(from_codes(shuffled, LABELS)), measure(from_codes(codes, LABELS)), raters=False)


@settings(max_examples=40, deadline=None)
@given(codes=CODES, new=st.permutations(range(LABELS)))
@pytest.mark.parametrize("measure", [alpha, percent, fleiss, ac1])
def test_the_names_of_nominal_categories_make_no_difference(
    measure: Callable[[Patterns], Figure], codes: np.ndarray, new: list[int]
) -> None:
    renamed = np.append(np.array(new), -1)[codes]
    assert close(measure(from_codes(renamed, LABELS)), measure(from_codes(codes, LABELS)))


@settings(max_examples=40, deadline=None)
@given(codes=CODES)
def test_ordinal_alpha_reads_the_scale_from_either_end(codes: np.ndarray) -> None:
    reversed_scale = np.where(codes < 0, -1, LABELS - 1 - codes)
    found = alpha(from_codes(reversed_scale, LABELS), "ordinal")
    assert close(found, alpha(from_codes(codes, LABELS), "ordinal"))


@settings(max_examples=40, deadline=None)
@given(codes=CODES, label=st.integers(0, LABELS - 1), column=st.integers(0, 1))
@pytest.mark.parametrize("measure", SINGLES_CHANGE_NOTHING)
def test_an_utterance_with_one_rating_changes_nothing(
    measure: Callable[[Patterns], Figure], codes: np.ndarray, label: int, column: int
) -> None:
    single = np.full((1, codes.shape[1]), -1)
    single[0, column] = label
    found = measure(from_codes(np.vstack([codes, single]), LABELS))
    assume(found.reason != ONE_RATER)
    assert close(found, measure(from_codes(codes, LABELS)), raters=False)


@settings(max_examples=40, deadline=None)
@given(codes=CODES)
def test_each_of_two_categories_has_the_alpha_of_both(codes: np.ndarray) -> None:
    patterns = from_codes(np.where(codes > 0, codes % 2, codes), 2)
    whole, (first, second) = alpha(patterns), alpha_per_category(patterns)
    if whole.value is not None:
        assert close(whole, first)
        assert close(whole, second)


def close(one: Figure, other: Figure, *, raters: bool = True) -> bool:
    same = one.n_units == other.n_units and (not raters or one.n_raters == other.n_raters)
    numbers = [(one.value, other.value), (one.low, other.low), (one.high, other.high)]
    return same and all(a == pytest.approx(b, abs=1e-7) for a, b in numbers)


def test_no_variation_is_undefined_instead_of_one_or_zero() -> None:
    patterns = from_codes([[1, 1, 1]] * 5, 3)
    undefined = Figure(None, NO_VARIATION, None, None, n_units=5, n_dialogues=5, n_raters=3)
    assert alpha(patterns) == alpha(patterns, "ordinal") == undefined
    assert fleiss(patterns) == ac1(patterns) == undefined
    assert percent(patterns).value == 1.0
    assert [figure.reason for figure in alpha_per_category(patterns)] == [NEVER_USED, NO_VARIATION, NEVER_USED]
    assert [figure.value for figure in specific_agreement(patterns)] == [None, 1.0, None]


def test_one_rater_and_no_shared_utterance_have_different_reasons() -> None:
    alone = from_codes([[0], [1], [2]], 3)
    apart = from_codes([[0, -1], [-1, 1]], 3)
    for measure in EXCHANGEABLE:
        assert measure(alone) == Figure(None, ONE_RATER, None, None, n_units=0, n_dialogues=0, n_raters=1)
        assert measure(apart) == Figure(None, NOTHING_TO_COMPARE, None, None, n_units=0, n_dialogues=0, n_raters=2)
    assert apart.shares() == [0.0, 0.0, 0.0]


def test_no_utterance_at_all() -> None:
    assert alpha(from_codes(np.zeros((0, 3), int), 2)).reason == ONE_RATER


def test_perfect_agreement_has_the_bound_of_its_dialogues() -> None:
    codes = [[0, 0]] * 50 + [[1, 1]] * 50
    figure = alpha(from_codes(codes, 2))
    possible = 1 - 0.025 ** (1 / 50)  # half of the dialogues have the rarer answer
    assert (figure.value, figure.high, figure.note) == (1.0, 1.0, PERFECT)
    assert figure.low == pytest.approx(1 - possible * 199 / 100)
    assert percent(from_codes(codes, 2)).low == pytest.approx(1 - possible)


def test_a_single_event_has_no_interval() -> None:
    codes = [[0, 0]] * 1400 + [[0, 1]]
    figure = alpha(from_codes(codes, 2))
    assert figure.value == pytest.approx(0, abs=1e-3)
    assert (figure.low, figure.high, figure.note) == (None, None, SINGLE)
    assert alpha(from_codes([*codes, [1, 0]], 2)).note == FEW


def test_one_dialogue_has_no_interval() -> None:
    figure = alpha(from_codes([[0, 0], [1, 1], [2, 1]], 3, dialogue=[7, 7, 7]))
    assert figure.value is not None
    assert (figure.low, figure.high, figure.n_dialogues, figure.note) == (None, None, 1, ALIKE)


def test_pairs_count_their_overlap_and_its_dialogues() -> None:
    codes = [[0, 0, -1], [1, 1, -1], [1, 0, -1], [0, -1, -1]]
    first, second, third = pairs(codes, 2, [0, 0, 0, 1])
    (pair, kappa), (_, of_second), (last, _) = (first, second, third)
    assert pair.table.tolist() == [[1, 0], [1, 1]]
    assert kappa.value == pytest.approx(0.4)
    assert (kappa.low, kappa.n_units, kappa.n_dialogues, kappa.n_raters, kappa.note) == (None, 3, 1, 2, ALIKE)
    assert (of_second.reason, of_second.n_units) == (NOTHING_TO_COMPARE, 0)
    assert (last.first, last.second) == (1, 2)


def test_a_pair_with_one_category_is_undefined() -> None:
    ((_, kappa),) = pairs([[1, 1], [1, 1]], 2, [0, 1])
    assert (kappa.value, kappa.reason) == (None, NO_VARIATION)


@pytest.mark.parametrize("codes", [[[0, 3]], [[-2, 0]], [0, 1]])
def test_invalid_codes_are_refused(codes: list[object]) -> None:
    with pytest.raises(ValueError, match="codes must"):
        from_codes(np.array(codes), 3)


def test_too_many_categories_to_pack_give_the_same_patterns() -> None:
    rng = np.random.default_rng(5)
    codes = rng.integers(-1, 6, (200, 4))
    few, many = from_codes(codes, 6), from_codes(codes, 60)
    assert close(alpha(many), alpha(few))
    assert len(many.times) == len(few.times) < 200


def test_counts_without_raters_take_the_largest_number_of_ratings() -> None:
    assert from_counts([[1, 0], [2, 1]]).n_raters == 3


def test_masi_of_overlapping_sets() -> None:
    found = masi_distances([frozenset(each) for each in ("a", "ab", "bc", "c", "")])
    assert found == pytest.approx(found.T)
    assert np.diag(found) == pytest.approx(np.zeros(5))
    within, overlapping = 1 - 1 / 2 * 2 / 3, 1 - 1 / 3 * 1 / 3
    assert found[np.triu_indices(5, 1)] == pytest.approx([within, 1, 1, 1, overlapping, 1, 1, within, 1, 1])


def test_alpha_over_sets_by_hand() -> None:
    sets = [frozenset("a"), frozenset("ab"), frozenset("c")]
    # n = 6, n_c = 3, 1, 2; observed: one pair {a}-{a,b} at 2/3, counted twice; expected: 2 * (3*2/3 + 3*2 + 2)
    found = alpha(from_codes([[0, 0], [0, 1], [2, 2]], 3), "sets", sets)
    assert found.value == pytest.approx(1 - 5 * (4 / 3) / 20)
    assert alpha(from_codes([[0, 0], [0, 1], [2, 2]], 3)).value == pytest.approx(1 - 5 * 2 / 22)
