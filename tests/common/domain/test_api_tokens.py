from datetime import UTC, datetime, timedelta

import pytest

from common.domain.api_tokens import MOST, live_tokens, make_token, revoke_token, user_of_token
from common.models import ApiToken, User
from tests.factories import PASSWORD, UserFactory
from tests.refusals import refused

NOW = datetime(2026, 11, 23, 8, tzinfo=UTC)
pytestmark = pytest.mark.django_db


@pytest.fixture
def person() -> User:
    return UserFactory()


def made(person: User, password: str = PASSWORD) -> str:
    return make_token(user=person, name="a script", password=password, now=NOW)[1]


def test_only_the_hash_of_a_token_is_stored(person: User) -> None:
    token = made(person)
    assert user_of_token(token=token, now=NOW) == person
    assert [name for name, value in vars(ApiToken.objects.get()).items() if token in str(value)] == []
    assert user_of_token(token=token + "x", now=NOW) is None


def test_it_takes_the_password_to_make_one(person: User) -> None:
    with refused("password.wrong"):
        made(person, "guessed")
    assert not ApiToken.objects.exists()


def test_a_token_ends_when_its_person_ends_it(person: User) -> None:
    token = made(person)
    row = ApiToken.objects.get()
    assert not revoke_token(user=UserFactory(), public_id=row.public_id)
    assert user_of_token(token=token, now=NOW) == person
    assert revoke_token(user=person, public_id=row.public_id)
    assert user_of_token(token=token, now=NOW) is None


def test_a_token_ends_with_its_password_and_with_its_person(person: User) -> None:
    token = made(person)
    User.objects.update(is_active=False)
    assert user_of_token(token=token, now=NOW) is None
    User.objects.update(is_active=True)
    assert user_of_token(token=token, now=NOW) == person
    person.set_password("another pass phrase")
    person.save()
    assert user_of_token(token=token, now=NOW) is None
    assert not live_tokens(user=person).exists()


def test_the_use_of_a_token_is_recorded_once_a_minute(person: User) -> None:
    token = made(person)
    noted = []
    for seconds in (0, 59, 61):
        user_of_token(token=token, now=NOW + timedelta(seconds=seconds))
        noted.append(ApiToken.objects.get().last_used_at)
    assert noted == [NOW, NOW, NOW + timedelta(seconds=61)]


def test_a_person_has_at_most_ten_valid_tokens(person: User) -> None:
    for _ in range(MOST):
        made(person)
    with refused("token.too_many"):
        made(person)
    person.set_password("another pass phrase")
    person.save()
    made(person, "another pass phrase")
    assert ApiToken.objects.count() == 1
