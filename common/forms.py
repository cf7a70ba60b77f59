"""How forms look, and the forms about oneself."""

from django import forms
from django.forms.renderers import TemplatesSetting
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy


class Renderer(TemplatesSetting):
    """Renders every `{{ form }}` with our own templates, so that pages need not lay out fields one by one."""

    form_template_name = "common/form.html"
    field_template_name = "common/field.html"


class AccountForm(forms.Form):
    """What people may change about themselves."""

    name = forms.CharField(
        label=pgettext_lazy("person", "Name"), max_length=150, help_text=_("As the managers of your corpora see it.")
    )


class TokenForm(forms.Form):
    """A new token for a script."""

    name = forms.CharField(label=_("What it is for"), max_length=60)
    password = forms.CharField(
        label=_("Your password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        strip=False,
    )
