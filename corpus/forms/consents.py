"""Forms for consent and its text."""

from django import forms
from django.utils.translation import gettext_lazy as _

AGE_GROUPS = [("", "–"), ("18-24", "18–24"), ("25-34", "25–34"), ("35-44", "35–44"), ("45-54", "45–54"), ("55+", "55+")]


class ConsentForm(forms.Form):
    carries_answers = forms.BooleanField(label=_("My answers, listed under a pseudonym"), required=False)
    carries_hours = forms.BooleanField(label=_("My hours of work"), required=False)
    carries_demographics = forms.BooleanField(
        label=_("My age group, gender and first language, as far as I state them below"), required=False
    )
    age_group = forms.ChoiceField(label=_("Age group"), choices=AGE_GROUPS, required=False)
    gender = forms.CharField(label=_("Gender"), max_length=40, required=False)
    first_language = forms.CharField(
        label=_("First language"),
        max_length=40,
        required=False,
        help_text=_("These three are stored only if you agree to them, and deleted when you withdraw your consent."),
    )
    version = forms.IntegerField(min_value=0, widget=forms.HiddenInput)


class ConsentTextForm(forms.Form):
    zh = forms.CharField(label="中文", required=False, widget=forms.Textarea(attrs={"rows": 12, "lang": "zh-Hans"}))
    en = forms.CharField(label="English", required=False, widget=forms.Textarea(attrs={"rows": 12, "lang": "en"}))
    edited = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
