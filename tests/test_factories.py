from typing import Any

import pytest
from factory.base import Factory

from tests import factories

ALL: list[Any] = [kind for kind in vars(factories).values() if isinstance(kind, type) and issubclass(kind, Factory)]


@pytest.mark.django_db
@pytest.mark.parametrize("kind", [kind for kind in ALL if kind._meta.model])
def test_each_factory_makes_a_row_that_the_constraints_take(kind: type[Factory]) -> None:
    row = kind()

    assert type(row).objects.count() == 1
