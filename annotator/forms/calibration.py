"""Forms of the manager's calibration pages."""

from django import forms
from django.utils.translation import gettext_lazy as _

from annotator.models import CalibrationDialogue


class CalibrationForm(forms.Form):
    has_training = forms.BooleanField(
        label=_("Training round"),
        required=False,
        help_text=_("New people begin here; after each utterance they see the accepted answers and why."),
    )
    has_test = forms.BooleanField(
        label=_("Qualification test"),
        required=False,
        help_text=_("The main work is closed until it is passed."),
    )
    pass_percent = forms.IntegerField(label=_("Pass mark (% of the answers accepted)"), min_value=1, max_value=100)
    attempts = forms.IntegerField(
        label=_("Attempts"),
        min_value=1,
        max_value=20,
        help_text=_("Each takes a test set of its own, so there are never more than there are test sets."),
    )
    has_gold = forms.BooleanField(
        label=_("Hidden gold"),
        required=False,
        help_text=_("Mixed into the main work. Nothing tells the annotators which dialogue it is."),
    )
    gold_percent = forms.IntegerField(label=_("Share of gold (% of the dialogues)"), min_value=1, max_value=50)


class UseForm(forms.Form):
    use = forms.ChoiceField(
        label=_("Use them for"),
        choices=[
            ("training", _("training")),
            ("test", _("the qualification test")),
            ("gold", _("hidden gold")),
        ],
    )
    part = forms.IntegerField(
        label=_("Test set"),
        min_value=1,
        max_value=20,
        initial=1,
        help_text=_("Only for the test: one set per attempt."),
    )
    unanimous = forms.ChoiceField(
        label=_("Where people differ"),
        choices=[("1", _("do not judge that question")), ("", _("accept each of their answers"))],
        required=False,
        initial="1",
    )

    def clean(self) -> dict[str, object]:
        """A number of a test set means nothing for the other uses."""
        checked: dict[str, object] = super().clean() or {}
        if checked.get("use") != CalibrationDialogue.USES[1]:
            checked["part"] = 1
        return checked
