import pytest
from django.db import connection
from django.db.models import Q

from common.database.hints import Rarely
from common.models import User
from tests.factories import UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def test_a_rare_condition_finds_the_same_rows_and_is_a_hint_for_sqlite_alone() -> None:
    one, _ = UserFactory(), UserFactory()
    found = User.objects.filter(Rarely(Q(username__in=[one.username, "nobody"])), is_active=True)
    assert list(found) == [one]
    assert ("unlikely(" in str(found.query)) == (connection.vendor == "sqlite")
