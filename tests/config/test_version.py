import re
import subprocess
import sys
import tomllib
from pathlib import Path

import django
import pytest
from django.conf import settings
from django.template.loader import render_to_string
from django.test import Client
from drf_spectacular.generators import SchemaGenerator

from common.version import VERSION

ROOT = Path(__file__).resolve().parents[2]


def test_pyproject_states_the_version() -> None:
    assert tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"] == VERSION
    assert re.fullmatch(r"\d+\.\d+\.\d+(?:(?:a|b|rc)\d+)?", VERSION)


@pytest.mark.parametrize("argument", ["--version", "version"])
def test_manage_prints_the_version(argument: str) -> None:
    printed = subprocess.check_output([sys.executable, "manage.py", argument], cwd=ROOT, text=True)
    assert printed == f"Concord {VERSION} (Django {django.get_version()})\n"


@pytest.mark.django_db
@pytest.mark.parametrize(("path", "status"), [("/accounts/login/", 200), ("/nowhere/", 404)])
def test_the_footer_shows_the_version(client: Client, path: str, status: int) -> None:
    response = client.get(path)
    assert response.status_code == status
    assert f'<footer class="foot">Concord {VERSION}</footer>' in response.content.decode()


def test_the_page_of_a_server_error_shows_the_version() -> None:
    assert f'<footer class="foot">Concord {VERSION}</footer>' in render_to_string("500.html")


def test_the_api_schema_carries_the_version() -> None:
    schema = SchemaGenerator().get_schema(request=None, public=True)
    assert schema["info"]["version"] == settings.SPECTACULAR_SETTINGS["VERSION"] == VERSION
