"""Forms of the manager's pages about the annotators' work."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from annotator.domain.messages.inbox import MAX_LENGTH
from annotator.domain.messages.returned_dialogues import OUTCOMES
from corpus.forms.episodes import TimeField


class OptionalTimeField(TimeField):
    """A time within the episode, cleaned to milliseconds; None where a source's times are beyond repair."""

    def clean(self, value: Any) -> int | None:  # type: ignore[override]  # the one it extends knows no empty time
        """Return milliseconds or None."""
        return super().clean(value) if str(value or "").strip() else None


class FlagForm(forms.Form):
    """How a flagged utterance is to be, and what its annotator is told."""

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


class DeclineForm(forms.Form):
    reply = forms.CharField(max_length=MAX_LENGTH, required=False)


class AnswerForm(forms.Form):
    """The answer to a question, and whether others read it."""

    reply = forms.CharField(label=_("Answer"), max_length=MAX_LENGTH, widget=forms.Textarea(attrs={"rows": 2}))
    wording = forms.CharField(
        label=_("The question as others read it"),
        max_length=MAX_LENGTH,
        required=False,
        widget=forms.Textarea(attrs={"rows": 1}),
    )
    publish = forms.BooleanField(label=_("All annotators may read it"), required=False)


class ReturnForm(forms.Form):
    act = forms.ChoiceField(choices=[(act, "") for act in OUTCOMES])
    reply = forms.CharField(max_length=MAX_LENGTH, required=False)
