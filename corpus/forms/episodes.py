"""Forms for episodes and utterances."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from corpus.domain.ingest.episodes import series_in_use
from corpus.models import Corpus
from corpus.rules.timestamps import milliseconds


class TimeField(forms.CharField):
    """A time within the episode, cleaned to milliseconds."""

    default_error_messages = {"invalid": _("Enter a time such as 1:02.500, or a number of milliseconds.")}

    def clean(self, value: Any) -> int | None:
        """Return milliseconds; None for an empty field that is not required."""
        text = super().clean(value)
        if not text and not self.required:
            return None
        try:
            return milliseconds(text)
        except ValueError:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from None


class UtteranceForm(forms.Form):
    speaker = forms.CharField(max_length=120, required=False)
    start_ms = TimeField(max_length=20)
    end_ms = TimeField(max_length=20)
    text = forms.CharField(max_length=5000)


class SplitForm(forms.Form):
    at_ms = forms.IntegerField(min_value=0)
    at_char = forms.IntegerField(min_value=0)


class EpisodeForm(forms.Form):
    film = forms.FileField(label=_("Video or audio file"), allow_empty_file=True, max_length=255)
    subtitles = forms.FileField(
        label=_("Subtitles"),
        required=False,
        allow_empty_file=True,
        max_length=255,
        help_text=_(
            "SRT, WebVTT, ASS, TTML, Whisper, ELAN, Praat, and others. Without a file, those inside the video are used."
        ),
    )
    speakers = forms.FileField(
        label=_("Speakers (RTTM)"),
        required=False,
        allow_empty_file=True,
        max_length=255,
        help_text=_("Optional: a diarization that names the speakers of the subtitles."),
    )
    series = forms.CharField(
        label=_("Series"),
        max_length=200,
        help_text=_("A new name creates a new series."),
        widget=forms.TextInput(attrs={"list": "series", "autocomplete": "off"}),
    )
    title = forms.CharField(
        label=_("Title of the episode"), max_length=200, required=False, help_text=_("Default: the file name.")
    )
    licence = forms.CharField(label=_("Licence"), max_length=200, required=False)
    has_laugh_track = forms.BooleanField(label=_("Has a laugh track"), required=False)
    preview = forms.BooleanField(
        label=_("Show a preview before the import"),
        required=False,
        initial=True,
        help_text=_("Without it, the episode is imported with the settings of the previous episode of its series."),
    )

    def __init__(self, *args: Any, corpus: Corpus, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.series_names = list(series_in_use(corpus=corpus).values_list("name", flat=True))
