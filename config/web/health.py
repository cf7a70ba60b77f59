"""Whether the process lives (`/healthz`) and whether everything it needs is up (`/readyz`)."""

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
from common.jobs.queue import broker_answers
from common.version import VERSION
from config.backup import require_finished
from corpus.media.ffmpeg.program import ffmpeg_version, find_ffmpeg

log = logging.getLogger(__name__)


class Missing(Exception):  # noqa: N818 -- an answer, not a fault
    """A part is not up; the text says what an operator can do."""


def database() -> None:
    """Ask the database for anything."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")


@lru_cache(maxsize=1)
def _migrated() -> bool:
    executor = MigrationExecutor(connection)
    if executor.migration_plan(executor.loader.graph.leaf_nodes()):
        raise Missing("not applied; run `manage.py migrate`")
    return True


def migrations() -> None:
    """Require every migration; once seen, it is not looked for again: a process knows one version of the code."""
    _migrated()


def broker() -> None:
    """Require an answer of the broker."""
    if not broker_answers():
        raise Missing("does not answer; jobs wait until it is back")


def worker() -> None:
    """Require a worker's sign of life."""
    if not service_heartbeats.alive("worker"):
        raise Missing("none is running; jobs wait until one is")


def sweep() -> None:
    """Require the sweep's sign of life."""
    if not service_heartbeats.alive("sweep"):
        raise Missing("not running; jobs of a worker that dies are not resumed")


def disk() -> None:
    """Require a media folder that is whole, can be written, and is not about to be full."""
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
    """Require an ffmpeg that runs."""
    _ffmpeg(settings.FFMPEG_BIN)


CHECKS: list[Callable[[], None]] = [database, migrations, broker, worker, sweep, disk, ffmpeg]


def state_of(check: Callable[[], None]) -> str:
    """Return "ok", or in a few words what is missing."""
    try:
        with override("en"):
            check()
    except (Missing, Refused) as answer:
        return str(answer)
    except (DatabaseError, OSError) as error:
        log.warning("%s does not answer: %s", check.__name__, error)
        return "does not answer"
    return "ok"


@login_not_required
@never_cache
def healthz(_request: HttpRequest) -> HttpResponse:
    """Return 200 and the version while the process lives; meant for the program that restarts processes."""
    return HttpResponse(f"ok {VERSION}", content_type="text/plain")


@login_not_required
@never_cache
def readyz(_request: HttpRequest) -> JsonResponse:
    """Answer 200 when all is up, else 503, and name each part's state."""
    checks = {check.__name__: state_of(check) for check in CHECKS}
    ready = set(checks.values()) == {"ok"}
    return JsonResponse({"ready": ready, "checks": checks}, status=200 if ready else 503)
