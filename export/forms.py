"""The form for a new release."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from agreement.consensus.method import ConsensusMethod
from agreement.consensus.registry import DEFAULT, METHODS
from agreement.domain.codebook_changes import different_versions
from agreement.judgements.raters import offered_raters, usual_raters
from common.errors import Refused
from corpus.models import Corpus, Rater
from export.domain.datasheet import LONGEST, datasheet_answers
from export.domain.options import Options, consensus_method, ratios
from export.domain.releases import suggested_name
from export.metadata.datasheet_questions import QUESTIONS

SPLITS = [("random", _("drawn at random")), ("source", _("as the source published it"))]
GROUPS = [
    ("auto", _("automatic: by episode from ten episodes on, else by dialogue")),
    ("dialogue", _("dialogue")),
    ("episode", _("episode")),
    ("series", _("series")),
    ("speaker", _("speaker")),
]


class RatiosField(forms.CharField):
    """Shares of train, dev and test, cleaned to three numbers."""

    def clean(self, value: Any) -> tuple[int, int, int]:
        """Return the shares."""
        try:
            return ratios(super().clean(value))
        except Refused as refusal:
            raise ValidationError(str(refusal)) from None


class ReleaseForm(forms.Form):
    """Options of a release; offers the raters with annotations that count."""

    name = forms.CharField(
        label=_("Name"),
        max_length=60,
        help_text=_("Lower-case letters, digits, dots and hyphens. It cannot be changed later."),
    )
    split = forms.ChoiceField(label=_("Split"), choices=SPLITS)
    group = forms.ChoiceField(
        label=_("Group by"),
        choices=GROUPS,
        help_text=_(
            "A group is never divided between splits. "
            "By speaker, all dialogues connected by shared speakers form one group."
        ),
    )
    ratios = RatiosField(label=_("Shares of train, dev and test"), initial="80,10,10")
    seed = forms.IntegerField(
        label=_("Seed"), initial=0, help_text=_("The same corpus, options and seed give the same files.")
    )
    raters = forms.MultipleChoiceField(label=_("Raters"), widget=forms.CheckboxSelectMultiple)
    consensus = forms.ChoiceField(
        label=_("Labels by"),
        required=False,
        help_text=_("Decisions of adjudicators come first in any case. Where a method finds no label, there is none."),
    )
    number = forms.CharField(
        label=_("Number of the method"),
        required=False,
        max_length=20,
        help_text=_("Only for the methods that take one; the usual one if it is empty."),
    )
    incomplete = forms.BooleanField(
        label=_("Label incomplete utterances too"),
        required=False,
        help_text=_("Otherwise dialogues are left out that still lack one of their annotators."),
    )
    clips = forms.BooleanField(label=_("Include the clips"), required=False)
    figures = forms.BooleanField(
        label=_("Include figures and tables for a data paper"),
        required=False,
        help_text=_("SVG, LaTeX and CSV: sizes, labels by split, speaker, gender and age, what occurs together."),
    )
    allow_empty = forms.BooleanField(
        label=_("Allow questions without labels"),
        required=False,
        help_text=_("Otherwise no release is made if none of the answers to a question can be compared."),
    )

    def __init__(self, *args: Any, corpus: Corpus, **kwargs: Any) -> None:
        offered = offered_raters(corpus)
        usual = [rater.slug for rater in usual_raters(offered)]
        kwargs["initial"] = {"name": suggested_name(corpus), "raters": usual, "consensus": DEFAULT}
        super().__init__(*args, **kwargs)
        self.offered = offered
        self.different = different_versions(corpus)
        if not self.different:
            del self.fields["allow_empty"]
        self.fields["consensus"].choices = [  # type: ignore[attr-defined]
            (name, _method(method)) for name, method in METHODS.items()
        ]
        self.fields["raters"].choices = [(rater.slug, _described(rater)) for rater in offered]  # type: ignore[attr-defined]

    def options(self) -> Options:
        """Return the chosen options."""
        chosen = {name: value for name, value in self.cleaned_data.items() if name not in {"name", "number"}}
        return Options(**{**chosen, "raters": tuple(chosen["raters"])})

    def clean(self) -> dict[str, Any]:
        """Join the consensus method with its number."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        name, number = cleaned.get("consensus"), cleaned.get("number", "").strip()
        if name and METHODS[name].parameter is None and number:
            self.add_error("number", _("This method takes no number."))
        else:
            try:
                cleaned["consensus"] = consensus_method(f"{name or DEFAULT}:{number}" if number else name or DEFAULT)
            except Refused:
                parameter = METHODS[name or DEFAULT].parameter
                assert parameter is not None  # noqa: S101 -- a method without one was handled above
                bounds = {"low": f"{parameter.low:g}", "high": f"{parameter.high:g}"}
                self.add_error("number", _("Give a number from %(low)s to %(high)s.") % bounds)
        return cleaned


def _method(method: ConsensusMethod) -> str:
    """Return the text of a consensus method, with its number if it takes one."""
    if method.parameter is None:
        return gettext(method.label)
    return f"{gettext(method.label)} ({gettext(method.parameter.label)}: {method.parameter.default:g})"


def _described(rater: Rater) -> str:
    count: int = rater.labels  # type: ignore[attr-defined]  # annotated by offered_raters
    labels = ngettext("%(count)s utterance", "%(count)s utterances", count) % {"count": count}
    return f"{rater.name or rater.slug} ({labels})"


class DatasheetForm(forms.Form):
    """A text field per question of the datasheet, with the stored answers.

    The answers are in English, since the datasheet is.
    """

    def __init__(self, *args: Any, corpus: Corpus, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        answers = datasheet_answers(corpus)
        for question in QUESTIONS:
            self.fields[question.slug] = forms.CharField(
                label=gettext(question.text),
                required=False,
                max_length=LONGEST,
                initial=answers.get(question.slug, ""),
                widget=forms.Textarea(attrs={"rows": 2, "lang": "en"}),
                help_text=_("Reviewers of data papers ask for this.") if question.is_required else "",
            )
