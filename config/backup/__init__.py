"""Backups: the database and the media in one file, checked when it is read again."""

from config.backup.domain import back_up
from config.backup.restoring import finish, require_finished, restore

__all__ = ["back_up", "finish", "require_finished", "restore"]
