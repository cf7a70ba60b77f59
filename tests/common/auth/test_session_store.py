from datetime import timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user
from django.http import HttpRequest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from common.auth.session_store import SessionStore, pop_session_user
from common.backends import PasswordBackend
from common.jobs.sweep import sweep_once
from common.models import Session, User
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


def test_session_and_person_are_found_in_one_query(client: Client, user: User, django_assert_num_queries: Any) -> None:
    [row] = Session.objects.all()
    assert row.user == user
    cookie, request = client.cookies["sessionid"].value, HttpRequest()
    with django_assert_num_queries(1):
        request.session = SessionStore(cookie)
        assert get_user(request) == user
    assert pop_session_user(user.pk) is None


def test_a_loaded_session_is_not_used_for_another_person(client: Client, user: User) -> None:
    other = Client()
    other.force_login(someone := UserFactory())
    SessionStore(client.cookies["sessionid"].value).load()
    assert PasswordBackend().get_user(someone.pk) == someone
    SessionStore(client.cookies["sessionid"].value).load()
    SessionStore("gone").load()
    assert pop_session_user(user.pk) is None


def test_signing_in_as_another_person_switches_the_session(client: Client, user: User) -> None:
    someone = UserFactory()
    client.force_login(someone)
    assert is_in(client)
    assert [row.user for row in Session.objects.all()] == [someone]
    assert client.get(reverse("common:account")).wsgi_request.user == someone


def test_the_sweep_removes_sessions_that_ran_out(client: Client) -> None:
    Client().force_login(UserFactory())
    late = Session.objects.filter(session_key=client.cookies["sessionid"].value)
    late.update(expire_date=timezone.now() - timedelta(seconds=1))
    sweep_once()
    assert Session.objects.count() == 1
    assert not late.exists()


def test_signing_out_ends_the_session_for_every_copy_of_the_cookie(client: Client) -> None:
    copy = Client()
    copy.cookies["sessionid"] = client.cookies["sessionid"].value
    assert is_in(copy)
    client.post(reverse("common:logout"))
    assert not is_in(copy)


def test_deactivated_and_deleted_people_are_signed_out_immediately(client: Client, user: User) -> None:
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
