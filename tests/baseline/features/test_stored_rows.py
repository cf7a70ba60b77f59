from pathlib import Path

import numpy as np
import pytest

from tests.baseline import torch_or_skip  # noqa: F401

# isort: split
from baseline.features.base import Vectors
from baseline.features.stored_rows import StoredRows

pytestmark = pytest.mark.torch

ROWS = np.arange(60, dtype=np.float32).reshape(10, 2, 3)


@pytest.fixture
def stored(tmp_path: Path) -> StoredRows:
    parts = [ROWS[:4], ROWS[4:4], ROWS[4:9], ROWS[9:]]
    for number, part in enumerate(parts):
        np.save(tmp_path / f"{number}.npy", part)
    return StoredRows([tmp_path / f"{number}.npy" for number in range(len(parts))])


@pytest.mark.parametrize("numbers", [[0], [3, 4, 5], [9, 8, 0], [2, 2], [], list(range(10))], ids=str)
def test_rows_are_read_in_the_order_of_their_numbers(stored: StoredRows, numbers: list[int]) -> None:
    chosen = np.array(numbers, np.int64)
    assert np.array_equal(stored[chosen], ROWS[chosen])
    assert stored.shape == ROWS.shape
    assert np.array_equal(np.asarray(stored), ROWS)


def test_rows_that_are_all_nan_are_missing(tmp_path: Path) -> None:
    values = np.ones((3, 2), np.float32)
    values[1] = np.nan
    np.save(tmp_path / "a.npy", values)
    assert Vectors(StoredRows([tmp_path / "a.npy"])).present.tolist() == [True, False, True]
