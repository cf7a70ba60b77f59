"""What the labelling page says in training and test."""

from django.utils.translation import gettext as _


def lesson_texts() -> dict[str, str]:
    """Return what is said in training and between training, test and the main work."""
    return {
        "trainingPlace": _("Training: dialogue {n} of {all}"),
        "testPlace": _("Test: dialogue {n} of {all}"),
        "lessonWaits": _("One moment …"),
        "lessonRight": _("All of it is accepted"),
        "lessonWrong": _("Not all of it is accepted"),
        "lessonYours": _("Your answer"),
        "lessonAccepted": _("Accepted"),
        "lessonUnsure": _("cannot judge"),
        "verdict-right": _("✓ accepted"),
        "verdict-wrong": _("✗ not accepted"),
        "verdict-open": _("not counted"),
        "trainingTitle": _("First, some training"),
        "trainingText": _(
            "Dialogues to learn with: {n}. After each utterance you see which answers are accepted, and why. "
            "Nothing here counts."
        ),
        "testTitle": _("Now the test"),
        "testText": _(
            "Dialogues: {n}, without a hint after each utterance. "
            "It is passed when {asked} of the answers are accepted."
        ),
        "againTitle": _("Not this time: {share} accepted, {mark} are needed"),
        "againText": _(
            "That happens, and nobody but the manager sees it. Have another look at the guideline. "
            "Attempts left: {left}. Dialogues in the next test: {n}, all of them new."
        ),
        "qualifiedTitle": _("Passed"),
        "qualifiedText": _("{share} of your answers were accepted. The main work is open to you."),
        "beginTitle": _("The main work is open to you"),
        "beginText": _("From here on your labels are part of the corpus."),
        "failedTitle": _("The test is not passed: {share} accepted, {mark} are needed"),
        "failedText": _(
            "Thank you for the time you gave it. Please talk to the manager, who sees your result and can give you "
            "another attempt or let you through."
        ),
    }
