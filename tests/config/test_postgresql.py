import pytest
from django.db import connection

from config.postgresql import base

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.database,
    pytest.mark.skipif(connection.vendor != "postgresql", reason="about PostgreSQL"),
]


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch) -> list[bool]:
    """Check connections as between requests; return the results."""
    answers: list[bool] = []
    is_usable = base.DatabaseWrapper.is_usable

    def counted(self: base.DatabaseWrapper) -> bool:
        answers.append(is_usable(self))
        return answers[-1]

    monkeypatch.setattr(base.DatabaseWrapper, "is_usable", counted)
    connection.ensure_connection()
    monkeypatch.setattr(connection, "health_check_enabled", True)
    monkeypatch.setattr(connection, "_asked_at", float("-inf"), raising=False)
    return answers


def one_request() -> None:
    connection.health_check_done = False  # type: ignore[attr-defined]
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


def test_a_connection_is_checked_once_in_a_while(asked: list[bool], monkeypatch: pytest.MonkeyPatch) -> None:
    one_request()
    one_request()
    assert asked == [True]
    monkeypatch.setattr(base, "TRUSTED_SECONDS", 0.0)
    one_request()
    assert asked == [True, True]


def test_a_broken_connection_is_reopened(asked: list[bool]) -> None:
    assert connection.connection
    connection.connection.close()
    one_request()
    assert asked == [False]
