import logging
from types import SimpleNamespace
from typing import Any

import pytest
from django.conf import settings
from django.test import Client
from gunicorn.config import Config

from config.processes.services import WEB_OPTIONS
from config.web.log_redaction import RedactingFilter, WebLogger, redact
from tests.factories import UserFactory

TOKEN = "Zx_9-abcDEFghiJKLmnoPQRstuVWXyz0123456789ABC"


@pytest.mark.parametrize(
    "line",
    [
        "GET /join/{}/ HTTP/1.1",
        "GET /reset/{} HTTP/1.1",
        '"GET /static/css/concord.css HTTP/1.1" 200 "http://lab.example/reset/{}/"',
        "GET /accounts/login/?next=%2Fjoin%2F{}%2F&x=1 HTTP/1.1",
        "Forbidden (CSRF token missing.): /reset/{}/",
    ],
)
def test_a_token_is_masked_in_every_address(line: str) -> None:
    assert redact(line.format(TOKEN)) == line.format("***")


def test_other_addresses_stay_as_they_are() -> None:
    line = "GET /c/join/members/reset/ HTTP/1.1"
    assert redact("GET /c/flat/episodes/?page=2 HTTP/1.1") == "GET /c/flat/episodes/?page=2 HTTP/1.1"
    assert redact(line) == "GET /c/join/***/reset/ HTTP/1.1"  # redacts too much rather than too little


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
    output = "".join(capfd.readouterr())
    assert output.count("/reset/***/") == 2
    assert "/join/***/" in output
    assert TOKEN not in output


@pytest.mark.django_db
def test_django_warns_of_a_link_without_its_token() -> None:
    assert "redacted" in str(settings.LOGGING["handlers"])
    lines: list[str] = []
    handler = logging.Handler()
    handler.addFilter(RedactingFilter())
    handler.emit = lambda record: lines.append(record.getMessage())  # type: ignore[method-assign]
    logging.getLogger("django.request").addHandler(handler)
    try:
        UserFactory()
        Client().get(f"/reset/{TOKEN}/")
    finally:
        logging.getLogger("django.request").removeHandler(handler)
    assert [TOKEN in line for line in lines] == [False]
