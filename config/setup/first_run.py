"""The secret key and the first accounts of an installation."""

import os
import secrets
from pathlib import Path

from django.conf import settings
from django.db import transaction

from common.models import User

MANAGER = "manager"
ANNOTATORS = ["annotator1", "annotator2", "annotator3"]
# without similar-looking characters
LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"


def write_private(path: Path, text: str) -> None:
    """Write a file atomically, readable by its owner only."""
    unfinished = path.with_name(path.name + ".part")
    unfinished.unlink(missing_ok=True)
    with os.fdopen(os.open(unfinished, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)


def ensure_secret_key() -> None:
    """Create the secret key of the home folder, if there is none."""
    if not settings.SECRET_KEY_PATH.exists():
        write_private(settings.SECRET_KEY_PATH, secrets.token_urlsafe(50))


def fresh_password() -> str:
    """Return a new password of 59 bits in three groups, easy to read and type."""
    return "-".join("".join(secrets.choice(LETTERS) for _ in range(4)) for _ in range(3))


def ensure_accounts(*, annotators: bool) -> dict[str, str]:
    """Create the first manager, and on request the annotators of the demo; return the new passwords by user name.

    Existing users are skipped, and the manager is only created if there are no accounts. The passwords are stored
    hashed, and in plain text in `passwords.txt` in the home folder, readable by its owner only.
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
    """Return the path of the file with the first passwords."""
    return settings.CONCORD_HOME / "passwords.txt"
