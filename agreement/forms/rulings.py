"""The forms of rulings."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agreement.domain.rulings.making import LONGEST, read_selection
from corpus.rules.label_selection import Selection


class SelectionForm(forms.Form):
    """The filters of the label browser, as its address or the part after the question mark."""

    selection = forms.CharField(
        label=_("Past answers that it may affect"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 2, "spellcheck": "false"}),
        help_text=_("Set the filters on the page Answers and paste the address here. All of them must fit."),
    )

    def clean_selection(self) -> Selection:
        """Return the filters."""
        selection, faults = read_selection(self.cleaned_data["selection"])
        if faults:
            raise forms.ValidationError([str(each) for each in faults])
        if selection == Selection():
            raise forms.ValidationError(_("Set a filter, or every utterance would be asked again."))
        return selection


class RulingForm(SelectionForm):
    """A new ruling."""

    about = forms.ChoiceField(
        label=_("Question"), required=False, help_text=_("The example is added to its section of the guideline.")
    )
    case = forms.CharField(
        label=_("What was doubtful"), max_length=LONGEST, help_text=_("One sentence, as annotators would ask.")
    )
    text = forms.CharField(
        label=_("What holds"),
        max_length=LONGEST,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text=_(
            "The rule, and why it holds. Annotators read it in the guideline, with the utterance and its clip."
        ),
    )
    field_order = ("about", "case", "text", "selection")

    def __init__(self, *args: Any, questions: Sequence[tuple[str, str]], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["about"].choices = [("", _("none in particular")), *questions]  # type: ignore[attr-defined]
