from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from common.models import User
from tests.factories import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def user() -> User:
    person: User = UserFactory()
    return person


@pytest.fixture
def client(user: User) -> Client:
    client = Client()
    client.force_login(user)
    return client


def is_in(client: Client) -> bool:
    return client.get(reverse("common:account")).status_code == 200


def test_a_session_lasts_until_it_ends_or_runs_out(client: Client) -> None:
    assert is_in(client)
    Session.objects.update(expire_date=timezone.now() - timedelta(seconds=1))
    assert not is_in(client)


def test_who_signs_out_in_one_place_is_out_at_once_wherever_the_cookie_is(client: Client) -> None:
    copy = Client()
    copy.cookies["sessionid"] = client.cookies["sessionid"].value
    assert is_in(copy)
    client.post(reverse("common:logout"))
    assert not is_in(copy)


def test_who_is_deactivated_or_gone_is_out_at_once(client: Client, user: User) -> None:
    assert is_in(client)
    User.objects.update(is_active=False)
    assert not is_in(client)
    User.objects.update(is_active=True)
    user.delete()
    assert not is_in(client)


def test_a_new_password_ends_other_sessions(client: Client, user: User) -> None:
    user.set_password("another long pass phrase")
    user.save()
    assert not is_in(client)
