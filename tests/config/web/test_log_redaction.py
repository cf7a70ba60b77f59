import logging
import logging.config
from secrets import token_urlsafe
from types import SimpleNamespace
from typing import Any
from urllib.parse import unquote
from uuid import UUID

import pytest
from axes.models import AccessAttempt
from django.conf import settings
from django.test import Client
from gunicorn.config import Config
from hypothesis import given
from hypothesis import strategies as st

from config.processes.services import WEB_OPTIONS
from config.web.log_redaction import WebLogger, redact
from tests.factories import UserFactory

TOKEN = "Zx_9-abcDEFghiJKLmnoPQRstuVWXyz0123456789AB"


@pytest.mark.parametrize(
    ("line", "redacted"),
    [
        ("GET /join/{}/ HTTP/1.1", "GET /join/***/ HTTP/1.1"),
        ("GET /shared/{}/demo-v1.zip HTTP/1.1", "GET /shared/***/demo-v1.zip HTTP/1.1"),
        ("GET /reset/{} HTTP/1.1", "GET /reset/*** HTTP/1.1"),
        ('"GET /x.css HTTP/1.1" 200 "http://lab/reset/{}/"', '"GET /x.css HTTP/1.1" 200 "http://lab/reset/***/"'),
        ("GET /accounts/login/?next=%2Fjoin%2F{}%2F&x=1", "GET /accounts/login/?next=%2Fjoin%2F***&x=1"),
        ("GET /accounts/login/?next=%252Fjoin%252F{}%252F", "GET /accounts/login/?next=%252Fjoin%252F***"),
        ("GET //join//{}// HTTP/1.1", "GET //join//***// HTTP/1.1"),
        ("GET /%6Aoin/{} HTTP/1.1", "GET /%6Aoin/*** HTTP/1.1"),
        ("GET /JOIN;a/{}?x=1 HTTP/1.1", "GET /JOIN;a/***?x=1 HTTP/1.1"),
        ("GET /?key={}&x=1 HTTP/1.1", "GET /?key=***&x=1 HTTP/1.1"),
        ("Authorization: Bearer concord_{}", "Authorization: Bearer ***"),
        ("Forbidden (CSRF token missing.): /reset/{}/", "Forbidden (CSRF token missing.): /reset/***/"),
    ],
)  # fmt: skip
def test_a_token_is_masked_in_every_address(line: str, redacted: str) -> None:
    assert redact(line.format(TOKEN)) == redacted


@given(st.lists(st.integers(0, 4), min_size=43, max_size=43), st.sampled_from(["/join/{}", "/x/{}", "/?next=%2F{}%2F"]))
def test_a_token_is_masked_however_often_its_characters_are_encoded(encoded: list[int], address: str) -> None:
    def spelled(character: str, times: int) -> str:
        return f"%{'25' * (times - 1)}{ord(character):02x}" if times else character

    line = redact(address.format("".join(map(spelled, TOKEN, encoded))))
    for _ in range(6):
        line = unquote(line)
    assert TOKEN not in line
    assert "***" in line


def test_a_text_that_was_encoded_very_often_is_not_read() -> None:
    assert redact(f"/%{'25' * 20_000}41{TOKEN}") == "/***"


def test_every_new_token_is_masked() -> None:
    assert {redact(token_urlsafe(32)) for _ in range(1000)} == {"***"}


@pytest.mark.parametrize(
    "line",
    [
        "GET /c/flat/episodes/?page=2 HTTP/1.1",
        f"POST /api/v1/assignments/{UUID(int=7)}/operations/ HTTP/1.1",
        f"GET /media/{UUID(int=7)}/ HTTP/1.1",
        "GET /static/js/label/page/label_page.0123456789ab.js HTTP/1.1",
        f"the checksum {'0a' * 32} differs",
        'File "x.py", line 3, in _the_name_of_a_function_that_is_longer_than_a_token',
        "GET /c/%E7%8E%8B%E6%A2%85%E7%8E%8B%E6%A2%85%E7%8E%8B%E6%A2%85/ HTTP/1.1",
    ],
)
def test_other_lines_stay_as_they_are(line: str) -> None:
    assert redact(line) == line


def test_a_short_word_after_join_is_masked_too() -> None:
    assert redact("GET /c/join/members/reset/ HTTP/1.1") == "GET /c/join/***/reset/ HTTP/1.1"


def test_the_web_servers_logs_hold_no_token(capfd: Any) -> None:
    assert "config.web.log_redaction.WebLogger" in WEB_OPTIONS
    config = Config()
    config.set("accesslog", "-")
    log = WebLogger(config)
    environ = {
        "REQUEST_METHOD": "GET",
        "RAW_URI": f"/reset/{TOKEN}/",
        "SERVER_PROTOCOL": "HTTP/1.1",
        "HTTP_REFERER": f"http://x/join/{TOKEN}/",
    }
    answer = SimpleNamespace(status="200 OK", headers=[], sent=3)
    log.access(answer, SimpleNamespace(headers=[]), environ, SimpleNamespace(seconds=0, microseconds=1))
    log.error("Error handling request %s", f"/reset/{TOKEN}/")
    log.error("crashed", exc_info=ValueError(f"/reset/{TOKEN}/"))
    output = "".join(capfd.readouterr())
    assert output.count("/reset/***/") == 3
    assert "/join/***/" in output
    assert "ValueError" in output
    assert TOKEN not in output


@pytest.mark.django_db
def test_django_warns_of_a_link_without_its_token(capfd: Any) -> None:
    logging.config.dictConfig(settings.LOGGING)
    UserFactory()
    try:
        for address in (f"/reset/{TOKEN}/", f"//reset//{TOKEN}//", f"/%252Freset%252F{TOKEN}"):
            Client().get(address)
        logging.getLogger("django.server").warning("GET /join/%s", TOKEN)
        logging.getLogger("django.request").error("crashed", exc_info=ValueError(TOKEN))
    finally:
        logging.getLogger().handlers = [
            each for each in logging.getLogger().handlers if type(each) is not logging.StreamHandler
        ]
    output = capfd.readouterr().err
    assert output.count("Not Found") == 3
    assert output.count("***") == 5
    assert TOKEN not in output


@pytest.mark.django_db
def test_a_wrong_password_after_a_link_is_recorded_without_its_token(client: Client) -> None:
    address = f"/join/{TOKEN}/"
    client.post(f"/accounts/login/?next={address}", {"username": "mei", "password": "wrong", "next": address})
    attempt = AccessAttempt.objects.get()
    assert TOKEN not in attempt.get_data + attempt.post_data + attempt.path_info


@pytest.mark.django_db
def test_no_page_passes_its_address_on_to_its_files(client: Client) -> None:
    assert client.get(f"/join/{TOKEN}/")["Referrer-Policy"] == "strict-origin"
