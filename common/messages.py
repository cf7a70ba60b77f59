"""The sentences of this app's error codes, and the names of stages of work."""

from django.utils.translation import gettext_lazy as _

from common.errors import UNKNOWN, describe

describe(
    {
        UNKNOWN: _("Something failed (%(code)s)."),
        "job.crashed": _("Something went wrong that Concord did not foresee. The log has the details (job %(job)s)."),
        "job.abandoned": _("Given up after %(attempts)s attempts: each time the worker died in the middle of it."),
        "job.not_failed": _("Only a job that failed can be tried again."),
        "job.overtaken": _("A newer job is at the same work already."),
        "token.wrong_password": _("This is not your password."),
        "token.too_many": _("You have %(most)s tokens; end one that you do not need any more."),
        "token.unknown": _("This token is unknown, was ended, or is older than your password."),
        "common.not_the_author": _("Somebody else is signed in now."),
        "disk.full": _(
            "Not enough free disk space: %(needed_mb)s MB are needed beside the reserve, %(free_mb)s MB are free."
        ),
    }
)
