from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from common.domain.api_tokens import make_token
from config.web import large_bodies
from config.web.large_bodies import refusal
from tests.factories import UserFactory

pytestmark = pytest.mark.django_db
LENGTH = 5_000_000


@pytest.fixture(autouse=True)
def connection_of_the_test(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(large_bodies, "close_old_connections", lambda: None)


def head(*lines: str) -> bytes:
    return "\r\n".join(["POST /c/x/episodes/ HTTP/1.1", "Host: x", *lines, "", ""]).encode()


def test_a_large_body_is_received_from_a_signed_in_person(client: Client) -> None:
    client.force_login(UserFactory())
    cookie = client.cookies["sessionid"].value
    assert refusal(head(f"Cookie: language=zh; sessionid={cookie}"), LENGTH) == ""
    client.logout()
    assert refusal(head(f"cookie: sessionid={cookie}"), LENGTH) == "401 Unauthorized"


def test_a_large_body_is_received_with_a_valid_token() -> None:
    user = UserFactory()
    user.set_password("right")
    user.save()
    _, token = make_token(user=user, name="script", password="right", now=timezone.now())
    assert refusal(head(f"Authorization: Bearer {token}"), LENGTH) == ""
    assert refusal(head(f"authorization: Bearer {token}x"), LENGTH) == "401 Unauthorized"


@pytest.mark.parametrize("lines", [[], ["Cookie: sessionid=abc"], ["Cookie: ;;=\x01"], ["Cookie: sessionid="]])
def test_a_large_body_of_a_stranger_is_refused(lines: list[str]) -> None:
    assert refusal(head(*lines), LENGTH) == "401 Unauthorized"


def test_a_large_body_is_refused_when_the_disk_has_no_room(client: Client, monkeypatch: Any) -> None:
    client.force_login(UserFactory())
    monkeypatch.setattr("common.files.disk_space.free_bytes", lambda _folder: LENGTH)
    cookie = client.cookies["sessionid"].value
    assert refusal(head(f"Cookie: sessionid={cookie}"), LENGTH) == "507 Insufficient Storage"
