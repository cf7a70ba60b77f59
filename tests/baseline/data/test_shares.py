from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from baseline.data.release import read
from baseline.data.shares import with_share_of_train

Write = Callable[..., Path]


def dialogues(release: Path, share: float, seed: int = 0) -> set[str]:
    return {row.dialogue for row in with_share_of_train(read(release), share, seed).rows["train"]}


def test_a_share_has_whole_dialogues_and_a_larger_one_contains_it(write_release: Write) -> None:
    release = write_release()
    rows = read(release).rows
    everything = {row.dialogue for row in rows["train"]}
    quarter, half = dialogues(release, 0.25), dialogues(release, 0.5)
    assert len(everything) >= 8
    assert (len(quarter), len(half)) == (-(-len(everything) // 4), -(-len(everything) // 2))
    assert quarter < half < everything
    found = with_share_of_train(read(release), 0.5, 0).rows
    assert found["train"] == [row for row in rows["train"] if row.dialogue in half]
    assert (found["dev"], found["test"]) == (rows["dev"], rows["test"])


def test_dialogues_without_a_label_are_not_drawn(write_release: Write) -> None:
    release = read(write_release())
    names = sorted({row.dialogue for row in release.rows["train"]})
    bare = [
        row if row.dialogue in names[:2] else replace(row, labels=dict.fromkeys(row.labels))
        for row in release.rows["train"]
    ]
    partly = replace(release, rows={**release.rows, "train": bare})
    for seed in range(5):
        drawn = {row.dialogue for row in with_share_of_train(partly, 0.5, seed).rows["train"]}
        assert drawn < set(names[:2])
        assert len(drawn) == 1


def test_seeds_draw_other_dialogues_and_the_smallest_share_has_one(write_release: Write) -> None:
    release = write_release()
    assert len({frozenset(dialogues(release, 0.5, seed)) for seed in range(6)}) > 1
    assert len(dialogues(release, 0.001)) == 1


@pytest.mark.parametrize(("share", "is_same"), [(1.0, True), (0.5, False)])
def test_a_share_has_a_checksum_of_its_own_since_fitted_features_are_cached_by_it(
    share: float, is_same: bool, write_release: Write
) -> None:
    release = read(write_release())
    assert (with_share_of_train(release, share, 0).checksum == release.checksum) is is_same
