"""Texts about the selection of dialogues."""

from django.utils.translation import gettext_lazy as _

from common.errors import describe

describe(
    {
        "selection.no_reason": _("Give a reason. Reports and releases list it."),
        "selection.reason_too_long": _("A reason may have at most %(longest)s characters."),
        "selection.nothing": _("No dialogue was selected. Select some, or decide on all that were found."),
        "selection.too_many": _(
            "One step decides on at most %(most)s dialogues. Narrow the search, for example to a series."
        ),
        "selection.answered": _(
            "Annotators have answered %(dialogue)s, so it can no longer be screened out. Nothing was changed."
        ),
        "selection.bad_number": _("Draw at least one dialogue."),
        "selection.bad_seed": _("A seed is a whole number from 0 to %(largest)s."),
        "selection.already_decided": _(
            "A sample is drawn from dialogues that are not decided yet, or from those screened in."
        ),
        "selection.undone": _("This step was undone already."),
        "selection.later_step": _("A later step decided on some of the same dialogues. Undo that step first."),
        "selection.screened_out": _(
            "%(dialogue)s was screened out. Screen it in on the page Selection, with a reason; then it is as before."
        ),
    }
)
