import numpy as np

from agreement.statistics.answers.ratings import ratings
from agreement.statistics.tabulation.confusion import confusions, memberships, pooled


def test_each_pair_is_counted_over_the_utterances_that_both_answered() -> None:
    rated = ratings([[0, 1, 0], [0, 1, -1], [2, -1, 2], [1, 1, 1]], 3)
    found = confusions(rated.profiles, memberships(rated, ("a", "b", "c")))
    assert [(each.first, each.second, each.units) for each in found] == [(0, 1, 3), (0, 2, 3), (1, 2, 2)]
    assert found[0].counts.tolist() == [[0, 2, 0], [0, 1, 0], [0, 0, 0]]
    assert found[1].counts.tolist() == [[1, 0, 0], [0, 1, 0], [0, 0, 1]]


def test_the_diagonal_of_the_pooled_table_is_the_specific_agreement() -> None:
    rng = np.random.default_rng(4)
    codes = rng.integers(-1, 3, (60, 4))
    rated = ratings(codes, 3)
    total = pooled(confusions(rated.profiles, memberships(rated, ("a", "b", "c"))), 3)
    assert (total == total.T).all()
    agreeing, pairs = np.zeros(3), np.zeros(3)
    for row in codes:
        given = row[row >= 0]
        for place, one in enumerate(given):
            for other in np.delete(given, place):
                agreeing[one] += one == other
                pairs[one] += 1
    assert (np.diag(total) / total.sum(axis=1)).tolist() == (agreeing / pairs).tolist()


def test_choices_of_sets_are_counted_one_by_one() -> None:
    sets = (frozenset({"joy"}), frozenset({"joy", "fear"}), frozenset({"fear"}))
    rated = ratings([[0, 1], [2, 2]], 3, level="sets", values=sets)
    (found,) = confusions(rated.profiles, memberships(rated, ("joy", "fear")))
    assert found.counts.tolist() == [[1, 1], [0, 1]]
