"""Forms for the selection of dialogues."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from corpus.domain.selection.candidates import SCREENED
from corpus.domain.selection.steps import LARGEST_SEED, LONGEST_REASON
from corpus.models import Corpus, SelectionStep

SCREENED_NAMES = {
    "undecided": _("not decided yet"),
    "in": _("screened in"),
    "out": _("screened out"),
    "all": _("all"),
}


class CriteriaForm(forms.Form):
    """The filter of the shown candidates; every field may be empty."""

    screened = forms.ChoiceField(
        label=pgettext_lazy("selection", "Decision"), choices=[(name, SCREENED_NAMES[name]) for name in SCREENED]
    )
    series = forms.ChoiceField(label=_("Series"), required=False)
    episode = forms.CharField(label=_("Episode"), required=False, max_length=200)
    text = forms.CharField(label=_("Contains the text"), required=False, max_length=200)
    shortest = forms.IntegerField(label=_("Utterances, at least"), required=False, min_value=1, max_value=10_000)

    def __init__(self, *args: Any, corpus: Corpus, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = corpus.series.order_by("name").values_list("name", flat=True)
        self.fields["series"].choices = [("", _("all")), *((name, name) for name in names)]  # type: ignore[attr-defined]
        self.fields["episode"].widget.attrs["list"] = "episode-titles"


class DrawForm(forms.Form):
    """A random draw from the dialogues that were found."""

    number = forms.IntegerField(label=_("Dialogues to draw"), min_value=1, max_value=1_000_000)
    per = forms.ChoiceField(label=_("Draw them"), choices=SelectionStep.Per.choices)
    seed = forms.IntegerField(label=_("Seed"), min_value=0, max_value=LARGEST_SEED)
    rule = forms.CharField(
        label=_("Sampling rule in your words"), required=False, max_length=LONGEST_REASON, widget=forms.TextInput
    )
