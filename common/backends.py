"""Who a session belongs to: every request asks."""

from django.contrib.auth.backends import ModelBackend

from common.auth.session_store import take_person
from common.database.prepared import Instance, PreparedSelect
from common.models import User

PERSON = PreparedSelect(Instance(User), 'SELECT {columns} FROM common_user "user" WHERE "user".id = %(pk)s')


class PasswordBackend(ModelBackend):
    """Django's own; only how a known person is found differs."""

    def get_user(self, user_id: int) -> User | None:
        """Return the person; None for one who is gone or deactivated."""
        user = take_person(user_id) or PERSON.first(pk=user_id)
        return user if user and self.user_can_authenticate(user) else None
