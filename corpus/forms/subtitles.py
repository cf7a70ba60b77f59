"""The form of the import preview: switches, roles, encoding and times."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext_lazy as _

from corpus.forms.episodes import TimeField
from corpus.rules.subtitles.options import LONGEST_SHIFT_MS, RATES, ROLES, RULES, Options, by_anchors
from corpus.rules.timestamps import milliseconds

RULE_TEXTS = {
    "rolling": (_("Collapse rolling captions"), _("Every word stays once, at the time at which it first appears.")),
    "speaker_changes": (_("“>>” is a change of speaker"), ""),
    "bracketed_names": (_("“[NAME]:” is a speaker"), ""),
    "names": (_("“NAME:” is a speaker"), ""),
    "dashes": (_("A dash is a change of speaker"), ""),
    "sounds": (_("Cues in brackets are no speech"), _("They stay as context and are never labelled.")),
    "music": (_("Music and songs are no speech"), _("They stay as context and are never labelled.")),
    "signs": (
        _("Leave out signs and positioned lines"),
        _("By the style’s name, or the place in the picture."),
    ),
    "languages": (_("Tell two languages apart"), _("One is speech, the other one is kept as its translation.")),
    "repeats": (
        _("Leave out cues that stand twice"),
        _("The same text at the same time, such as a shadow, or frame by frame."),
    ),
}
ROLE_TEXTS = {"speech": _("speech"), "translation": _("translation"), "left_out": _("left out")}
ENCODING_TEXTS = [
    ("", _("detect")),
    ("utf-8", "UTF-8"),
    ("gb18030", "GB18030 / GBK"),
    ("cp950", "Big5"),
    ("big5hkscs", "Big5-HKSCS"),
    ("utf-16-le", "UTF-16 LE"),
    ("utf-16-be", "UTF-16 BE"),
    ("cp932", "Shift-JIS"),
    ("euc_jp", "EUC-JP"),
    ("cp949", "EUC-KR"),
    ("cp1252", "Windows-1252"),
    ("cp1250", "Windows-1250"),
    ("cp1251", "Windows-1251"),
    ("cp1253", "Windows-1253"),
    ("cp1254", "Windows-1254"),
    ("cp1255", "Windows-1255"),
    ("cp1256", "Windows-1256"),
    ("cp874", "Windows-874"),
    ("cp1258", "Windows-1258"),
]
ROLE = "role:"
ANCHORS = ("file_a", "film_a", "file_b", "film_b")


class OptionsForm(forms.Form):
    """The options of the reader as a page sends them; the keys of roles are names of fields."""

    encoding = forms.ChoiceField(choices=ENCODING_TEXTS, required=False)
    rules = forms.MultipleChoiceField(choices=[(rule, rule) for rule in RULES], required=False)
    fps = forms.FloatField(min_value=1, max_value=1000, required=False)
    offset_s = forms.DecimalField(
        min_value=-LONGEST_SHIFT_MS // 1000, max_value=LONGEST_SHIFT_MS // 1000, decimal_places=3, required=False
    )
    rate = forms.FloatField(min_value=RATES[0], max_value=RATES[1], required=False)
    file_a = TimeField(max_length=20, required=False)
    film_a = TimeField(max_length=20, required=False)
    file_b = TimeField(max_length=20, required=False)
    film_b = TimeField(max_length=20, required=False)
    applied = forms.CharField(max_length=100, required=False)

    def clean(self) -> dict[str, Any]:
        """Check the anchors; they take the place of offset and rate if all four times are given.

        Offset and rate were filled in from anchors that were applied before, and may have been changed since.
        """
        data = self.cleaned_data
        anchors = [data.get(name) for name in ANCHORS]
        if data.get("applied") and data["applied"] == anchors_as_text(self.data):
            return data
        given = [anchor for anchor in anchors if anchor is not None]
        if given and len(given) < 4 and not self.errors:
            raise ValidationError(_("Enter all four times of the anchors."))
        if len(given) == 4:
            try:
                data["anchored"] = by_anchors((given[0], given[1]), (given[2], given[3]))
            except ValueError:
                raise ValidationError(
                    _("The anchors are too close to each other, or they stretch the times too much.")
                ) from None
        return data

    def options(self) -> Options:
        """Return the options of a valid form."""
        data = self.cleaned_data
        rate, offset_ms = data.get("anchored") or (data["rate"] or 1.0, round((data["offset_s"] or 0) * 1000))
        return Options(
            encoding=data["encoding"],
            off=frozenset(RULES) - frozenset(data["rules"]),
            roles=roles_of(self.data),
            fps=data["fps"],
            rate=rate,
            offset_ms=offset_ms,
        )


def shown_anchors(data: Mapping[str, Any], options: Options) -> tuple[dict[str, str], str]:
    """Return the anchors that the preview shows, and those of them that are in `options` already, as one text.

    Anchors that no longer give the options, because a proposal or another shift replaced them, are not shown again.

    Args:
        data: as sent.
        options: of the preview.
    """
    anchors = {name: str(data.get(name, "")).strip() for name in ANCHORS}
    try:
        file_a, film_a, file_b, film_b = map(milliseconds, anchors.values())
        rate, offset_ms = by_anchors((file_a, film_a), (file_b, film_b))
    except ValueError:
        return anchors, ""
    if offset_ms == options.offset_ms and abs(rate - options.rate) < 1e-6:
        return anchors, anchors_as_text(anchors)
    return dict.fromkeys(ANCHORS, ""), ""


def anchors_as_text(data: Mapping[str, Any]) -> str:
    """Return the anchors as they were typed, as one text."""
    return "|".join(str(data.get(name, "")).strip() for name in ANCHORS)


def roles_of(data: Mapping[str, Any]) -> dict[str, str]:
    """Return the roles that a person chose: `role:KEY` -> role; "" leaves what was recognised."""
    return {
        key.removeprefix(ROLE): str(data[key])[:20]
        for key in data
        if key.startswith(ROLE) and data[key] in ROLES
    }  # fmt: skip
