"""Folds share no group of the release's splits."""

from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from baseline.data.folds import grouped_folds, recomposed
from baseline.data.release import read
from baseline.data.rows import Row
from baseline.errors import BaselineError
from tests.baseline.material import utterance


def material(count: int = 12) -> list[Row]:
    return [
        replace(
            utterance(f"text {dialogue} {order}", dialogue=f"d{dialogue}", order=order, speaker=f"s{dialogue // 2}"),
            series=f"series {dialogue % 4}",
            episode=f"episode {dialogue // 4}",
        )
        for dialogue in range(count)
        for order in (1, 2, 3)
    ]


def folds_of(rows: Sequence[Row], fold: np.ndarray[tuple[int], np.dtype[np.int64]], name: str) -> dict[str, set[int]]:
    found: dict[str, set[int]] = {}
    for row, number in zip(rows, fold.tolist(), strict=True):
        found.setdefault(" ".join([row.series] * (name != "dialogue") + [getattr(row, name)]), set()).add(number)
    return found


@pytest.mark.parametrize("unit", ["dialogue", "episode", "series", "speaker"])
def test_no_two_folds_share_a_group(unit: str) -> None:
    rows = material()
    fold = grouped_folds(rows, unit=unit, count=3)
    assert all(len(each) == 1 for each in folds_of(rows, fold, unit).values())
    assert len(set(fold.tolist())) == 3
    sizes = np.bincount(fold)
    assert sizes.max() - sizes.min() <= 12  # one group


def test_dialogues_with_the_same_text_are_in_one_fold() -> None:
    rows = [*material(8), *(replace(row, dialogue="copy") for row in material(1))]
    fold = grouped_folds(rows, unit="dialogue", count=8)
    assert fold[0] == fold[-1]
    assert len(set(fold.tolist())) == 8


def test_with_fewer_groups_there_are_fewer_folds_and_one_group_is_an_error() -> None:
    assert set(grouped_folds(material(), unit="series", count=9).tolist()) == {0, 1, 2, 3}
    with pytest.raises(BaselineError, match="one group by series"):
        grouped_folds([replace(row, series="Friends") for row in material()], unit="series", count=5)


def test_another_seed_draws_other_folds_and_the_same_seed_the_same() -> None:
    rows = material(40)
    first, again, other = (grouped_folds(rows, unit="dialogue", count=5, seed=seed) for seed in (0, 0, 1))
    assert (first == again).all()
    assert (first != other).any()


def test_a_recomposed_release_has_a_checksum_of_its_own(write_release) -> None:  # type: ignore[no-untyped-def]
    release = read(write_release())
    train, dev, test = (release.rows[split] for split in ("train", "dev", "test"))
    other = recomposed(release, train=test, dev=dev, test=train)
    assert (other.rows["train"], other.rows["test"]) == (test, train)
    assert len({release.checksum, other.checksum, recomposed(release, train=train, dev=dev, test=test).checksum}) == 3
