from pathlib import Path
from typing import Any

import pytest

from common.models import User
from config.setup.first_run import ANNOTATORS, MANAGER, ensure_accounts, ensure_secret_key, passwords_path

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _home(settings: Any, tmp_path: Path) -> None:
    settings.CONCORD_HOME = tmp_path
    settings.SECRET_KEY_PATH = tmp_path / "secret_key"


def test_the_first_start_makes_a_manager_and_the_demo_its_annotators() -> None:
    passwords = ensure_accounts(annotators=True)
    assert list(passwords) == [MANAGER, *ANNOTATORS]
    assert len(set(passwords.values())) == 4
    for name, password in passwords.items():
        assert User.objects.get(username=name).check_password(password)
    assert [user.username for user in User.objects.filter(may_create_corpora=True)] == [MANAGER]


def test_the_passwords_are_for_the_owner_of_the_machine_alone() -> None:
    passwords = ensure_accounts(annotators=False)
    assert passwords_path().read_text(encoding="utf-8") == f"manager {passwords[MANAGER]}\n"
    assert passwords_path().stat().st_mode & 0o777 == 0o600


def test_a_second_start_creates_nothing() -> None:
    ensure_accounts(annotators=True)
    assert ensure_accounts(annotators=True) == {}


def test_no_manager_is_created_if_there_are_accounts() -> None:
    User.objects.create_user("mei")
    assert ensure_accounts(annotators=False) == {}


def test_a_password_file_that_cannot_be_written_leaves_no_account(settings: Any, tmp_path: Path) -> None:
    settings.CONCORD_HOME = tmp_path / "missing"
    with pytest.raises(OSError, match="missing"):
        ensure_accounts(annotators=False)
    assert User.objects.count() == 0


def test_the_secret_key_is_made_once(settings: Any) -> None:
    ensure_secret_key()
    key = settings.SECRET_KEY_PATH.read_text(encoding="ascii")
    ensure_secret_key()
    assert settings.SECRET_KEY_PATH.read_text(encoding="ascii") == key
    assert len(key) >= 50
    assert settings.SECRET_KEY_PATH.stat().st_mode & 0o777 == 0o600
