"""The sentences of this app's refusals."""

from django.utils.translation import gettext_lazy as _

from common.errors import describe

describe(
    {
        "annotator.no_codebook": _("This corpus has no codebook yet, so there is nothing to label."),
        "annotator.no_rater": _("Your membership has no name to label under; ask the manager to set your role again."),
        "annotator.superseded": _(
            "This dialogue was given to someone else after a long pause. What you sent since is kept for the manager."
        ),
        "annotator.unfinished": _("%(left)s utterances of this dialogue have no labels yet."),
        "annotator.not_open": _("This assignment is finished or was released before."),
        "annotator.unknown_utterance": _("This utterance does not belong to the dialogue any more."),
        "annotator.daily_limit": _(
            "You have worked %(minutes)s minutes today, and that is enough: judgement tires before one notices. "
            "Everything is saved; go on tomorrow."
        ),
        "annotator.shortcut_off": _("This codebook does not allow answering all questions with one key."),
        "annotator.nothing_to_undo": _("There is nothing to undo here."),
        "annotator.not_the_author": _("These labels belong to another person, who has to sign in to send them."),
    }
)
