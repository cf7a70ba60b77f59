"""Sessions in the database. Each request loads its session and user by one prepared statement."""

from contextvars import ContextVar
from typing import Any

from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.backends import db
from django.db import models
from django.utils import timezone

from common.database.prepared import Instance, PreparedSelect
from common.models import Session, User

SESSION = PreparedSelect(
    Instance(Session, user=Instance(User)),
    """
    SELECT {columns} FROM common_session session LEFT JOIN common_user "user" ON "user".id = session.user_id
    WHERE session.session_key = %(key)s AND session.expire_date > %(now)s
    """,
    {"key": models.CharField(), "now": models.DateTimeField()},
)
# The user of the session that was loaded last. Django loads a session and then, by its id, the user, and offers no way
# to pass an object from one to the other.
_user: ContextVar[User | None] = ContextVar("user", default=None)


class SessionStore(db.SessionStore):
    """Django's database sessions with a column for the user."""

    @classmethod
    def get_model_class(cls) -> type[Session]:
        """Return the model of the sessions."""
        return Session

    def create_model_instance(self, data: dict[str, Any]) -> Session:
        """Return the row to save."""
        row = super().create_model_instance(data)
        assert isinstance(row, Session)  # noqa: S101 -- the class above
        row.user_id = data.get(SESSION_KEY)
        return row

    def _get_session_from_db(self) -> Session | None:
        session = SESSION.first(key=self.session_key, now=timezone.now())
        _user.set(session.user if session else None)
        if session is None:
            self._session_key = None
        return session


def pop_session_user(pk: int) -> User | None:
    """Return the user of the session loaded last if `pk` is their id, else None; only the first call returns a user."""
    user = _user.get()
    _user.set(None)
    return user if user and user.pk == pk else None
