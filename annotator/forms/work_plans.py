"""Forms for quotas, absences, and handing work over."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from annotator.domain.allocation.work_plans import MOST
from annotator.forms.batches import PeopleField
from corpus.models import Rater


class QuotaForm(forms.Form):
    most_dialogues = forms.IntegerField(
        label=_("Dialogues in total"), min_value=1, max_value=MOST, required=False, help_text=_("Empty: no limit.")
    )
    most_per_week = forms.IntegerField(
        label=_("New dialogues per week"),
        min_value=1,
        max_value=MOST,
        required=False,
        help_text=_("From Monday on. Empty: no limit."),
    )


class AbsenceForm(forms.Form):
    first = forms.DateField(label=_("First day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    last = forms.DateField(label=_("Last day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


class HandOverForm(forms.Form):
    to = PeopleField(required=False)

    def __init__(self, *args: Any, rater: Rater, **more: Any) -> None:
        super().__init__(*args, **more)
        people = self.fields["to"]
        assert isinstance(people, PeopleField)  # noqa: S101 -- declared above
        people.of(rater.corpus, without=rater.pk)
        people.label = _("Hand over to")
        people.help_text = _("Nobody selected: the dialogues become free for everyone in their batches.")
