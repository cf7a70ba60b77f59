"""The form renderer, and the forms of the account page."""

from django import forms
from django.contrib.auth.forms import PasswordChangeForm
from django.forms.renderers import TemplatesSetting
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.domain.password_checks import confirm_password
from common.errors import Refused


class Renderer(TemplatesSetting):
    """Renders every `{{ form }}` with the templates in common/."""

    form_template_name = "common/form.html"
    field_template_name = "common/field.html"


class AccountForm(forms.Form):
    """The user's own data."""

    name = forms.CharField(
        label=pgettext_lazy("person", "Name"), max_length=150, help_text=_("Shown to the managers of your corpora.")
    )


class ChangePasswordForm(PasswordChangeForm):
    """Django's form, which counts wrong passwords."""

    def clean_old_password(self) -> str:
        """Check the current password.

        Raises:
            ValidationError: the codes of `confirm_password`.
        """
        password: str = self.cleaned_data["old_password"]
        try:
            confirm_password(user=self.user, password=password, now=timezone.now())
        except Refused as refusal:
            raise forms.ValidationError(str(refusal), code=refusal.code) from refusal
        return password


class TokenForm(forms.Form):
    """A new API token."""

    name = forms.CharField(label=_("Purpose"), max_length=60)
    password = forms.CharField(
        label=_("Your password"),
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
        strip=False,
    )
