"""Sentences for the error codes of this app."""

from django.utils.translation import gettext_lazy as _

from common.errors import UNKNOWN, describe

describe(
    {
        UNKNOWN: _("The operation failed (%(code)s)."),
        "job.crashed": _("An unexpected error occurred. The server log has the details (job %(job)s)."),
        "job.abandoned": _("The worker died during each of %(attempts)s attempts. The job was stopped."),
        "job.not_failed": _("Only failed jobs can be retried."),
        "job.overtaken": _("A newer job already does the same work."),
        "password.wrong": _("The password is incorrect."),
        "password.locked": _("The password was wrong too many times. Wait %(minutes)s min, then try again."),
        "token.too_many": _("You already have %(most)s tokens. Revoke one you no longer need, then try again."),
        "token.unknown": _(
            "This token is unknown, revoked, or older than your password. Create a new one on the account page."
        ),
        "common.not_the_author": _("Someone else is signed in now. Sign in again to continue."),
        "disk.full": _(
            "Not enough disk space: %(needed_mb)s MB needed, %(free_mb)s MB free, of which %(reserve_mb)s MB stay "
            "reserved for the database (CONCORD_MIN_FREE_BYTES). Free some space, then try again."
        ),
    }
)
