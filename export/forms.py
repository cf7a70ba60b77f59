"""Forms: a new release, the datasheet, a sharing link, and the choice of two releases."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.forms.boundfield import BoundField
from django.utils import timezone
from django.utils.translation import get_language, gettext, ngettext
from django.utils.translation import gettext_lazy as _

from agreement.consensus.method import ConsensusMethod
from agreement.consensus.registry import DEFAULT, METHODS
from agreement.domain.codebook_changes import different_versions
from agreement.judgements.raters import offered_raters, usual_raters
from common.errors import Refused
from corpus.domain.structure.sources import LONGEST_LICENCE, describe_series
from corpus.models import Corpus, Rater, Series
from export.domain.datasheet import LONGEST, datasheet_answers
from export.domain.differences import comparable_releases
from export.domain.options import Options, consensus_method, ratios
from export.domain.releases import suggested_name
from export.domain.sharing import LONGEST_LIFE, USUAL_LIFE
from export.domain.training.trainings import ALWAYS, MODELS
from export.formats import registry as formats
from export.metadata.datasheet_questions import questions_for
from export.models import Release

SPLITS = [
    ("random", _("drawn at random")),
    ("source", _("as the source published it")),
]
LIKE = ("like", _("as in an earlier release"))
SERIES = "series"
MOST_FOLDS_OFFERED = 10
MOST_SERIES = 50  # whose licences the datasheet's page asks for
FORMATS_OFFERED = [
    ("csv", "CSV"),
    ("spreadsheet", _("CSV that is safe to open in a spreadsheet")),
    ("parquet", "Parquet"),
    ("xlsx", _("Excel workbook")),
    ("meld", _("CSV as that of MELD")),
    ("lewidi", _("JSON as that of LeWiDi, with soft labels")),
    ("label-studio", "Label Studio JSON"),
    ("eaf", _("ELAN, a file per episode")),
    ("vtt", _("WebVTT subtitles, a file per episode")),
]
ADVANCED = ("folds", "stratify", "ratios", "seed", "number", "formats", "incomplete", "allow_empty")
GROUPS = [
    ("auto", _("automatic")),
    ("dialogue", _("dialogue")),
    ("episode", _("episode")),
    ("series", _("series")),
    ("speaker", _("speaker")),
]


TRAINED = {
    "majority": _("the most frequent label"),
    "speaker-only": _("the most frequent label of the speaker"),
    "series-only": _("the most frequent label of the series"),
    "linear": _("logistic regression on n-grams, with balanced classes"),
    "linear+context": _("the same with the two utterances before and the speakers"),
    "single": _("a network for each question"),
    "hard-sharing": _("one network for all questions, with a head for each"),
    "cross-stitch": _("a network for each question, which take parts of each other"),
    "soft-sharing": _("shared and own experts of the questions, mixed by gates"),
}


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
    split = forms.ChoiceField(
        label=_("Split"),
        choices=SPLITS,
        help_text=_("Dialogues of earlier releases stay in their split; another seed or group draws all of them anew."),
    )
    like = forms.ChoiceField(
        label=_("Earlier release"),
        required=False,
        help_text=_("Its dialogues keep their split, and only new ones are dealt."),
    )
    group = forms.ChoiceField(
        label=_("Group by"),
        choices=GROUPS,
        help_text=_(
            "A group is never divided between splits. Automatic: by episode from ten episodes on, else by dialogue. By "
            "speaker, all dialogues connected by shared speakers form one "
            "group. Choose the speaker if you release sound or pictures: else a model can recognise voices and faces "
            "in the test that it was trained on."
        ),
    )
    folds = forms.ChoiceField(
        label=_("Parts"),
        required=False,
        help_text=_("Folds are for cross-validation: each serves as the test once."),
    )
    stratify = forms.MultipleChoiceField(
        label=_("Distribute evenly"),
        required=False,
        widget=forms.CheckboxSelectMultiple,
        help_text=_(
            "If you choose questions, only their labels are distributed evenly. Otherwise those of all questions are."
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
        help_text=_("Decisions of adjudicators come first. If the method finds no label, the cell stays empty."),
    )
    number = forms.CharField(
        label=_("Number of the method"),
        required=False,
        max_length=20,
        help_text=_("For example the share of “threshold” or the smoothing of “soft”. Empty: the usual number."),
    )
    incomplete = forms.BooleanField(
        label=_("Label incomplete utterances too"),
        required=False,
        help_text=_("Otherwise dialogues are left out that still lack one of their annotators."),
    )
    formats = forms.MultipleChoiceField(
        label=_("Formats besides JSON lines"),
        required=False,
        choices=FORMATS_OFFERED,
        widget=forms.CheckboxSelectMultiple,
    )
    clips = forms.BooleanField(
        label=_("Include the clips"),
        required=False,
        help_text=_("They have sound and pictures, so group by speaker."),
    )
    figures = forms.BooleanField(
        label=_("Include figures and tables for a data paper"),
        required=False,
        help_text=_("SVG, LaTeX and CSV: sizes, labels by split, speaker, gender and age, what occurs together."),
    )
    allow_empty = forms.BooleanField(
        label=_("Allow questions without labels"),
        required=False,
        help_text=_("Otherwise a question whose answers cannot be compared stops the release."),
    )

    def __init__(self, *args: Any, corpus: Corpus, **kwargs: Any) -> None:
        offered = offered_raters(corpus)
        usual = [rater.slug for rater in usual_raters(offered)]
        kwargs["initial"] = {
            "name": suggested_name(corpus),
            "raters": usual,
            "consensus": DEFAULT,
            "formats": list(formats.DEFAULT),
        }
        super().__init__(*args, **kwargs)
        earlier = corpus.releases.filter(assignment__isnull=False, discarded_at=None).order_by("-number")
        self._offer_splits(list(earlier.values_list("name", flat=True)), corpus)
        self.offered = offered
        self.different = different_versions(corpus)
        if not self.different:
            del self.fields["allow_empty"]
        self.fields["consensus"].choices = [  # type: ignore[attr-defined]
            (name, _method(method)) for name, method in METHODS.items()
        ]
        self.fields["raters"].choices = [(rater.slug, _described(rater)) for rater in offered]  # type: ignore[attr-defined]

    def _offer_splits(self, earlier: list[str], corpus: Corpus) -> None:
        """Offer the earlier releases that know their split, the folds, and the questions of the codebook."""
        if earlier:
            self.fields["split"].choices = [*SPLITS, LIKE]  # type: ignore[attr-defined]
            self.fields["like"].choices = [("", "–"), *((name, name) for name in earlier)]  # type: ignore[attr-defined]
        else:
            del self.fields["like"]
        numbers = range(2, MOST_FOLDS_OFFERED + 1)
        self.fields["folds"].choices = [  # type: ignore[attr-defined]
            ("", gettext("train, dev and test")),
            *((str(number), gettext("%(number)s folds of equal size") % {"number": number}) for number in numbers),
            (SERIES, gettext("a fold per series, to leave each out in turn")),
        ]
        if corpus.codebook:
            rules, language = corpus.codebook.rules(), get_language() or "en"
            asked = [(question.slug, rules.text(question.slug, language).name) for question in rules.questions]
            self.fields["stratify"].choices = asked  # type: ignore[attr-defined]

    @property
    def usual_fields(self) -> list[BoundField]:
        """The fields that most releases need."""
        return [field for field in self.visible_fields() if field.name not in ADVANCED]

    @property
    def further_fields(self) -> list[BoundField]:
        """The other fields."""
        return [field for field in self.visible_fields() if field.name in ADVANCED]

    @property
    def opens_further_fields(self) -> bool:
        """Whether one of the other fields has an error."""
        return self.is_bound and any(field.errors for field in self.further_fields)

    def options(self) -> Options:
        """Return the chosen options."""
        chosen = {name: value for name, value in self.cleaned_data.items() if name not in {"name", "number"}}
        folds = chosen.pop("folds")
        several = {name: tuple(chosen[name]) for name in ("raters", "stratify", "formats")}
        is_number = folds.isdecimal()
        return Options(**{**chosen, **several, "folds": int(folds) if is_number else 0, "leave_out": folds == SERIES})

    def clean(self) -> dict[str, Any]:
        """Join the consensus method with its number, and check that the options of the split fit together."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if cleaned.get("split") == "like" and not cleaned.get("like"):
            self.add_error("like", _("Choose the release whose split this one continues."))
        if cleaned.get("split") != "like":
            cleaned["like"] = ""
        if cleaned.get("split") == "source" and cleaned.get("folds"):
            self.add_error("folds", str(Refused("export.source_folds")))
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
        for question in questions_for(has_source_labels=corpus.raters.filter(kind=Rater.Kind.SOURCE).exists()):
            self.fields[question.slug] = forms.CharField(
                label=gettext(question.text),
                required=False,
                max_length=LONGEST,
                initial=answers.get(question.slug, ""),
                widget=forms.Textarea(attrs={"rows": 2, "lang": "en"}),
                help_text=_("Reviewers of data papers ask for this.") if question.is_required else "",
            )


class SeriesForm(forms.Form):
    """Licence and laugh track of each series without episodes; those of the others are entered on an episode's page.

    Attributes:
        series: the series, by the names of their fields.
    """

    def __init__(self, *args: Any, corpus: Corpus, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        rows = Series.objects.filter(corpus=corpus, episodes=None).order_by("name")[:MOST_SERIES]
        self.series = {row.public_id.hex: row for row in rows}
        tracks = [("", _("unknown")), ("yes", _("in all of it")), ("no", _("in no part of it"))]
        for name, row in self.series.items():
            self.fields[f"licence-{name}"] = forms.CharField(
                label=_("Licence of %(series)s") % {"series": row.name},
                required=False,
                max_length=LONGEST_LICENCE,
                initial=row.licence,
                help_text=_("Under which texts, sound and pictures may be used, for example CC BY-NC 4.0."),
            )
            self.fields[f"track-{name}"] = forms.ChoiceField(
                label=_("Laugh track of %(series)s") % {"series": row.name},
                required=False,
                choices=tracks,
                initial={True: "yes", False: "no", None: ""}[row.has_laugh_track],
            )

    def save(self) -> None:
        """Store what was entered."""
        for name, row in self.series.items():
            track = {"yes": True, "no": False, "": None}[self.cleaned_data[f"track-{name}"]]
            describe_series(series=row, licence=self.cleaned_data[f"licence-{name}"], has_laugh_track=track)


class SharingForm(forms.Form):
    """For whom a sharing link is, and the last day on which it works."""

    note = forms.CharField(
        label=_("For whom"),
        required=False,
        max_length=120,
        help_text=_("Only managers see it, for example “reviewers of the data track”."),
    )
    last_day = forms.DateField(label=_("Last day"), widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        last_day = self.fields["last_day"]
        last_day.initial = today + USUAL_LIFE
        last_day.widget.attrs |= {
            "min": today.isoformat(),
            "max": (today + LONGEST_LIFE - timedelta(days=1)).isoformat(),
        }

    def expires_at(self) -> datetime:
        """Return the end of the last day, in the time zone of the server."""
        last_day: date = self.cleaned_data["last_day"]
        return timezone.make_aware(datetime.combine(last_day, time.max))


class DifferenceForm(forms.Form):
    """The two releases to compare, from those that have their files."""

    old = forms.ChoiceField(label=_("Earlier release (A)"))
    new = forms.ChoiceField(label=_("Later release (B)"))

    def __init__(self, *args: Any, corpus: Corpus, **kwargs: Any) -> None:
        self.releases = list(comparable_releases(corpus))
        newest = [str(row.public_id) for row in self.releases[:2]]
        kwargs.setdefault("initial", dict(zip(("new", "old"), newest, strict=False)))
        super().__init__(*args, **kwargs)
        for field in self.fields.values():
            field.choices = [(str(row.public_id), row.name) for row in self.releases]  # type: ignore[attr-defined]

    def pair(self) -> tuple[Release, Release]:
        """Return the chosen releases, the earlier one first."""
        known = {str(row.public_id): row for row in self.releases}
        return known[self.cleaned_data["old"]], known[self.cleaned_data["new"]]


class TrainingForm(forms.Form):
    """The models to train on a release, beside those that every table has."""

    models = forms.MultipleChoiceField(
        label=_("Models"),
        widget=forms.CheckboxSelectMultiple,
        required=False,
        initial=["speaker-only", "series-only", "linear+context", "hard-sharing"],
        choices=[(name, name) for name in MODELS if name not in ALWAYS],
    )
    seeds = forms.ChoiceField(
        label=_("Seeds"),
        initial="3",
        choices=[(str(number), str(number)) for number in (1, 3, 5)],
        help_text=_(
            "Each network is trained once per seed; the spread shows how much of a difference is luck. Use five for "
            "a paper."
        ),
    )

    def offered(self) -> list[dict[str, Any]]:
        """Return `name`, `description`, `chosen` and `always` of each model; those that always run are chosen."""
        chosen = {*(self["models"].value() or []), *ALWAYS}
        return [
            {"name": name, "description": TRAINED[name], "chosen": name in chosen, "always": name in ALWAYS}
            for name in MODELS
        ]
