"""Texts of the modules that the pages for labelling and for adjudication share."""

from django.utils.translation import gettext as _


def work_texts() -> dict[str, str]:
    """Return the texts of player, dialogue, questions, save status and sign-in, with placeholders such as `{n}`."""
    return {
        "nobody": _("Unnamed"),
        "usual": _("nothing special"),
        "cannotJudge": _("{what}: cannot judge"),
        "refusedChip": _("{what}?"),
        "notApplicable": _("not applicable"),
        "saved": _("Saved"),
        "notAccepted": _("Rejected ({n})"),
        "waiting": _("Waiting ({n})"),
        "offlineWaiting": _("Offline, waiting ({n})"),
        "offline": _("The server is not responding. Retrying …"),
        "keepOpen": _("keep this page open"),
        "wrongPassword": _("Wrong user name or password."),
        "lockedOut": _("Too many failed attempts. Try again in 15 minutes."),
        "expired": _(
            "You are signed out. Unsent entries ({n}) are stored here and will be sent after you sign in again."
        ),
        "stranger": _("Someone else is signed in now. Entries made here ({n}) will be sent after you sign in again."),
        "blocked": _("Press space to play"),
        "broken": _("The recording cannot be played"),
        "refused.line": _("{what}: {reason}"),
        "sendAgain": _("Send again"),
        "discard": _("Discard"),
    }
