"""Forms of the manager's calibration pages."""

from django import forms
from django.utils.translation import gettext_lazy as _

from annotator.models import CalibrationDialogue


class CalibrationForm(forms.Form):
    has_training = forms.BooleanField(
        label=_("Training round"),
        required=False,
        help_text=_("New annotators start here. After each utterance they see the accepted answers and the reasons."),
    )
    has_test = forms.BooleanField(
        label=_("Qualification test"),
        required=False,
        help_text=_("Main work is locked until the test is passed."),
    )
    pass_percent = forms.IntegerField(label=_("Pass mark (accepted answers, in %)"), min_value=1, max_value=100)
    attempts = forms.IntegerField(
        label=_("Attempts"),
        min_value=1,
        max_value=20,
        help_text=_("Each attempt uses its own test set, so the number of test sets limits the attempts."),
    )
    has_gold = forms.BooleanField(
        label=_("Hidden gold"),
        required=False,
        help_text=_(
            "Mixed into the main work. Annotators cannot tell these dialogues apart. So in a batch they get gold from "
            "its episodes only, and in the order “sequential” only at its place in the sequence: choose gold from all "
            "parts of the corpus. Results appear a few minutes after the end of a dialogue."
        ),
    )
    gold_percent = forms.IntegerField(label=_("Share of gold (dialogues, in %)"), min_value=1, max_value=50)


class UseForm(forms.Form):
    use = forms.ChoiceField(
        label=_("Purpose"),
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
        help_text=_("For the qualification test only: one set per attempt."),
    )
    unanimous = forms.ChoiceField(
        label=_("If annotators disagree"),
        choices=[("1", _("do not score the question")), ("", _("accept every answer given"))],
        required=False,
        initial="1",
    )

    def clean(self) -> dict[str, object]:
        """Ignore the number of the test set for other uses."""
        cleaned: dict[str, object] = super().clean() or {}
        if cleaned.get("use") != CalibrationDialogue.USES[1]:
            cleaned["part"] = 1
        return cleaned
