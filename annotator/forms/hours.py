"""Forms of the page of hours."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from annotator.domain.hours.rates import LARGEST
from corpus.models import Corpus, Membership


def _day(label: Any) -> forms.DateField:
    return forms.DateField(label=label, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))


class DaysForm(forms.Form):
    """The first and the last day of a sheet; by default the current month."""

    first = _day(_("From"))
    last = _day(_("To"))

    @classmethod
    def of(cls, data: Any) -> DaysForm:
        """Return the form with the days of the address, or those of the current month."""
        return cls(data if "first" in data or "last" in data else cls.this_month())

    @staticmethod
    def this_month() -> dict[str, date]:
        """Return the first day of the month and today."""
        today = timezone.localdate()
        return {"first": today.replace(day=1), "last": today}


class _PersonField(forms.ModelChoiceField):  # type: ignore[type-arg]  # is no generic at run time
    """A member, by the name of the person."""

    def label_from_instance(self, obj: Any) -> str:
        """Return the name."""
        return str(obj.user)


class RateForm(forms.Form):
    """A rate of pay, for everyone or one person, from a day on."""

    person = _PersonField(
        label=_("Person"),
        queryset=Membership.objects.none(),
        to_field_name="public_id",
        required=False,
        empty_label=_("everyone without a rate of their own"),
    )
    hourly = forms.DecimalField(label=_("Per hour"), min_value=0, max_value=LARGEST, decimal_places=2)
    currency = forms.CharField(
        label=_("Currency"), min_length=3, max_length=3, widget=forms.TextInput(attrs={"placeholder": "EUR"})
    )
    valid_from = _day(_("Valid from"))

    def __init__(self, data: Any = None, *, corpus: Corpus, currency: str) -> None:
        super().__init__(data, initial={"currency": currency, "valid_from": timezone.localdate().replace(day=1)})
        person = self.fields["person"]
        assert isinstance(person, forms.ModelChoiceField)  # noqa: S101 -- declared above
        person.queryset = (
            Membership.objects.filter(corpus=corpus)
            .select_related("user")
            .order_by("user__first_name", "user__username")
        )

    def clean_currency(self) -> str:
        """Return the currency in capital letters."""
        return str(self.cleaned_data["currency"]).upper()
