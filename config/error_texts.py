"""Sentences for the error codes of backup and restore."""

from django.utils.translation import gettext_lazy as _

from common.errors import describe

describe(
    {
        "backup.exists": _("%(file)s already exists. Nothing was written; choose another file name."),
        "backup.missing": _("File not found: %(file)s."),
        "backup.damaged": _("%(file)s is damaged or not a Concord backup. Nothing was changed."),
        "backup.other_database": _(
            "The backup was made from a %(theirs)s database, but this installation uses %(ours)s. Nothing was changed."
        ),
        "backup.newer": _(
            "A newer version of Concord made this backup. Nothing was changed; upgrade Concord, then restore again."
        ),
        "backup.not_empty": _(
            "This installation already has users or media. Nothing was changed; --force replaces them."
        ),
        "backup.too_old": _(
            "This version cannot upgrade a backup that old. Restore it with Concord 0.1 and make a new backup there."
        ),
        "backup.unfinished": _(
            "A restore was interrupted, so the database and the media do not match. "
            "Run `manage.py restore --finish` to complete it."
        ),
        "backup.bad_plan": _(
            "The plan of the interrupted restore in %(folder)s cannot be read. Nothing was changed. "
            "Move this folder out of the media folder, then restore the backup again with --force."
        ),
        "backup.nothing_to_finish": _("There is no interrupted restore to complete."),
        "backup.running": _("Concord is running on this data folder. Nothing was changed; stop Concord first."),
    }
)
