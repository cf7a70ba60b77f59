"""What every test stands on; the environment is set before Django reads it."""

import os
import tempfile
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent


def pytest_configure() -> None:
    """Keep tests away from the developer's own data."""
    os.environ.setdefault("CONCORD_HOME", tempfile.mkdtemp(prefix="concord-test-"))
    os.environ.setdefault("CONCORD_SECRET_KEY", "tests-only")


def missing(what: str) -> None:
    """Skip for want of `what`, or fail where CI says that nothing may be missing."""
    if os.environ.get("CI") == "true":
        pytest.fail(f"CI=true and {what} is missing")
    pytest.skip(f"{what} is missing")


@pytest.fixture(scope="session")
def shared() -> Path:
    folder = ROOT.parent / "shared"
    if not (folder / "data").is_dir():
        missing("the folder ../shared with the published label files")
    return folder
