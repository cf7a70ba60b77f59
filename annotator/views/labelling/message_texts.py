"""What the labelling page says of flags, questions and the guideline, in the reader's language."""

from django.utils.translation import gettext as _

from annotator.models import Flag, Inquiry


def notes_texts() -> dict[str, str]:
    """Return the texts for static/js/label/messages; `{was}` and the like are filled there."""
    states = [*Flag.State.choices, *Inquiry.State.choices]
    return {
        **{f"reason.{value}": str(words) for value, words in Flag.Reason.choices},
        **{f"state.{value}": str(words) for value, words in states},
        "takeBack": _("Take back"),
        "nothingInParticular": _("nothing in particular"),
        "myQuestions": _("My questions"),
        "myFlags": _("My flags"),
        "forAll": _("Answered for everybody"),
        "noMessages": _("Nothing was asked or flagged yet."),
        "goThere": _("Go there"),
        "guidelineChanged": _("The guideline has changed (version {version})."),
        "guidelineNew": _("There is a guideline now. Open it with G and read it."),
        "guidelineForm": _("Only its form has changed, not what it says in this language."),
        "changed": _("Changed since you labelled it:"),
        "changedSeen": _("Changed since it was shown to you:"),
        "changedAsk": _("Utterance {n} was changed before your labels of it were saved. Look at it again."),
        "was.text": _("the text was “{was}”"),
        "was.speaker": _("the speaker was {was}"),
        "was.start_ms": _("it started at {was}"),
        "was.end_ms": _("it ended at {was}"),
    }
