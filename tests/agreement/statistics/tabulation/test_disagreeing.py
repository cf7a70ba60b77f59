import numpy as np

from agreement.statistics.answers.patterns import from_codes
from agreement.statistics.tabulation.disagreeing import Disagreement, disagreement_of, excess, histogram


def test_pairs_of_each_dialogue_are_counted() -> None:
    found = disagreement_of(from_codes([[0, 0, 1], [0, 0, -1], [1, -1, -1]], 2, [7, 7, 9]))
    assert (found.pairs.tolist(), found.differing.tolist()) == ([4, 0], [2, 0])


def test_dialogues_are_counted_by_share() -> None:
    pairs = np.array([10.0, 10, 10, 10, 0, 4])
    differing = np.array([0.0, 1, 2, 10, 0, 1])
    assert histogram(Disagreement(pairs, differing)) == [1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 1]


def test_a_long_dialogue_with_the_same_share_exceeds_more() -> None:
    found = excess(Disagreement(np.array([100.0, 10, 90, 0]), np.array([50.0, 5, 5, 0])))
    assert found[0] > found[1] > 0 > found[2]
    assert found[3] == -np.inf
