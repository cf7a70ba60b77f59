from pathlib import Path
from typing import Any

import pytest

from common.errors import Refused
from common.files.disk_space import free_bytes, require_space


def test_enough_space_passes(tmp_path: Path) -> None:
    require_space(1, folder=tmp_path / "not" / "yet")


def test_the_reserve_is_not_touched(settings: Any, tmp_path: Path) -> None:
    settings.MIN_FREE_BYTES = free_bytes(tmp_path) - 10 * 2**20
    with pytest.raises(Refused) as refused:
        require_space(2**30, folder=tmp_path)
    assert refused.value.code == "disk.full"
    assert refused.value.params["needed_mb"] == 1024
    assert str(refused.value).startswith("Not enough disk space: 1024 MB needed")
    reserve_mb = settings.MIN_FREE_BYTES // 2**20
    assert f"{reserve_mb} MB stay reserved for the database (CONCORD_MIN_FREE_BYTES)" in str(refused.value)
