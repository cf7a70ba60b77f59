"""The work on single dialogues as named counts, which are added up to the sums of a corpus.

Names of the main work: `dealt` (1 if the dialogue has slots), `slots`, `filled`, `complete` and `labelled` as in
`corpus_work`. Names with a rater's key: `done` and `open` assignments, `labelled` utterances and `active_ms` as in
`own_work`, and `counting`, the annotations that count in reports and releases. Names with a batch's key: its slots of
ready dialogues, by their state.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Mapping

from django.db.models import Count, Exists, OuterRef, Q, Sum

from annotator.domain.figures.conditions import FINISHED, VISIBLE, of_main_work, wanted
from annotator.models import Assignment, Slot
from corpus.models import Annotation, Dialogue, Purpose, Rater, Revision

LAYOUT = 1  # changes with the names and what they count; other sums are counted again
Work = Counter[str]


def of_rater(name: str, rater: int) -> str:
    """Return the name of a count of one rater (primary key)."""
    return f"{name} {rater}"


def of_batch(state: str, batch: int) -> str:
    """Return the name of the count of a batch's (primary key) slots in a state."""
    return f"{state} slots {batch}"


def work_on(dialogues: Collection[int], *, k: int) -> dict[int, Work]:
    """Count the work on dialogues.

    Args:
        dialogues: primary keys, of any number that fits into a query.
        k: annotators per dialogue; 0 without a codebook.

    Returns:
        Dialogue -> counts other than 0, for the dialogues that have any.
    """
    found: dict[int, Work] = {}
    if not dialogues:
        return found

    def add(dialogue: int, counts: Mapping[str, int]) -> None:
        found.setdefault(dialogue, Counter()).update({name: count for name, count in counts.items() if count})

    for dialogue, done, target in _judgements(dialogues, k):
        filled, complete = min(done, target), int(done >= target)
        add(dialogue, {"dealt": 1, "slots": target, "filled": filled, "complete": complete})
    for dialogue, batch, state, slots in _slots(dialogues):
        add(dialogue, {of_batch(state, batch): slots})
    for dialogue, labelled in _labelled(dialogues):
        add(dialogue, {"labelled": labelled})
    for dialogue, rater, done, opened in _assignments(dialogues):
        add(dialogue, {of_rater("done", rater): done, of_rater("open", rater): opened})
    for dialogue, rater, labelled, counting in _annotations(dialogues):
        add(dialogue, {of_rater("labelled", rater): labelled, of_rater("counting", rater): counting})
    for dialogue, rater, active_ms in _active(dialogues):
        add(dialogue, {of_rater("active_ms", rater): active_ms})
    return found


def _judgements(dialogues: Collection[int], k: int) -> Iterable[tuple[int, int, int]]:
    if not k:
        return ()
    slots = Slot.objects.filter(of_main_work(), dialogue__in=dialogues, purpose=Purpose.MAIN, batch__isnull=False)
    done = slots.values("dialogue").order_by().annotate(done=Count("pk", filter=FINISHED), wanted=wanted(k))
    return done.values_list("dialogue", "done", "wanted")


def _slots(dialogues: Collection[int]) -> Iterable[tuple[int, int, str, int]]:
    of_ready = Slot.objects.filter(dialogue__in=dialogues, dialogue__state=Dialogue.State.READY, batch__isnull=False)
    return of_ready.order_by().values_list("dialogue", "batch", "state").annotate(Count("pk"))


def _labelled(dialogues: Collection[int]) -> Iterable[tuple[int, int]]:
    answered = Annotation.objects.filter(
        of_main_work("utterance__dialogue"),
        utterance__dialogue__in=dialogues,
        rater__kind=Rater.Kind.MEMBER,
        purpose=Purpose.MAIN,
        answers__isnull=False,
    )
    return answered.order_by().values_list("utterance__dialogue").annotate(count=Count("utterance", distinct=True))


def _assignments(dialogues: Collection[int]) -> Iterable[tuple[int, int, int, int]]:
    judged = Assignment.objects.filter(dialogue__in=dialogues).exclude(purpose__in=VISIBLE).order_by()
    states = (Q(state=Assignment.State.DONE), Q(state=Assignment.State.OPEN))
    done, opened = (Count("pk", filter=state) for state in states)
    return judged.values_list("dialogue", "rater").annotate(done=done, opened=opened)


def _annotations(dialogues: Collection[int]) -> Iterable[tuple[int, int, int, int]]:
    unfinished = Assignment.objects.filter(
        rater=OuterRef("rater"), dialogue=OuterRef("utterance__dialogue"), purpose=Purpose.MAIN
    ).exclude(state=Assignment.State.DONE)
    counts = Q(~Exists(unfinished), purpose=Purpose.MAIN, utterance__dialogue__state=Dialogue.State.READY)
    answered = Annotation.objects.filter(utterance__dialogue__in=dialogues, answers__isnull=False).order_by()
    return answered.values_list("utterance__dialogue", "rater").annotate(
        labelled=Count("pk", filter=~Q(purpose__in=VISIBLE)), counting=Count("pk", filter=counts)
    )


def _active(dialogues: Collection[int]) -> Iterable[tuple[int, int, int]]:
    revisions = Revision.objects.filter(annotation__utterance__dialogue__in=dialogues).order_by()
    return revisions.values_list("annotation__utterance__dialogue", "annotation__rater").annotate(Sum("active_ms"))
