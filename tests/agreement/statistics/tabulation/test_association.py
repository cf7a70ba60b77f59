import numpy as np
import pytest

from agreement.statistics.answers.dialogues import dialogues_of
from agreement.statistics.tabulation import association as module
from agreement.statistics.tabulation.association import LEAST_DIALOGUES, LEAST_MEETING, association, phi, phi_squared

RNG = np.random.default_rng


def test_phi_and_its_square_are_those_of_the_textbook() -> None:
    table = np.array([[[20.0, 10], [5, 25]]])
    chi_squared = 60 * (20 * 25 - 10 * 5) ** 2 / (30 * 30 * 25 * 35)
    assert phi_squared(table)[0] == pytest.approx(chi_squared / 60)
    assert phi(table)[0] == pytest.approx((chi_squared / 60) ** 0.5)
    assert phi(table[:, ::-1])[0] == pytest.approx(-((chi_squared / 60) ** 0.5))


def test_equal_labels_are_associated_perfectly_and_independent_ones_not_at_all() -> None:
    first = RNG(1).integers(0, 3, 2000)
    dialogues = dialogues_of(np.arange(2000) // 5, 2000)
    same = association(first, first, (3, 3), dialogues)
    assert [same.v, same.v_low, same.v_high] == pytest.approx([1, 1, 1])
    assert (same.units, same.dialogues, same.counts.sum(), same.phi) == (2000, 400, 2000, None)
    other = association(first, RNG(2).integers(0, 3, 2000), (3, 3), dialogues)
    assert other.v is not None
    assert other.v_low == 0
    assert other.v < 0.05


def test_missing_labels_and_unused_answers_are_left_out() -> None:
    first = np.array([0, 1, 0, 1, -1, 1] * 100)
    second = np.array([2, 3, 2, 3, 2, -1] * 100)
    found = association(first, second, (3, 4), dialogues_of(np.arange(600) // 6, 600))
    assert found.units == 400
    assert found.v == pytest.approx(1)


def test_a_label_that_does_not_vary_has_no_association() -> None:
    found = association(np.zeros(9, dtype=int), np.arange(9) % 2, (2, 2), dialogues_of(np.arange(9), 9))
    assert (found.v, found.phi, found.units) == (None, None, 9)
    nothing = association(np.full(3, -1), np.zeros(3, dtype=int), (2, 2), dialogues_of(np.arange(3), 3))
    assert (nothing.units, nothing.dialogues, nothing.v) == (0, 0, None)


def test_few_dialogues_have_no_interval() -> None:
    first = RNG(3).integers(0, 2, 400)
    second = np.where(RNG(4).random(400) < 0.7, first, 1 - first)
    few = association(first, second, (2, 2), dialogues_of(np.arange(400) % (LEAST_DIALOGUES - 1), 400))
    assert few.v is not None
    assert few.phi is not None
    assert (few.v_low, few.v_high, few.phi_low, few.phi_high) == (None, None, None, None)
    enough = association(first, second, (2, 2), dialogues_of(np.arange(400) % LEAST_DIALOGUES, 400))
    assert enough.phi_low is not None
    assert enough.phi_high is not None
    assert enough.phi_low < enough.phi < enough.phi_high  # type: ignore[operator]


def test_rare_labels_that_hardly_meet_have_no_interval() -> None:
    first, second = np.zeros(1200, dtype=int), np.zeros(1200, dtype=int)
    first[:60], second[60:120] = 1, 1
    first[600 : 600 + 6 * (LEAST_MEETING - 1) : 6] = second[600 : 600 + 6 * (LEAST_MEETING - 1) : 6] = 1
    few = association(first, second, (2, 2), dialogues_of(np.arange(1200) // 6, 1200))
    assert (few.dialogues, few.meeting, few.v_low) == (200, LEAST_MEETING - 1, None)
    first[900] = second[900] = 1
    assert association(first, second, (2, 2), dialogues_of(np.arange(1200) // 6, 1200)).v_low is not None


def test_equal_data_give_equal_intervals_in_blocks_of_any_size(monkeypatch: pytest.MonkeyPatch) -> None:
    first = RNG(5).integers(0, 2, 600)
    second = np.where(RNG(6).random(600) < 0.6, first, 1 - first)
    dialogues = dialogues_of(np.arange(600) // 4, 600)
    once = association(first, second, (2, 2), dialogues)
    again = association(first, second, (2, 2), dialogues)
    assert once[1:] == again[1:]
    monkeypatch.setattr(module, "BLOCK", 1500)
    small = association(first, second, (2, 2), dialogues)
    assert small.phi_low == pytest.approx(once.phi_low, abs=0.02)
    assert small.phi_high == pytest.approx(once.phi_high, abs=0.02)


def test_intervals_hold_the_truth_as_often_as_they_say(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "DRAWS", 200)
    rng, held, of_phi = RNG(8), 0, 0
    for run in range(120):
        first = rng.integers(0, 2, 600)
        second = np.where(rng.random(600) < 0.3, first, rng.integers(0, 2, 600))  # phi is 0.3
        found = association(first, second, (2, 2), dialogues_of(np.arange(600) // 6, 600), seed=run)
        held += found.v_low <= 0.3 <= found.v_high  # type: ignore[operator]
        of_phi += found.phi_low <= 0.3 <= found.phi_high  # type: ignore[operator]
    assert held >= 106
    assert of_phi >= 106
