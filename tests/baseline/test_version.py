import tomllib
from pathlib import Path

import pytest

from baseline import version as version_module
from baseline.errors import BaselineError
from baseline.version import version

PYPROJECT = Path(__file__).resolve().parents[2] / "pyproject.toml"


def test_version_is_that_of_the_project() -> None:
    assert version() == tomllib.loads(PYPROJECT.read_text(encoding="utf-8"))["project"]["version"]


@pytest.mark.parametrize("content", [None, "[project]\n", "["])
def test_unreadable_version_is_reported(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, content: str | None) -> None:
    path = tmp_path / "pyproject.toml"
    if content is not None:
        path.write_text(content, encoding="utf-8")
    monkeypatch.setattr(version_module, "PYPROJECT", path)
    with pytest.raises(BaselineError, match="Cannot read the version"):
        version()
