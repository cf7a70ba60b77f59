"""Forms about a corpus."""

from django import forms
from django.utils.translation import gettext_lazy as _


class CorpusForm(forms.Form):
    title = forms.CharField(label=_("Title"), max_length=200)
    slug = forms.SlugField(
        label=_("Short name"),
        max_length=60,
        required=False,
        help_text=_("For addresses and commands: lower-case letters, digits and hyphens. It stays as it is."),
    )


class SettingsForm(forms.Form):
    title = forms.CharField(label=_("Title"), max_length=200)
    silence_ms = forms.IntegerField(
        label=_("Silence between dialogues (ms)"), min_value=0, help_text=_("A longer silence starts a new dialogue.")
    )
    merge_gap_ms = forms.IntegerField(
        label=_("Gap within a turn (ms)"),
        min_value=0,
        help_text=_("Lines of one speaker that are closer than this become one utterance."),
    )
