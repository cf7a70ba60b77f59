"""Fixtures and helpers of all tests."""

import gc
import os
from pathlib import Path
from typing import Any

import pytest
from django.db import models
from django.test import TransactionTestCase
from django.utils import translation
from hypothesis import HealthCheck, settings

from common.api.throttling import PerMinute
from common.jobs import queue
from corpus.models import triggers
from tests.checked_sums import checked_sums  # noqa: F401 -- a fixture
from tests.stack import serving, stack, stack_of_module  # noqa: F401 -- fixtures

ROOT = Path(__file__).resolve().parent.parent

# an example may take long on a busy machine; slowness is no fault that these tests look for
settings.register_profile("concord", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("concord")


def pytest_collection_finish() -> None:
    """Search for cycles less often, and not among what is imported: it takes a tenth of the time of the tests."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(50_000, 20, 20)


_empty_tables = getattr(TransactionTestCase, "_fixture_teardown")  # noqa: B009 -- its stubs do not have it


def _empty_tables_without_triggers(case: TransactionTestCase) -> None:
    """Empty all tables after a test, which the triggers refuse; they are installed again with `post_migrate`."""
    triggers.remove()
    _empty_tables(case)


setattr(TransactionTestCase, "_fixture_teardown", _empty_tables_without_triggers)  # noqa: B010


_read_json = models.JSONField.from_db_value


def _by_length(document: Any) -> Any:
    if isinstance(document, dict):
        return {key: _by_length(document[key]) for key in sorted(document, key=lambda key: (len(key), key))}
    return [_by_length(each) for each in document] if isinstance(document, list) else document


def _read_json_as_postgresql(field: models.JSONField, *args: Any) -> Any:
    """Read JSON with its keys in the order of PostgreSQL, so that the tests on SQLite rely on no other one."""
    document = _read_json(field, *args)
    try:
        return _by_length(document)
    except RecursionError:  # a tree of conditions, which has no keys
        return document


setattr(models.JSONField, "from_db_value", _read_json_as_postgresql)  # noqa: B010


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


@pytest.fixture(scope="session", autouse=True)
def _all_handlers() -> None:
    """Load the handlers of jobs, so that tests can replace some of them for a while."""
    queue.handlers()


@pytest.fixture(autouse=True)
def _usual_language() -> None:
    """Forget the language of a request of the test before, which stays active in its thread."""
    translation.deactivate()


@pytest.fixture(autouse=True)
def _fresh_rate_limit() -> None:
    """Count requests from zero: rolled back tests give their users the same keys."""
    PerMinute._counts.clear()


@pytest.fixture(autouse=True)
def _changes_are_noticed_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the index of answers look at the dialogues each time, also where a look takes long on a busy machine."""
    monkeypatch.setattr("agreement.label_index.index.SHARE", 0)
