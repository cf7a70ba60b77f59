"""Sessions as Django keeps them in the database, found by a prepared statement: every request looks for one."""

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db import models
from django.utils import timezone

from common.prepared import Parameter, Question

FOUND = Question(
    lambda: Session.objects.filter(
        session_key=Parameter("key", models.CharField()), expire_date__gt=Parameter("now", models.DateTimeField())
    )
)


class SessionStore(db.SessionStore):
    """A session; only how it is found differs."""

    def _get_session_from_db(self) -> Session | None:
        found = FOUND.first(key=self.session_key, now=timezone.now())
        if found is None:
            self._session_key = None
        return found
