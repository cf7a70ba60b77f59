"""The WSGI application."""

import os

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.core.wsgi import get_wsgi_application

from config.web.request_queue import RequestQueue

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
application = RequestQueue(get_wsgi_application())

from common.jobs.queue import handlers  # noqa: E402 -- its models need the apps, which are ready now

handlers()  # before the server forks
if settings.SECRET_KEY == settings.NO_SECRET_KEY:
    raise ImproperlyConfigured("set CONCORD_SECRET_KEY, or start with `manage.py run`, which makes one")
