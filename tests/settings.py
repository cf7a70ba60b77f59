"""The project's settings, kept away from the developer's own data; child processes inherit the environment."""

import os
import tempfile

os.environ.setdefault("CONCORD_HOME", tempfile.mkdtemp(prefix="concord-test-"))
os.environ.setdefault("CONCORD_SECRET_KEY", "tests-only")

from config.settings import *  # noqa: F403

STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}  # noqa: F405
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = True  # nothing needs to be collected first
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # fast

# a file, as when serving: threads and worker processes share it, and its locks are the real ones
_name = "concord_test" if "postgresql" in str(DATABASES["default"]["ENGINE"]) else str(CONCORD_HOME / "test.sqlite3")  # noqa: F405
DATABASES["default"]["TEST"] = {"NAME": _name}  # noqa: F405
