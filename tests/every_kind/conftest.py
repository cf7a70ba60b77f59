from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def every_kind(shared: Path) -> str:
    """The YAML of a codebook with tasks of every scale, several choices, and links."""
    return (shared / "cases" / "codebooks" / "every-kind.yaml").read_text(encoding="utf-8")
