"""Sessions in the database, found by a prepared statement together with the person: every request looks for both."""

from contextvars import ContextVar
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db
from django.db import models
from django.utils import timezone

from common.database.prepared import Instance, PreparedSelect
from common.models import Session, User

FOUND = PreparedSelect(
    Instance(Session, user=Instance(User)),
    """
    SELECT {columns} FROM common_session session LEFT JOIN common_user "user" ON "user".id = session.user_id
    WHERE session.session_key = %(key)s AND session.expire_date > %(now)s
    """,
    {"key": models.CharField(), "now": models.DateTimeField()},
)
# Who came with the session that was read last. Django asks for a session and then, by its id, for the person; between
# the two there is nothing to hand them on by.
_person: ContextVar[User | None] = ContextVar("person", default=None)


class SessionStore(db.SessionStore):
    """A session; how it is found differs from Django's, and that it knows its person."""

    @classmethod
    def get_model_class(cls) -> type[Session]:
        """Return whose rows they are."""
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        """Return the row to write."""
        row = super().create_model_instance(data)
        assert isinstance(row, Session)  # noqa: S101 -- the class above
        row.user_id = data.get(SESSION_KEY)
        return row

    def _get_session_from_db(self) -> Session | None:
        found = FOUND.first(key=self.session_key, now=timezone.now())
        _person.set(found.user if found else None)
        if found is None:
            self._session_key = None
        return found


def take_person(pk: int) -> User | None:
    """Return the person who came with the session just read, once; None where that was somebody else's."""
    person = _person.get()
    _person.set(None)
    return person if person and person.pk == pk else None
