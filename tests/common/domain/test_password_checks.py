from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from threading import Barrier

import pytest
from django.conf import settings
from django.db import connection

from common.domain.api_tokens import make_token
from common.domain.password_checks import confirm_password, forget_password_failures
from common.errors import Refused
from common.models import PasswordFailures, User
from tests.factories import PASSWORD, UserFactory
from tests.refusals import refused

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
MOST = settings.AXES_FAILURE_LIMIT
pytestmark = pytest.mark.django_db


@pytest.fixture
def person() -> User:
    return UserFactory()


def outcome(person: User, password: str, now: datetime = NOW) -> str:
    try:
        confirm_password(user=person, password=password, now=now)
    except Refused as refusal:
        return refusal.code
    return "right"


def test_ten_wrong_passwords_lock_the_right_one_out_too(person: User) -> None:
    guesses = [outcome(person, f"guess {number}") for number in range(MOST)]
    assert guesses == ["password.wrong"] * (MOST - 1) + ["password.locked"]
    assert outcome(person, PASSWORD) == "password.locked"
    assert outcome(UserFactory(), PASSWORD) == "right", "nobody else is locked out"


def test_the_lock_says_how_long_it_lasts_and_guesses_do_not_extend_it(person: User) -> None:
    for number in range(MOST):
        outcome(person, f"guess {number}")
    for minutes, left in ((0, 15), (14, 1), (14.5, 1)):
        with pytest.raises(Refused) as caught:
            confirm_password(user=person, password="again", now=NOW + timedelta(minutes=minutes))
        assert caught.value.params == {"minutes": left}
    assert outcome(person, PASSWORD, NOW + timedelta(minutes=15)) == "right"


def test_the_right_password_and_a_new_one_start_the_count_again(person: User) -> None:
    for end in (lambda: outcome(person, PASSWORD), lambda: forget_password_failures(user=person)):
        for _ in range(MOST - 1):
            assert outcome(person, "wrong") == "password.wrong"
        end()
        assert not PasswordFailures.objects.exists()


def test_a_refused_token_counts_as_a_guess(person: User) -> None:
    for _ in range(MOST - 1):
        with refused("password.wrong"):
            make_token(user=person, name="x", password="wrong", now=NOW)
    with refused("password.locked"):
        make_token(user=person, name="x", password="wrong", now=NOW)
    with refused("password.locked"):
        make_token(user=person, name="x", password=PASSWORD, now=NOW)


@pytest.mark.database
@pytest.mark.django_db(transaction=True)
def test_simultaneous_guesses_get_no_more_tries(person: User, monkeypatch: pytest.MonkeyPatch) -> None:
    start, checked = Barrier(2 * MOST), list[str]()

    def is_right(_person: User, password: str) -> bool:
        checked.append(password)
        return False

    monkeypatch.setattr(User, "check_password", is_right)

    def guess(number: int) -> str:
        start.wait()
        try:
            return outcome(person, f"guess {number}")
        finally:
            connection.close()

    with ThreadPoolExecutor(2 * MOST) as pool:
        outcomes = list(pool.map(guess, range(2 * MOST)))
    assert len(checked) == MOST
    assert outcomes.count("password.locked") == MOST + 1
