"""The project's settings, kept away from the developer's own data; child processes inherit the environment."""

import os
import tempfile
from pathlib import Path

if "CONCORD_HOME" not in os.environ:
    os.environ["CONCORD_HOME"] = os.environ["CONCORD_TEST_HOME"] = tempfile.mkdtemp(prefix="concord-test-")
_home, _process = os.environ["CONCORD_HOME"], os.environ.get("PYTEST_XDIST_WORKER")
if _process and _home == os.environ.get("CONCORD_TEST_HOME"):
    # one of several test processes, not a child of one: it gets its own home and thereby its own broker
    os.environ["CONCORD_HOME"] = str(Path(_home) / _process)
    Path(os.environ["CONCORD_HOME"]).mkdir(exist_ok=True)
os.environ.setdefault("CONCORD_SECRET_KEY", "tests-only")

from config.settings import *  # noqa: E402, F403

STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}  # noqa: F405
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = True  # nothing needs to be collected first
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # fast

# a file, as when serving: threads and worker processes share it, and its locks are the real ones
_name = "concord_test" if "postgresql" in str(DATABASES["default"]["ENGINE"]) else str(CONCORD_HOME / "test.sqlite3")  # noqa: F405
DATABASES["default"]["TEST"] = {"NAME": _name}  # noqa: F405
