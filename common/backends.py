"""Who a session belongs to: every request asks."""

from django.contrib.auth.backends import ModelBackend
from django.db import models

from common.auth.session_store import take_person
from common.database.prepared import Parameter, PreparedSelect
from common.models import User

PERSON = PreparedSelect(lambda: User.objects.filter(pk=Parameter("pk", models.BigAutoField())))


class PasswordBackend(ModelBackend):
    """Django's own; only how a known person is found differs."""

    def get_user(self, user_id: int) -> User | None:
        """Return the person; None for one who is gone or deactivated."""
        user = take_person(user_id) or PERSON.first(pk=user_id)
        return user if user and self.user_can_authenticate(user) else None
