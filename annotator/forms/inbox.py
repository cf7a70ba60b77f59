"""Forms of the inbox."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from annotator.domain.messages.inbox import MAX_LENGTH
from annotator.domain.messages.returned_dialogues import OUTCOMES
from corpus.forms.episodes import TimeField


class OptionalTimeField(TimeField):
    """An optional time within the episode, cleaned to milliseconds; None for a source without usable times."""

    def clean(self, value: Any) -> int | None:
        """Return milliseconds or None."""
        return super().clean(value) if str(value or "").strip() else None


class FlagForm(forms.Form):
    """The edited utterance of a flag, and the reply to its annotator."""

    text = forms.CharField(label=_("Text"), max_length=5000, widget=forms.Textarea(attrs={"rows": 2}))
    speaker = forms.CharField(
        label=_("Speaker"), max_length=120, required=False, widget=forms.TextInput(attrs={"list": "speaker-names"})
    )
    start_ms = OptionalTimeField(label=_("Start"), max_length=20, required=False)
    end_ms = OptionalTimeField(label=_("End"), max_length=20, required=False)
    reply = forms.CharField(
        label=_("Reply to the annotator"),
        max_length=MAX_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 1}),
    )


class NoForm(forms.Form):
    """An action without fields."""


class DeclineForm(forms.Form):
    reply = forms.CharField(max_length=MAX_LENGTH, required=False)


class InquiryReplyForm(forms.Form):
    """The reply to an inquiry, and whether it is published."""

    reply = forms.CharField(label=_("Reply"), max_length=MAX_LENGTH, widget=forms.Textarea(attrs={"rows": 2}))
    wording = forms.CharField(
        label=_("Inquiry as shown to others"),
        max_length=MAX_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 1}),
    )
    publish = forms.BooleanField(label=_("Visible to all annotators"), required=False)


class ReturnForm(forms.Form):
    act = forms.ChoiceField(choices=[(act, "") for act in OUTCOMES])
    reply = forms.CharField(max_length=MAX_LENGTH, required=False)
