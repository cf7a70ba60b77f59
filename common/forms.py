"""The form renderer, and the forms of the account page."""

from django import forms
from django.forms.renderers import TemplatesSetting
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Renderer(TemplatesSetting):
    """Renders every `{{ form }}` with the templates in common/."""

    form_template_name = "common/form.html"
    field_template_name = "common/field.html"


class AccountForm(forms.Form):
    """The user's own data."""

    name = forms.CharField(
        label=pgettext_lazy("person", "Name"), max_length=150, help_text=_("Shown to the managers of your corpora.")
    )


class TokenForm(forms.Form):
    """A new API token."""

    name = forms.CharField(label=_("Purpose"), max_length=60)
    password = forms.CharField(
        label=_("Your password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        strip=False,
    )
