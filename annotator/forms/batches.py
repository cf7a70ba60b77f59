"""Forms about batches, people and work kept apart."""

from __future__ import annotations

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from annotator.domain.batches.batch_progress import left_by_episode
from annotator.domain.batches.batches import MOST, PHASES, Wish
from annotator.models import Batch
from corpus.models import Corpus, Episode, Membership, Purpose, Rater, Series

PRIORITIES = [
    (2, _("before everything else")),
    (1, _("before the usual")),
    (0, _("usual")),
    (-1, _("when nothing else is left")),
]
PHASE_WORDS = {
    Purpose.MAIN: _("Main: counts for agreement and releases"),
    Purpose.PILOT: _("Pilot: to try the codebook out; counts nowhere"),
    Purpose.RELABEL: _("Relabelling: another round, kept beside the first; counts nowhere"),
}


class PeopleField(forms.ModelMultipleChoiceField):  # type: ignore[type-arg]  # is no generic at run time
    """Active annotators of a corpus, by their names."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, **more: Any) -> None:
        super().__init__(queryset=Rater.objects.none(), label=_("People"), **more)

    def of(self, corpus: Corpus) -> None:
        """Offer the annotators of a corpus."""
        self.queryset = Rater.objects.filter(
            corpus=corpus, membership__is_active=True, membership__role=Membership.Role.ANNOTATOR
        ).select_related("membership__user")

    def label_from_instance(self, obj: Rater) -> str:
        """Return the person's name."""
        return str(obj.membership.user) if obj.membership else obj.slug


class UrgencyForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=80)
    priority = forms.TypedChoiceField(label=_("Comes"), choices=PRIORITIES, coerce=int, initial=0)
    deadline = forms.DateField(
        label=_("Deadline"), required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")
    )


class BatchForm(UrgencyForm):
    purpose = forms.ChoiceField(label=_("Phase"), choices=[(phase, PHASE_WORDS[phase]) for phase in PHASES])
    scope = forms.ChoiceField(
        label=_("Dialogues"),
        help_text=_("In brackets: how many of them nobody has begun. A main batch takes only these."),
    )
    most = forms.IntegerField(
        label=_("At most"),
        min_value=1,
        max_value=MOST,
        required=False,
        help_text=_("Dialogues. Where the codebook shuffles, a sample that resembles the whole. Empty: all of them."),
    )
    k = forms.IntegerField(label=_("Judgements of each"), min_value=1, max_value=20)
    given = forms.ChoiceField(label=_("Given out"), choices=Batch.Given.choices)
    people = PeopleField(required=False, help_text=_("Only for batches that are not for whoever asks first."))

    def __init__(self, *args: Any, corpus: Corpus, k: int, **more: Any) -> None:
        super().__init__(*args, **more)
        self.corpus = corpus
        self.fields["k"].initial = k
        people, scope = self.fields["people"], self.fields["scope"]
        assert isinstance(people, PeopleField)  # noqa: S101 -- declared above
        assert isinstance(scope, forms.ChoiceField)  # noqa: S101 -- declared above
        people.of(corpus)
        scope.choices = scopes(corpus)
        self.order_fields(["name", "purpose", "scope", "most", "k", "given", "people", "priority", "deadline"])

    def wish(self) -> Wish:
        """Return what the form asks for."""
        given = self.cleaned_data
        kind, _colon, key = given["scope"].partition(":")
        return Wish(
            purpose=given["purpose"],
            series=Series.objects.get(corpus=self.corpus, pk=key) if kind == "series" else None,
            episode=Episode.objects.get(series__corpus=self.corpus, pk=key) if kind == "episode" else None,
            most=given["most"],
            k=given["k"],
            given=given["given"],
            people=list(given["people"]) if given["given"] != Batch.Given.EVERYONE else [],
        )


class RetestForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=80)
    people = PeopleField()
    count = forms.IntegerField(label=_("Dialogues for each"), min_value=1, max_value=500, initial=10)
    days = forms.IntegerField(
        label=_("Judged at least so many days ago"), min_value=0, max_value=1000, initial=14,
        help_text=_("The longer ago, the less is remembered."),
    )  # fmt: skip
    dialogues = forms.IntegerField(label=_("And so many dialogues ago"), min_value=0, max_value=10_000, initial=20)
    percent = forms.IntegerField(
        label=_("Mixed in, per cent"), min_value=1, max_value=100, initial=20,
        help_text=_("Of 100 new dialogues so many are old ones. Nothing tells the annotator which."),
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
    """Return the choices of dialogues: all, then each series with its episodes, with what is left of them."""
    left = {(series, episode): count for series, _name, episode, _title, count in left_by_episode(corpus=corpus)}
    groups: list[Any] = [("all", _left(str(_("All that are left")), sum(left.values())))]
    for series in Series.objects.filter(corpus=corpus).order_by("name"):
        episodes = Episode.objects.filter(series=series).order_by("title")
        whole = sum(count for (key, _episode), count in left.items() if key == series.pk)
        groups.append(
            (
                series.name,
                [
                    (f"series:{series.pk}", _left(str(_("Whole series")), whole)),
                    *(
                        (f"episode:{each.pk}", _left(each.title, left.get((series.pk, each.pk), 0)))
                        for each in episodes
                    ),
                ],
            )
        )
    return groups


def _left(words: str, count: int) -> str:
    return f"{words} ({count})"
