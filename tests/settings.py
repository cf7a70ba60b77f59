"""The project's settings, kept away from the developer's own data; child processes inherit the environment."""

import os
import tempfile

os.environ.setdefault("CONCORD_HOME", tempfile.mkdtemp(prefix="concord-test-"))
os.environ.setdefault("CONCORD_SECRET_KEY", "tests-only")

from config.settings import *  # noqa: F403

STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}  # noqa: F405
WHITENOISE_AUTOREFRESH = WHITENOISE_USE_FINDERS = True  # nothing needs to be collected first
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]  # fast
