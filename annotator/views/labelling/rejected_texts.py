"""Texts of the labelling page for rejected entries."""

from django.utils.translation import gettext as _


def rejected_texts() -> dict[str, str]:
    """Return the texts for static/js/label/status/rejected_entries.js, which fills placeholders such as `{n}`."""
    return {
        "refused.commit": _("Answers for utterance {n} of {dialogue}"),
        "refused.correct": _("Correction of utterance {n} of {dialogue}"),
        "refused.undo": _("Undo of the answers for utterance {n} of {dialogue}"),
        "refused.flag": _("Flag on utterance {n} of {dialogue}"),
        "refused.withdraw": _("Withdrawal of a flag in {dialogue}"),
        "refused.question": _("Inquiry about utterance {n} of {dialogue}"),
        "refused.return": _("Return of {dialogue}"),
        "refused.acknowledge": _("Confirmation that you have read the guideline"),
    }
