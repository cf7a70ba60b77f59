"""Progress of batches and of the people in them."""

from datetime import date

from django.db.models import Count, F, Q, QuerySet

from annotator.domain.batches.batch_filling import available
from annotator.domain.figures.dialogue_work import of_batch
from annotator.domain.figures.work_sums import work_sums
from annotator.models import Assignment, Batch, Slot
from corpus.models import Corpus, Dialogue, Purpose, Rater

FREE, HELD, DONE = Slot.State.FREE, Slot.State.HELD, Slot.State.DONE
SERVED = (F("closed_at").desc(nulls_first=True), "-priority", F("deadline").asc(nulls_last=True), "is_automatic", "pk")


def batches(*, corpus: Corpus) -> list[Batch]:
    """Return the batches in the order in which they are served, stopped ones last, with their slots by state.

    `free`, `held`, `done` and `all` are set on each. The automatic batch has no free slots for dialogues that it has
    not dealt yet. Excluded dialogues do not count: they are not given out, so a batch with some would never be done.
    """
    kept = work_sums(corpus)
    rows = Batch.objects.filter(corpus=corpus).select_related("job")
    if kept is None:
        return list(_counted(rows).order_by(*SERVED))
    found = list(rows.order_by(*SERVED))
    for batch in found:
        slots: dict[str, int] = {state.value: kept[of_batch(state, batch.pk)] for state in (FREE, HELD, DONE)}
        for name, count in {**slots, "all": sum(slots.values())}.items():
            setattr(batch, name, count)
    return found


def _counted(rows: QuerySet[Batch]) -> QuerySet[Batch]:
    ready = Q(slots__dialogue__state=Dialogue.State.READY)
    return rows.annotate(
        free=Count("slots", filter=ready & Q(slots__state=FREE)),
        held=Count("slots", filter=ready & Q(slots__state=HELD)),
        done=Count("slots", filter=ready & Q(slots__state=DONE)),
        all=Count("slots", filter=ready),
    )


def undealt(*, corpus: Corpus) -> int:
    """Return the number of ready dialogues that the automatic batch has not dealt yet."""
    return corpus.dialogues.filter(state="ready", is_dealt=False).count()


def is_late(batch: Batch, *, today: date, left: int) -> bool:
    """Return whether a batch is unfinished after its deadline."""
    return batch.deadline is not None and batch.deadline < today and left > 0


def people_of(*, batch: Batch) -> QuerySet[Rater]:
    """Return the people of a batch with their `done` and `held` dialogues and `reserved` slots in it."""
    worked = Q(assignments__slot__batch=batch)
    shares = dict(
        Slot.objects.filter(batch=batch, state=FREE, rater__isnull=False)
        .values_list("rater")
        .annotate(count=Count("pk"))
        .order_by()
    )
    people = (
        Rater.objects.filter(Q(pk__in=batch.people.values("pk")) | worked)
        .annotate(
            done=Count("assignments", filter=worked & Q(assignments__state=Assignment.State.DONE), distinct=True),
            held=Count("assignments", filter=worked & Q(assignments__state=Assignment.State.OPEN), distinct=True),
        )
        .select_related("membership__user")
        .order_by("pk")
    )
    for rater in people:
        rater.reserved = shares.get(rater.pk, 0)  # type: ignore[attr-defined]
    return people


def batches_of(*, rater: Rater) -> QuerySet[Batch]:
    """Return the batches in which a person worked, with their `done` and `held` dialogues."""
    own = Q(slots__assignments__rater=rater)
    return (
        Batch.objects.filter(corpus=rater.corpus_id)
        .annotate(
            done=Count("slots__assignments", filter=own & Q(slots__assignments__state=Assignment.State.DONE)),
            held=Count("slots__assignments", filter=own & Q(slots__assignments__state=Assignment.State.OPEN)),
        )
        .filter(Q(done__gt=0) | Q(held__gt=0))
        .order_by("pk")
    )


def finished_assignments(*, rater: Rater) -> QuerySet[Assignment]:
    """Return a person's finished dialogues, the newest first."""
    return (
        Assignment.objects.filter(rater=rater, state=Assignment.State.DONE)
        .select_related("dialogue", "slot__batch")
        .order_by("-ended_at", "-pk")
    )


def ready_by_episode(*, corpus: Corpus) -> list[tuple[int, str, int | None, str, int]]:
    """Return the series and episodes with ready dialogues, and the number of those available to a main batch.

    Episodes without ready dialogues, such as rejected uploads, have nothing for a batch.
    """
    counted = available(corpus=corpus, purpose=Purpose.MAIN).values_list("series", "episode").annotate(Count("pk"))
    free = {(series, episode): count for series, episode, count in counted.order_by()}
    ready = (
        Dialogue.objects.filter(corpus=corpus, state=Dialogue.State.READY)
        .values_list("series", "series__name", "episode", "episode__title")
        .order_by("series__name", "series", "episode__title", "episode")
        .distinct()
    )
    return [(*row, free.get((row[0], row[2]), 0)) for row in ready]
