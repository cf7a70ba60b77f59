"""Backups: the database and the media in one file, checked when it is read again."""

from config.backup.domain import back_up, restore

__all__ = ["back_up", "restore"]
