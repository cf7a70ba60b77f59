"""System checks of the configuration."""

import shutil
from typing import Any

from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register  # noqa: A004 -- Django's name


@register(Tags.security, deploy=True)
def secret_key_is_set(**_kwargs: Any) -> list[CheckMessage]:
    """Require a secret key of this installation."""
    if settings.SECRET_KEY != settings.NO_SECRET_KEY:
        return []
    return [
        Error("No secret key is set.", hint="Set CONCORD_SECRET_KEY or CONCORD_SECRET_KEY_FILE.", id="concord.E001")
    ]


@register(Tags.database, deploy=True)
def several_hosts_need_a_server(**_kwargs: Any) -> list[CheckMessage]:
    """Warn of SQLite in production, where several hosts may need the database."""
    if not settings.PRODUCTION or "sqlite" not in str(settings.DATABASES["default"]["ENGINE"]):
        return []
    hint = "Set DATABASE_URL=postgres://…: an SQLite file cannot be shared between hosts."
    return [Warning("The production set-up uses SQLite.", hint=hint, id="concord.W001")]


@register()
def ffmpeg_is_there(**_kwargs: Any) -> list[CheckMessage]:
    """Warn of an FFMPEG_BIN that is not an executable."""
    if not settings.FFMPEG_BIN or shutil.which(settings.FFMPEG_BIN):
        return []
    return [Warning(f"FFMPEG_BIN is not an executable: {settings.FFMPEG_BIN}", id="concord.W002")]


@register()
def media_prefix_is_a_folder(**_kwargs: Any) -> list[CheckMessage]:
    """Require slashes around the path prefix for media sent by nginx."""
    prefix = settings.X_ACCEL_PREFIX
    if not prefix or (prefix.startswith("/") and prefix.endswith("/")):
        return []
    return [Error("CONCORD_X_ACCEL_PREFIX must begin and end with a slash.", id="concord.E002")]
