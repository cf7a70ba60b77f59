"""Texts of the adjudication page."""

from django.utils.translation import gettext as _

from annotator.views.labelling.work_texts import work_texts


def texts() -> dict[str, str]:
    """Return the texts for static/js/adjudicate, which fills placeholders such as `{letter}`."""
    return {
        **work_texts(),
        "setAside": _("{n} decisions arrived after the case went to someone else. They are stored as late work."),
        "refused.decide": _("Decision on utterance {n} of {dialogue}"),
        "refused.undo": _("Undo of the decision on utterance {n} of {dialogue}"),
        "refused.skip": _("Return of utterance {n} of {dialogue} to the queue"),
        "cut": "",
        "cutSent": "",
        "takeAll": _("Take all answers of {letter}"),
        "settle": _("{letter}: {question} {answer}"),
        "none": _("not asked"),
        "agreed": _("Agreed ({n}): {answers}"),
        "unfold": _("Show all questions"),
        "fold": _("Hide agreed answers"),
        "store": _("Decide"),
        "storeAs": _("Decide as {letter}"),
        "next": _("Next"),
        "open": _("Open questions: {n}"),
        "asColumn": _("As {letter}"),
        "ownProfile": _("Own answers"),
        "blind": _("Decide first. The annotators’ answers appear afterwards."),
        "afterClip": _("Stored as soon as the clip has played."),
        "decided.profile": _("Decided"),
        "decided.undecidable": _("Cannot be decided"),
        "decided.discussion": _("Needs discussion"),
        "decidedAs": _("Decided as {letter}"),
        "final": _("Your second decision stays, since you see the answers now."),
        "decidedHere": _("decided: {n}"),
        "waitingCases": _("waiting: {n}"),
        "ask.own": _("Why do you give another answer?"),
        "why.own": _("No annotator gave one of your answers."),
        "ask.undecidable": _("Why can this not be decided?"),
        "why.undecidable": _("The utterance gets no label. A reason is optional."),
        "ask.discussion": _("What should be discussed?"),
        "why.discussion": _("The case appears in the list for discussion. A comment is optional."),
        "meeting": _("Meeting"),
        "meetingAlone": _("Meeting: on"),
        "meetingOf": _("Meeting: {names}"),
    }
