"""Fixtures for the tests of the baseline."""

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.baseline.material import CODEBOOK, QUESTIONS, ReleaseRows, release_rows


@pytest.fixture
def write_release(tmp_path: Path) -> Callable[..., Path]:
    """Return a function that writes a release folder, with the given rows or with those of `release_rows`."""

    def write(rows: ReleaseRows | None = None, name: str = "release") -> Path:
        folder = tmp_path / name
        folder.mkdir()
        files = {}
        for split, split_rows in (rows or release_rows()).items():
            data = "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in split_rows).encode()
            (folder / f"{split}.jsonl").write_bytes(data)
            files[f"{split}.jsonl"] = {"sha256": hashlib.sha256(data).hexdigest(), "rows": len(split_rows)}
        manifest = {"format": "concord-release/1", "corpus": "small", "questions": QUESTIONS, "codebook": CODEBOOK}
        manifest["files"] = files
        (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
        return folder

    return write
