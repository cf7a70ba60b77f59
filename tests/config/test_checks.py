from typing import Any

import pytest

from config.checks import ffmpeg_is_there, media_prefix_is_a_folder, secret_key_is_set, several_hosts_need_a_server


def ids(messages: list[Any]) -> list[str]:
    return [message.id for message in messages]


@pytest.mark.parametrize(
    ("check", "wrong", "right", "expected"),
    [
        (secret_key_is_set, {"SECRET_KEY": "not-for-serving"}, {"SECRET_KEY": "x" * 50}, "concord.E001"),
        (several_hosts_need_a_server, {"PRODUCTION": True}, {"PRODUCTION": False}, "concord.W001"),
        (ffmpeg_is_there, {"FFMPEG_BIN": "/nowhere"}, {"FFMPEG_BIN": "true"}, "concord.W002"),
        (media_prefix_is_a_folder, {"X_ACCEL_PREFIX": "media"}, {"X_ACCEL_PREFIX": "/media/"}, "concord.E002"),
    ],
)
def test_each_check(
    settings: Any, monkeypatch: Any, check: Any, wrong: dict[str, Any], right: dict[str, Any], expected: str
) -> None:
    monkeypatch.setitem(settings.DATABASES["default"], "ENGINE", "django.db.backends.sqlite3")
    for name, value in wrong.items():
        setattr(settings, name, value)
    assert ids(check()) == [expected]
    for name, value in right.items():
        setattr(settings, name, value)
    assert ids(check()) == []
