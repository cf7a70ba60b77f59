"""The form for the settings of adjudication."""

from __future__ import annotations

import re
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from agreement.models import AdjudicationSettings

LANGUAGES = ("en", "zh")
SEPARATOR = "|"


class AdjudicationSettingsForm(forms.Form):
    blind_percent = forms.IntegerField(
        label=_("Decided before the answers are shown (%)"),
        min_value=0,
        max_value=100,
        help_text=_("Drawn at random. Only these decisions tell how far adjudicators agree with each other."),
    )
    double_percent = forms.IntegerField(
        label=_("Decided by two adjudicators (%)"),
        min_value=0,
        max_value=100,
        help_text=_("Some of those above, so at most as many."),
    )
    audit_percent = forms.IntegerField(
        label=_("Audited utterances (%)"),
        min_value=0,
        max_value=100,
        help_text=_("Drawn from the utterances whose annotators agree. They show how many accepted answers are wrong."),
    )
    reasons = forms.CharField(
        label=_("Reasons for an own answer"),
        required=False,
        widget=forms.Textarea(attrs={"rows": 6}),
        help_text=_("One per line: English | Chinese. Keep the order: the keys 1 to 9 choose them."),
    )
    feedback_allowed = forms.BooleanField(
        label=_("Show annotators where a decision differs from their answer"),
        required=False,
        help_text=_("Only after their batch is closed. Names are never shown."),
    )

    @staticmethod
    def initial_of(settings: AdjudicationSettings) -> dict[str, Any]:
        """Return the values of the form for stored settings."""
        lines = [
            f" {SEPARATOR} ".join(each["texts"][language] for language in LANGUAGES if language in each["texts"])
            for each in settings.reasons
        ]
        return {
            "blind_percent": settings.blind_percent,
            "double_percent": settings.double_percent,
            "audit_percent": settings.audit_percent,
            "reasons": "\n".join(lines),
            "feedback_allowed": settings.feedback_allowed,
        }

    def reasons_beside(self, before: list[dict[str, Any]]) -> list[dict[str, Any]]:
        """Return the reasons as stored; a text that was in the list before keeps its slug, as decisions name it."""
        slugs = {text: each["slug"] for each in before for text in each["texts"].values()}
        taken: set[str] = set()
        reasons = []
        for line in self.cleaned_data["reasons"].splitlines():
            texts = dict(zip(LANGUAGES, [part.strip() for part in line.split(SEPARATOR)], strict=False))
            texts = {language: text for language, text in texts.items() if text}
            if texts:
                slug = next((slugs[text] for text in texts.values() if slugs.get(text, "") not in {"", *taken}), "")
                slug = slug or _new_slug(texts, {*taken, *slugs.values()})
                taken.add(slug)
                reasons.append({"slug": slug, "texts": texts})
        return reasons


def _new_slug(texts: dict[str, str], taken: set[str]) -> str:
    base = re.sub(r"[^a-z0-9]+", "_", texts.get("en", "").lower()).strip("_")[:30]
    if not base or not base[0].isalpha():
        base = "reason"
    numbered = (base if number == 1 else f"{base}_{number}" for number in range(1, len(taken) + 2))
    return next(slug for slug in numbered if slug not in taken)
