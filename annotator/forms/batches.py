"""Forms of batches, people and late work."""

from __future__ import annotations

from itertools import groupby
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from annotator.domain.batches.batch_progress import ready_by_episode
from annotator.domain.batches.batches import MOST, PHASES, BatchSpec, Share
from annotator.models import Batch
from corpus.models import Corpus, Episode, Purpose, Rater, Series

PRIORITIES = [
    (2, _("highest")),
    (1, _("high")),
    (0, _("normal")),
    (-1, _("only when nothing else is left")),
]
PHASE_LABELS = {
    Purpose.MAIN: _("Main: counts for agreement and releases"),
    Purpose.PILOT: _("Pilot: tries out the codebook; not counted"),
    Purpose.RELABEL: _("Relabelling: a second round next to the first; not counted"),
}


class PeopleField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # not generic at run time
    """Active annotators of a corpus, by their names."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **more: Any) -> None:
        super().__init__(queryset=Rater.objects.none(), label=_("People"), **more)

    def of(self, corpus: Corpus, *, without: int | None = None) -> None:
        """Set the choices to the annotators of a corpus, without one of them (a primary key)."""
        annotators = Rater.objects.filter(corpus=corpus, membership__is_active=True, membership__is_annotator=True)
        if without is not None:
            annotators = annotators.exclude(pk=without)
        self.queryset = annotators.select_related("membership__user")

    def label_from_instance(self, obj: Rater) -> str:
        """Return the person's name."""
        return str(obj.membership.user) if obj.membership else obj.slug


class UrgencyForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=80)
    priority = forms.TypedChoiceField(label=_("Priority"), choices=PRIORITIES, coerce=int, initial=0)
    deadline = forms.DateField(
        label=_("Deadline"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


class BatchForm(UrgencyForm):
    purpose = forms.ChoiceField(label=_("Phase"), choices=[(phase, PHASE_LABELS[phase]) for phase in PHASES])
    scope = forms.ChoiceField(
        label=_("Dialogues"),
        help_text=_("In brackets: dialogues that no one has started. A main batch takes only these."),
    )
    most = forms.IntegerField(
        label=_("Maximum"),
        min_value=1,
        max_value=MOST,
        required=False,
        help_text=_(
            "Number of dialogues. If the codebook shuffles, they are a representative sample. Leave empty for all."
        ),
    )
    k = forms.IntegerField(label=_("Annotators per dialogue"), min_value=1, max_value=20)
    share = forms.IntegerField(
        label=_("Share for more annotators (%)"),
        min_value=1,
        max_value=99,
        required=False,
        help_text=_(
            "To double-code a part: this share of the dialogues, drawn at random from each episode, becomes a second "
            "batch with more annotators per dialogue. 10 to 20 % are usual. Leave empty for one batch."
        ),
    )
    share_k = forms.IntegerField(
        label=_("Annotators per dialogue in the share"), min_value=2, max_value=20, initial=2, required=False
    )
    share_seed = forms.IntegerField(
        label=_("Seed of the draw"),
        min_value=0,
        max_value=2**31 - 1,
        required=False,
        help_text=_(
            "The same dialogues and seed give the same share. Leave empty for a new seed; the batch records it."
        ),
    )
    given = forms.ChoiceField(label=_("Distribution"), choices=Batch.Given.choices)
    people = PeopleField(required=False, help_text=_("Only if the batch is for named people."))

    def __init__(self, *args: Any, corpus: Corpus, k: int, **more: Any) -> None:
        super().__init__(*args, **more)
        self.corpus = corpus
        self.fields["k"].initial = k
        people, scope = self.fields["people"], self.fields["scope"]
        assert isinstance(people, PeopleField)  # noqa: S101 -- declared above
        assert isinstance(scope, forms.ChoiceField)  # noqa: S101 -- declared above
        people.of(corpus)
        scope.choices = scopes(corpus)
        self.order_fields(
            [
                "name",
                "purpose",
                "scope",
                "most",
                "k",
                "share",
                "share_k",
                "share_seed",
                "given",
                "people",
                "priority",
                "deadline",
            ]
        )

    def more_annotators(self) -> Share | None:
        """Return the share that more people label; None if there is none."""
        data = self.cleaned_data
        if not data["share"]:
            return None
        return Share(percent=data["share"], k=data["share_k"] or 2, seed=data["share_seed"])

    def spec(self) -> BatchSpec:
        """Return the batch that the form describes."""
        data = self.cleaned_data
        kind, _colon, key = data["scope"].partition(":")
        return BatchSpec(
            purpose=data["purpose"],
            series=Series.objects.get(corpus=self.corpus, pk=key) if kind == "series" else None,
            episode=Episode.objects.get(series__corpus=self.corpus, pk=key) if kind == "episode" else None,
            most=data["most"],
            k=data["k"],
            given=data["given"],
            people=list(data["people"]) if data["given"] != Batch.Given.EVERYONE else [],
        )


class RetestForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=80)
    people = PeopleField()
    count = forms.IntegerField(label=_("Dialogues per person"), min_value=1, max_value=500, initial=10)
    days = forms.IntegerField(
        label=_("Minimum age in days"), min_value=0, max_value=1000, initial=14,
        help_text=_("The longer the gap, the less people remember."),
    )  # fmt: skip
    dialogues = forms.IntegerField(
        label=_("Minimum number of dialogues since"), min_value=0, max_value=10_000, initial=20
    )
    percent = forms.IntegerField(
        label=_("Share of claims (%)"), min_value=1, max_value=100, initial=20,
        help_text=_("Percentage of claims that return a retest. Annotators cannot tell which."),
    )  # fmt: skip

    def __init__(self, *args: Any, corpus: Corpus, **more: Any) -> None:
        super().__init__(*args, **more)
        people = self.fields["people"]
        assert isinstance(people, PeopleField)  # noqa: S101 -- declared above
        people.of(corpus)


class CommentForm(forms.Form):
    comment = forms.CharField(max_length=2000)


class ReasonForm(forms.Form):
    reason = forms.CharField(max_length=2000)


def scopes(corpus: Corpus) -> list[Any]:
    """Return the choices of dialogues with their numbers: all, then each series with its episodes."""
    rows = ready_by_episode(corpus=corpus)
    groups: list[Any] = [("all", _with_count(str(_("All remaining")), sum(row[-1] for row in rows)))]
    for (series, name), group in groupby(rows, key=lambda row: row[:2]):
        parts = list(group)
        whole = (f"series:{series}", _with_count(str(_("Whole series")), sum(part[-1] for part in parts)))
        episodes = [
            (f"episode:{episode}", _with_count(title, count)) for *_series, episode, title, count in parts if episode
        ]
        groups.append((name, [whole, *episodes]))
    return groups


def _with_count(label: str, count: int) -> str:
    return f"{label} ({count})"
