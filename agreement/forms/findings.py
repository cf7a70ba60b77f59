"""Forms of the page of findings; the domain checks what they hold."""

from django import forms
from django.utils.translation import gettext_lazy as _


class DismissForm(forms.Form):
    reason = forms.CharField(required=False)


class ExclusionRulesForm(forms.Form):
    text = forms.CharField(
        label=_("Rules"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text=_("For example: “Answers of an annotator are excluded from the day on which …”"),
    )
