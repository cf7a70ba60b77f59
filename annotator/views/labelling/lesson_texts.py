"""Texts of the labelling page for training and test."""

from django.utils.translation import gettext as _


def lesson_texts() -> dict[str, str]:
    """Return the texts shown in training and between training, test and main work."""
    return {
        "trainingPlace": _("Training: dialogue {n} of {all}"),
        "testPlace": _("Test: dialogue {n} of {all}"),
        "lessonWaits": _("Loading …"),
        "lessonRight": _("All answers accepted"),
        "lessonWrong": _("Some answers not accepted"),
        "lessonYours": _("Your answer"),
        "lessonAccepted": _("Accepted"),
        "lessonUnsure": _("cannot judge"),
        "verdict-right": _("✓ accepted"),
        "verdict-wrong": _("✗ not accepted"),
        "verdict-open": _("not counted"),
        "trainingTitle": _("Training first"),
        "trainingText": _(
            "Training dialogues: {n}. After each utterance you see the accepted answers and the reasons. "
            "Nothing here counts."
        ),
        "testTitle": _("Next: the test"),
        "testText": _(
            "Test dialogues: {n}, without feedback after each utterance. You pass if {asked} of your answers "
            "are accepted."
        ),
        "againTitle": _("Not passed: {share} accepted, {mark} needed"),
        "againText": _(
            "Only the manager sees this result. Read the guideline again before the next attempt. Attempts "
            "left: {left}. New dialogues in the next test: {n}."
        ),
        "qualifiedTitle": _("Passed"),
        "qualifiedText": _("{share} of your answers were accepted. You can start the main work."),
        "beginTitle": _("You can start the main work"),
        "beginText": _("From now on your answers are part of the corpus."),
        "failedTitle": _("Test not passed: {share} accepted, {mark} needed"),
        "failedText": _(
            "Thank you for your time. Please contact the manager, who can see your result and give you "
            "another attempt or qualify you."
        ),
    }
