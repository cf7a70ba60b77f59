import pytest

from common.auth import visitor_limit
from common.auth.visitor_limit import VisitorLimit


def test_each_address_has_its_own_requests_and_gets_new_ones_every_minute(monkeypatch: pytest.MonkeyPatch) -> None:
    now = 600.0
    monkeypatch.setattr(visitor_limit, "clock", lambda: now)
    limit = VisitorLimit(per_minute=2)
    assert [limit.allows("a") for _ in range(3)] == [True, True, False]
    assert limit.allows("b")
    now = 659.0
    assert not limit.allows("a")
    assert limit.wait() == 1
    now = 660.0
    assert limit.allows("a")
