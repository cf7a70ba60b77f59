"""The sentences of this app's error codes."""

from django.utils.translation import gettext_lazy as _

from common.errors import describe

describe(
    {
        "backup.exists": _("%(file)s exists already; nothing was written."),
        "backup.missing": _("There is no file %(file)s."),
        "backup.damaged": _("%(file)s is damaged or no backup of Concord; nothing was changed."),
        "backup.other_database": _(
            "The backup is of a %(theirs)s database, this one is %(ours)s; nothing was changed."
        ),
        "backup.too_old": _(
            "This version cannot upgrade a backup that old. Restore it with Concord 0.1 and make a new backup there."
        ),
        "backup.newer": _("The backup was made by a newer Concord than this one; nothing was changed."),
        "backup.not_empty": _("There are people or media here already; --force replaces them. Nothing was changed."),
        "backup.unfinished": _(
            "A restore was killed in the middle, so database and media do not belong together. "
            "`manage.py restore --finish` completes it."
        ),
        "backup.nothing_to_finish": _("No restore was killed here; there is nothing to complete."),
        "backup.running": _("Concord is running on this home; end it first. Nothing was changed."),
    }
)
