"""Backups: the database and the media in one file with checksums."""

from config.backup.creation import back_up
from config.backup.restoration import finish, require_finished, restore

__all__ = ["back_up", "finish", "require_finished", "restore"]
