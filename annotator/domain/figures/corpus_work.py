"""Figures of a corpus's main work, for those who lead it: dialogues, judgements, utterances.

A dialogue for training, test or gold is no main work, but judgements that it has got as main work count: it then needs
as many as it has. So the work of a corpus can be completed, and an annotator who compares these figures with their own
learns nothing, since they see none of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from django.core.cache import cache
from django.db.models import Case, Count, Exists, F, IntegerField, OuterRef, QuerySet, Subquery, Sum, When
from django.db.models.functions import Coalesce, Least

from annotator.domain.figures.conditions import FINISHED, FREE, HELD, k_of, of_main_work, wanted
from annotator.domain.figures.dialogue_work import Work
from annotator.domain.figures.work_sums import work_sums
from annotator.models import CalibrationDialogue, Slot
from corpus.domain.structure.dialogue_counts import DialogueCount, dialogue_counts
from corpus.models import Annotation, Corpus, Dialogue, Purpose, Rater

MANY = 1000  # dialogues


@dataclass(frozen=True, slots=True)
class Totals:
    """`filled` of `slots` are finished; `complete` of `dialogues` have all their slots finished."""

    dialogues: int
    complete: int
    slots: int
    filled: int

    @property
    def percent(self) -> int:
        """Percentage of finished slots, rounded down: 100 means all."""
        return 100 * self.filled // self.slots if self.slots else 0


@dataclass(frozen=True, slots=True)
class LabelledUtterances:
    """`labelled` of `all` utterances of the main work have answers of a member."""

    labelled: int
    all: int


def main_work(*, corpus: Corpus) -> QuerySet[Dialogue]:
    """Return the ready dialogues of the main work, in order."""
    used = CalibrationDialogue.objects.filter(dialogue=OuterRef("pk"))
    taken = Slot.objects.filter(~FREE, dialogue=OuterRef("pk"), purpose=Purpose.MAIN)
    ready = Dialogue.objects.filter(corpus=corpus, state=Dialogue.State.READY)
    return ready.filter(~Exists(used) | Exists(taken)).order_by("order")


def main_work_sizes(*, corpus: Corpus) -> tuple[int, int]:
    """Return the numbers of dialogues and utterances of the main work.

    All ready ones are counted, and the few dialogues of calibration are taken off.
    """
    ready = dialogue_counts([corpus.pk])[corpus.pk].get(Dialogue.State.READY, DialogueCount())
    taken = Slot.objects.filter(~FREE, dialogue=OuterRef("pk"), purpose=Purpose.MAIN)
    # by their keys: a join would read every dialogue of the corpus to find these few
    keys = list(CalibrationDialogue.objects.values_list("dialogue", flat=True))
    used = Dialogue.objects.filter(pk__in=keys, corpus=corpus, state=Dialogue.State.READY) if keys else None
    if used is None:
        return ready.dialogues, ready.utterances
    apart = used.filter(~Exists(taken)).aggregate(dialogues=Count("pk"), utterances=Sum("length", default=0))
    return ready.dialogues - apart["dialogues"], ready.utterances - apart["utterances"]


def with_judgements(*, corpus: Corpus, only: Sequence[Dialogue]) -> QuerySet[Dialogue]:
    """Return a page of the main work with `done` and `open` slots and the target `k` of each dialogue."""
    slots = Slot.objects.filter(dialogue=OuterRef("pk"), purpose=Purpose.MAIN).values("dialogue").order_by()
    integer = {"output_field": IntegerField()}
    return (
        main_work(corpus=corpus)
        .filter(pk__in=[each.pk for each in only])
        .annotate(
            done=Coalesce(Subquery(slots.annotate(n=Count("pk", filter=FINISHED)).values("n")), 0, **integer),
            open=Coalesce(Subquery(slots.annotate(n=Count("pk", filter=HELD)).values("n")), 0, **integer),
            k=Coalesce(Subquery(slots.annotate(n=wanted(k_of(corpus))).values("n")), k_of(corpus), **integer),
        )
    )


def totals(*, corpus: Corpus, kept: Work | None = None) -> Totals:
    """Return the sums over the main work.

    A dialogue in a batch of a manager has the slots that it was given there; any other has k. Extra judgements, from a
    time when k was higher, are not counted.

    Args:
        corpus: the corpus.
        kept: its sums, if the caller has read them.
    """
    k = k_of(corpus)
    count, _utterances = main_work_sizes(corpus=corpus)
    if not k:
        return Totals(count, 0, 0, 0)
    kept = work_sums(corpus) if kept is None else kept
    if kept is not None:
        return Totals(count, kept["complete"], kept["slots"] + k * (count - kept["dealt"]), kept["filled"])
    dealt = (
        Slot.objects.filter(of_main_work(), purpose=Purpose.MAIN, batch__corpus=corpus)
        .values("dialogue")
        .annotate(done=Count("pk", filter=FINISHED), wanted=wanted(k))
        .order_by()
    )
    sums = dealt.aggregate(
        count=Count("*"),  # a named column would be added to the GROUP BY
        slots=Coalesce(Sum("wanted"), 0),
        complete=Coalesce(Sum(Case(When(done__gte=F("wanted"), then=1), default=0)), 0),
        filled=Coalesce(Sum(Least(F("done"), F("wanted"))), 0),
    )
    return Totals(count, sums["complete"], sums["slots"] + k * (count - sums["count"]), sums["filled"])


def labelled_utterances(*, corpus: Corpus) -> LabelledUtterances:
    """Return how many utterances of the main work have answers of at least one member."""
    _dialogues, utterances = main_work_sizes(corpus=corpus)
    if (kept := work_sums(corpus)) is not None:
        return LabelledUtterances(kept["labelled"], utterances)
    # from the answers of members, which are as many as the work done, not from the utterances of the corpus
    labelled = Annotation.objects.filter(
        of_main_work("utterance__dialogue"),
        rater__in=list(corpus.raters.filter(kind=Rater.Kind.MEMBER).values_list("pk", flat=True)),
        purpose=Purpose.MAIN,
        answers__isnull=False,
    ).aggregate(count=Count("utterance", distinct=True))["count"]
    return LabelledUtterances(labelled, utterances)


def dialogues_for_annotators(*, corpus: Corpus) -> int:
    """Return the number of ready dialogues that people may get besides training and test.

    It stands beside `own_work.dialogues_done`, so it contains gold, and does not change when someone gets gold. A large
    count is cached for a minute, since counting is slow.
    """
    key = f"ready-{corpus.public_id}"
    cached: int | None = cache.get(key)
    if cached is not None:
        return cached
    ready = Dialogue.objects.filter(corpus=corpus, state=Dialogue.State.READY)
    calibration = getattr(corpus, "calibration", None)
    if calibration and (calibration.has_training or calibration.has_test):
        announced = CalibrationDialogue.objects.filter(dialogue=OuterRef("pk")).exclude(use=Purpose.GOLD)
        ready = ready.filter(~Exists(announced))
    count = ready.count()
    if count >= MANY:
        cache.set(key, count, 60)
    return count
