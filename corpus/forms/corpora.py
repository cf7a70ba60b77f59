"""Forms for corpora, members, codebooks and guidelines."""

from django import forms
from django.contrib.auth.forms import UserCreationForm
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from common.models import User
from corpus.models import Membership


class CorpusForm(forms.Form):
    title = forms.CharField(label=_("Title"), max_length=200)
    slug = forms.SlugField(
        label=_("Short name"),
        max_length=60,
        required=False,
        help_text=_(
            "Used in addresses and commands: lower-case letters, digits and hyphens. "
            "It can be changed later; old addresses then lead to the new one."
        ),
    )


class SettingsForm(forms.Form):
    title = forms.CharField(label=_("Title"), max_length=200)
    silence_ms = forms.IntegerField(
        label=_("Silence between dialogues (ms)"), min_value=0, help_text=_("A longer silence starts a new dialogue.")
    )
    merge_gap_ms = forms.IntegerField(
        label=_("Gap within a turn (ms)"),
        min_value=0,
        help_text=_("Subtitles of one speaker with a shorter gap become one utterance."),
    )
    shows_translations = forms.BooleanField(
        label=_("Show translations to annotators"),
        required=False,
        help_text=_("If subtitles hold two languages, the labelling page shows the second one in grey."),
    )
    daily_limit_minutes = forms.IntegerField(
        label=_("Daily limit (minutes)"),
        min_value=1,
        required=False,
        help_text=_(
            "After this many active minutes in a day, an annotator can finish the current dialogue "
            "but gets no new one. Empty: no limit."
        ),
    )
    rest_after_minutes = forms.IntegerField(
        label=_("Suggest a break after (minutes)"),
        min_value=1,
        required=False,
        help_text=_("The labelling page suggests a break after this much work without one. Empty: never."),
    )
    allows_several_roles = forms.BooleanField(
        label=_("One person may have several roles"),
        required=False,
        help_text=_(
            "For example manager and annotator. Opening the answers of others then closes these dialogues to them."
        ),
    )


class InviteForm(forms.Form):
    role = forms.ChoiceField(label=_("Role"), choices=Membership.Role.choices, initial=Membership.Role.ANNOTATOR)
    note = forms.CharField(
        label=_("Note"), max_length=120, required=False, help_text=_("For example a name. Only managers see it.")
    )


class RolesForm(forms.Form):
    roles = forms.MultipleChoiceField(choices=Membership.Role.choices, required=False)


class JoinForm(UserCreationForm):  # type: ignore[type-arg]  # is no generic at run time
    """A new account; checks name and password, saves nothing."""

    name = forms.CharField(
        label=pgettext_lazy("person", "Name"),
        max_length=150,
        help_text=_("Shown to the managers of the corpus, not to other annotators."),
    )

    class Meta:
        model = User
        fields = ["username"]
        widgets = {"username": forms.TextInput(attrs={"autocomplete": "username"})}

    field_order = ["username", "name", "password1", "password2"]


class CodebookForm(forms.Form):
    file = forms.FileField(
        label=_("Codebook (YAML)"),
        max_length=200,
        widget=forms.FileInput(attrs={"accept": ".yaml,.yml"}),
        help_text=_("The file becomes a new version; existing versions stay unchanged."),
    )


class GuidelineForm(forms.Form):
    zh = forms.CharField(label="中文", required=False, widget=forms.Textarea(attrs={"rows": 30, "lang": "zh-Hans"}))
    en = forms.CharField(label="English", required=False, widget=forms.Textarea(attrs={"rows": 30, "lang": "en"}))
    edited = forms.IntegerField(min_value=0, widget=forms.HiddenInput)
