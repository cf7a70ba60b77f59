"""Fixtures and helpers of all tests."""

import os
from pathlib import Path

import pytest

from tests.stack import serving, stack, stack_of_module  # noqa: F401 -- fixtures

ROOT = Path(__file__).resolve().parent.parent


def missing(what: str) -> None:
    """Skip because `what` is missing, or fail with CI=true; `make test` lists it at the end."""
    if place := os.environ.get("CONCORD_TEST_MISSING"):
        with Path(place).open("a", encoding="utf-8") as file:
            file.write(f"{what}\n")
    if os.environ.get("CI") == "true":
        pytest.fail(f"CI=true and {what} is missing")
    pytest.skip(f"{what} is missing")


@pytest.fixture(scope="session")
def shared() -> Path:
    folder = ROOT.parent / "shared"
    if not (folder / "data").is_dir():
        missing("the folder ../shared with the published label files")
    return folder
