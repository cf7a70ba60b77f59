"""What the first start makes: the secret key and the first accounts."""

import os
import secrets
from pathlib import Path

from django.conf import settings
from django.db import transaction

from common.models import User

MANAGER = "manager"
ANNOTATORS = ["annotator1", "annotator2", "annotator3"]
# without those that are mistaken for each other when read from a screen
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


def write_private(path: Path, text: str) -> None:
    """Write a file that only its owner can read, whole or not at all."""
    unfinished = path.with_name(path.name + ".part")
    unfinished.unlink(missing_ok=True)
    with os.fdopen(os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)


def ensure_secret_key() -> None:
    """Make the key that signs sessions, once per home."""
    if not settings.SECRET_KEY_PATH.exists():
        write_private(settings.SECRET_KEY_PATH, secrets.token_urlsafe(50))


def fresh_password() -> str:
    """Return a new password of 59 bits in three groups, to be read from a screen and typed."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(3))


def ensure_accounts(*, annotators: bool) -> dict[str, str]:
    """Make the first manager, and the demo's annotators when asked for; return the new passwords by user name.

    Nothing is made for names that exist, and no manager where anybody has an account already. The passwords are
    stored hashed, and in `passwords.txt` in the home, for its owner only.
    """
    wanted = ([] if User.objects.exists() else [MANAGER]) + (ANNOTATORS if annotators else [])
    passwords: dict[str, str] = {}
    with transaction.atomic():
        for name in wanted:
            if not User.objects.filter(username=name).exists():
                passwords[name] = fresh_password()
                User.objects.create_user(name, password=passwords[name], may_create_corpora=name == MANAGER)
        if passwords:
            path = passwords_path()
            earlier = path.read_text(encoding="utf-8") if path.exists() else ""
            write_private(path, earlier + "".join(f"{name} {password}\n" for name, password in passwords.items()))
    return passwords


def passwords_path() -> Path:
    """Return the file with the first passwords."""
    return settings.CONCORD_HOME / "passwords.txt"
