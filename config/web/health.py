"""Health checks: `/healthz` for the process, `/readyz` for everything it depends on."""

import logging
import os
from collections.abc import Callable
from functools import lru_cache

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import override
from django.views.decorators.cache import never_cache

from common.errors import Refused
from common.files.disk_space import free_bytes
from common.jobs import service_heartbeats
from common.jobs.broker import broker_answers
from common.version import VERSION
from config.backup import require_finished
from corpus.media.ffmpeg.program import ffmpeg_version, find_ffmpeg

log = logging.getLogger(__name__)


class Missing(Exception):  # noqa: N818 -- a result, not an error
    """A dependency is not ready; the text helps the operator."""


def database() -> None:
    """Require that the database answers a query."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


@lru_cache(maxsize=1)
def _migrated() -> bool:
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise Missing("not applied; run `manage.py migrate`")
    return True


def migrations() -> None:
    """Require that all migrations are applied; checked until it is true, as the code of a process does not change."""
    _migrated()


def broker() -> None:
    """Require that the broker accepts connections."""
    if not broker_answers():
        raise Missing("does not respond; jobs wait until it is back")


def worker() -> None:
    """Require the heartbeat of a worker."""
    if not service_heartbeats.is_alive("worker"):
        raise Missing("none is running; jobs wait until one is")


def sweep() -> None:
    """Require the heartbeat of the sweep."""
    if not service_heartbeats.is_alive("sweep"):
        raise Missing("not running; jobs of dead workers are not recovered")


def disk() -> None:
    """Require a complete, writable media folder with enough free space."""
    require_finished()
    if not os.access(settings.MEDIA_ROOT, os.W_OK):
        raise Missing("the media folder cannot be written")
    free = free_bytes(settings.MEDIA_ROOT)
    if free < settings.MIN_FREE_BYTES:
        raise Missing(f"{free // 2**20} MB free, {settings.MIN_FREE_BYTES // 2**20} MB are the reserve")


@lru_cache(maxsize=4)
def _ffmpeg(configured: str) -> str:
    return ffmpeg_version(find_ffmpeg(configured))


def ffmpeg() -> None:
    """Require a working ffmpeg."""
    _ffmpeg(settings.FFMPEG_BIN)


CHECKS: list[Callable[[], None]] = [database, migrations, broker, worker, sweep, disk, ffmpeg]


def state_of(check: Callable[[], None]) -> str:
    """Return "ok" or a short description of the problem."""
    try:
        with override("en"):
            check()
    except (Missing, Refused) as problem:
        return str(problem)
    except (DatabaseError, OSError) as error:
        log.warning("%s does not respond: %s", check.__name__, error)
        return "does not respond"
    return "ok"


@login_not_required
@never_cache
def healthz(_request: HttpRequest) -> HttpResponse:
    """Respond 200 with the version; process managers use this to detect dead processes."""
    return HttpResponse(f"ok {VERSION}", content_type="text/plain")


@login_not_required
@never_cache
def readyz(_request: HttpRequest) -> JsonResponse:
    """Respond 200 if everything is ready, else 503, with the state of each dependency."""
    checks = {check.__name__: state_of(check) for check in CHECKS}
    ready = set(checks.values()) == {"ok"}
    return JsonResponse({"ready": ready, "checks": checks}, status=200 if ready else 503)
