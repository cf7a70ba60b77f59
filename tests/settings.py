"""The project's settings, kept away from the developer's own data; child processes inherit the environment."""

import os
import tempfile
from pathlib import Path

os.environ.setdefault("CONCORD_HOME", tempfile.mkdtemp(prefix="concord-test-"))
if _process := os.environ.get("PYTEST_XDIST_WORKER"):  # each of several has a broker of its own, and files
    _home = Path(os.environ["CONCORD_HOME"]) / _process
    _home.mkdir(exist_ok=True)
    os.environ["CONCORD_HOME"] = str(_home)
os.environ.setdefault("CONCORD_SECRET_KEY", "tests-only")

from config.settings import *  # noqa: F403

STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}  # noqa: F405
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = True  # nothing needs to be collected first
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # fast

# a file, as when serving: threads and worker processes share it, and its locks are the real ones
_name = "concord_test" if "postgresql" in str(DATABASES["default"]["ENGINE"]) else str(CONCORD_HOME / "test.sqlite3")  # noqa: F405
DATABASES["default"]["TEST"] = {"NAME": _name}  # noqa: F405
