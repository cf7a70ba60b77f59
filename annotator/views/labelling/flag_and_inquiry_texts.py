"""Texts of the labelling page for flags, inquiries and the guideline."""

from django.utils.translation import gettext as _

from annotator.models import Flag, Inquiry


def notes_texts() -> dict[str, str]:
    """Return the texts for static/js/label/messages, which fills placeholders such as `{was}`."""
    states = [*Flag.State.choices, *Inquiry.State.choices]
    return {
        **{f"reason.{value}": str(label) for value, label in Flag.Reason.choices},
        **{f"state.{value}": str(label) for value, label in states},
        "takeBack": _("Withdraw"),
        "nothingInParticular": _("no specific question"),
        "myQuestions": _("My inquiries"),
        "myFlags": _("My flags"),
        "forAll": _("Published replies"),
        "noMessages": _("No inquiries or flags yet."),
        "goThere": _("Go to utterance"),
        "guidelineChanged": _("The guideline was updated (version {version})."),
        "guidelineNew": _("A guideline is now available. Press G to read it."),
        "guidelineForm": _("Only the formatting changed; the text in this language is the same."),
        "changed": _("Edited since you answered it:"),
        "changedSeen": _("Edited since it was shown to you:"),
        "changedAsk": _("Utterance {n} was edited before your answers were saved. Please check it again."),
        "askedAgain": _("The codebook changed since you answered. Please answer again:"),
        "askedWas": _("{question} (you answered: {was})"),
        "codebookMoved": _(
            "The codebook has changed to version {version}. Your answers are saved and were moved to it."
        ),
        "codebookAsks": _(
            "The codebook has changed to version {version}. Your answers are saved and were moved to it; utterances "
            "with a question that is asked again: {n}."
        ),
        "was.text": _("the text was “{was}”"),
        "was.speaker": _("the speaker was {was}"),
        "was.start_ms": _("it started at {was}"),
        "was.end_ms": _("it ended at {was}"),
    }
