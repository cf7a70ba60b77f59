"""What the labelling page calls the things that the server refused, in the reader's language."""

from django.utils.translation import gettext as _


def refused_texts() -> dict[str, str]:
    """Return the texts for static/js/label/status/rejected_entries.js; `{n}` and the like are filled there."""
    return {
        "refused.commit": _("Labels of utterance {n} of {dialogue}"),
        "refused.undo": _("Undo of the labels of utterance {n} of {dialogue}"),
        "refused.flag": _("Flag on utterance {n} of {dialogue}"),
        "refused.withdraw": _("Taking back a flag in {dialogue}"),
        "refused.question": _("Question about utterance {n} of {dialogue}"),
        "refused.return": _("Return of {dialogue}"),
        "refused.acknowledge": _("Your word that you have read the guideline"),
        "refused.line": _("{what}: {reason}"),
        "sendAgain": _("Send again"),
        "discard": _("Discard"),
    }
