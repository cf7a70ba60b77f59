from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest
from django.db import OperationalError
from django.test import Client

from common.jobs import service_heartbeats
from common.version import VERSION
from config.web import health

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _all_well(settings: Any, tmp_path: Path) -> Iterator[None]:
    settings.MEDIA_ROOT = tmp_path
    health._migrated.cache_clear()
    service_heartbeats.record_heartbeat("worker", "w")
    service_heartbeats.record_heartbeat("sweep", "s")
    with patch("config.web.health.broker_answers", return_value=True):
        yield


def states(client: Client) -> tuple[int, dict[str, str]]:
    answer = client.get("/readyz")
    assert answer.json()["ready"] == (answer.status_code == 200)
    return answer.status_code, {name: state for name, state in answer.json()["checks"].items() if state != "ok"}


def test_all_is_up(client: Client) -> None:
    assert states(client) == (200, {})


def test_a_running_process_is_healthy_without_other_services(client: Client, django_assert_num_queries: Any) -> None:
    with django_assert_num_queries(0):
        assert client.get("/healthz").content == f"ok {VERSION}".encode()


@pytest.mark.parametrize("service", ["worker", "sweep"])
def test_a_service_without_a_sign_of_life_is_named(client: Client, service: str) -> None:
    service_heartbeats.remove_heartbeat(service, service[0])
    status, missing = states(client)
    assert (status, list(missing)) == (503, [service])


def test_a_wrong_ffmpeg_is_named(client: Client, settings: Any) -> None:
    settings.FFMPEG_BIN = "/nowhere/ffmpeg"
    status, missing = states(client)
    assert (status, list(missing)) == (503, ["ffmpeg"])
    assert "/nowhere/ffmpeg" in missing["ffmpeg"]


def test_a_program_that_is_not_ffmpeg_is_named(client: Client, settings: Any) -> None:
    settings.FFMPEG_BIN = "true"
    assert list(states(client)[1]) == ["ffmpeg"]


def test_a_disk_that_is_nearly_full_is_named(client: Client, settings: Any) -> None:
    settings.MIN_FREE_BYTES = 2**62
    status, missing = states(client)
    assert (status, list(missing)) == (503, ["disk"])


def test_a_missing_media_folder_is_named(client: Client, settings: Any, tmp_path: Path) -> None:
    settings.MEDIA_ROOT = tmp_path / "missing"
    assert list(states(client)[1]) == ["disk"]


def test_a_migration_that_was_not_applied_is_named(client: Client) -> None:
    with patch("config.web.health.MigrationExecutor") as executor:
        executor.return_value.migration_plan.return_value = [("corpus", "0002")]
        assert list(states(client)[1]) == ["migrations"]


def test_a_broker_that_is_down_is_named(client: Client) -> None:
    with patch("config.web.health.broker_answers", return_value=False):
        assert list(states(client)[1]) == ["broker"]


def test_a_database_that_is_down_is_named(client: Client) -> None:
    with patch("config.web.health.connection.cursor", side_effect=OperationalError):
        status, missing = states(client)
    assert (status, missing["database"]) == (503, "does not respond")
