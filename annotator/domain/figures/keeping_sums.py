"""Upkeep of the sums of work: a job counts marked dialogues again, and all dialogues of a corpus that has no sums yet.

It works in small transactions. Each reads marks first and counts their dialogues after that, so it sees every change
that these marks stand for; a change that is committed later has a mark of its own, which stays. Only the job writes the
sums, under a lock on their row, so it never waits for annotators, nor they for it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from typing import Any

from django.db import connection, transaction
from django.db.models import Q, QuerySet

from annotator.domain.figures.conditions import k_of
from annotator.domain.figures.dialogue_work import LAYOUT, Work, work_on
from annotator.domain.figures.work_sums import work_sums
from annotator.models import DialogueWork, WorkMark, WorkSums
from common.database.snapshot import snapshot
from common.jobs.queue import JobRun
from corpus.models import Corpus, Dialogue

KIND = "annotator.work_sums"
MANY = 1000  # dialogues from which on a corpus has sums; counting fewer takes milliseconds
DUE = 100  # marks for which a job is queued; a page counts the dialogues of fewer itself
SINCE_EVER = 0  # as `WorkSums.marked_from`: no transaction is left that may have marked nothing
CHUNK = 100  # dialogues of one transaction, at most; on SQLite every save waits for it
UTTERANCES = 2000  # of these dialogues, unless a single one has more
MARKS_AT_ONCE = 500  # of a statement


def corpora_with_work_to_sum() -> list[Corpus]:
    """Return the corpora whose sums are missing, incomplete, of another k, or behind by many marks."""
    corpora = Corpus.objects.filter(deletion_requested_at__isnull=True).select_related("codebook")
    columns = ("k", "figures__layout", "is_whole")  # without the sums themselves, as the sweep asks every few seconds
    known = {row[0]: row[1:] for row in WorkSums.objects.values_list("corpus", *columns)}
    return [corpus for corpus in corpora.order_by("pk") if _is_due(corpus, known.get(corpus.pk))]


def keep_sums(*, run: JobRun, corpus: Corpus) -> dict[str, Any]:
    """Bring the sums of a corpus up to date.

    Args:
        run: the attempt.
        corpus: with its codebook.

    Returns:
        `dialogues`, the number counted.

    Raises:
        Superseded: the job went to another attempt.
    """
    counted, goes_on = 0, True
    while goes_on:
        with run.finishing():
            dialogues, goes_on = next_step(corpus)
        counted += dialogues
        run.progress(counted, 0, "annotator.work_sums")
    return {"dialogues": counted}


def next_step(corpus: Corpus) -> tuple[int, bool]:
    """Count a chunk of dialogues, in the transaction of the caller.

    Returns:
        The number of dialogues, and whether the job goes on. It also ends as long as transactions are open that may
        have marked nothing; the sweep queues it again.
    """
    sums = WorkSums.objects.select_for_update().filter(corpus=corpus).first()
    if sums is None:
        WorkSums.objects.create(corpus=corpus, figures=_figures(Counter()))
        return 0, True
    if connection.vendor == "postgresql" and (waits := _wait_for_marks(sums)):
        return 0, waits == "again"
    if not _is_current(sums, corpus):
        sums.k, sums.filled_to, sums.is_whole = k_of(corpus), 0, False
        sums.figures = _figures(sums.figures["sums"])
    of_corpus = WorkMark.objects.filter(corpus=corpus.pk)
    marked = list(of_corpus.order_by("dialogue").values_list("dialogue", flat=True).distinct()[:CHUNK])
    lengths = dict(Dialogue.with_retired.filter(pk__in=marked).values_list("pk", "length"))
    dialogues = _few([(each, lengths.get(each, 0)) for each in marked])
    # exactly the marks that are there before the count: a later one, even with a smaller number, stays
    marks = list(of_corpus.filter(dialogue__in=dialogues).values_list("pk", flat=True))
    goes_on = len(dialogues) < len(marked) or len(marked) == CHUNK
    if not sums.is_whole and not goes_on:
        # a hidden dialogue is marked when it is published
        later = _shown(corpus).filter(pk__gt=sums.filled_to).order_by("pk").values_list("pk", "length")[:CHUNK]
        chunk = _few(list(later))
        dialogues += chunk
        sums.filled_to, sums.is_whole = max(chunk, default=sums.filled_to), not chunk
    _count(sums, set(dialogues))
    for start in range(0, len(marks), MARKS_AT_ONCE):
        WorkMark.objects.filter(pk__in=marks[start : start + MARKS_AT_ONCE]).delete()
    return len(dialogues), goes_on or not sums.is_whole


def difference(corpus: Corpus) -> dict[str, tuple[int, int]] | None:
    """Compare the sums of a corpus with a count of all its dialogues.

    Returns:
        Name -> sum and count, where they differ; None if the corpus has no sums.
    """
    with snapshot():
        sums = work_sums(corpus)
        if sums is None:
            return None
        counted: Work = Counter()
        counted_once = DialogueWork.objects.filter(corpus=corpus).values("dialogue")
        of_sums = Dialogue.with_retired.filter(~Q(state=Dialogue.State.HIDDEN) | Q(pk__in=counted_once), corpus=corpus)
        keys = list(of_sums.order_by("pk").values_list("pk", flat=True))
        for start in range(0, len(keys), CHUNK):
            for work in work_on(keys[start : start + CHUNK], k=k_of(corpus)).values():
                counted.update(work)
    return {name: (sums[name], counted[name]) for name in sums.keys() | counted.keys() if sums[name] != counted[name]}


@transaction.atomic
def forget_sums(corpus: Corpus) -> None:
    """Let the job count all dialogues of a corpus again; until then, its pages count them."""
    sums = WorkSums.objects.select_for_update().filter(corpus=corpus).first()
    if sums is not None:
        DialogueWork.objects.filter(corpus=corpus).delete()
        sums.figures, sums.filled_to, sums.is_whole = _figures(Counter()), 0, False
        sums.save(update_fields=["figures", "filled_to", "is_whole"])


def _count(sums: WorkSums, dialogues: Collection[int]) -> None:
    """Count dialogues again, and correct the sums by the difference."""
    total = Counter(sums.figures["sums"])
    found = work_on(dialogues, k=sums.k)
    before = dict(
        DialogueWork.objects.filter(corpus=sums.corpus_id, dialogue__in=dialogues).values_list("dialogue", "figures")
    )
    for figures in before.values():
        total.subtract(figures)
    for work in found.values():
        total.update(work)
    DialogueWork.objects.bulk_create(
        [
            DialogueWork(corpus_id=sums.corpus_id, dialogue=dialogue, figures=work)
            for dialogue, work in found.items()
            if before.get(dialogue) != work
        ],
        update_conflicts=True,
        unique_fields=["corpus", "dialogue"],
        update_fields=["figures"],
    )
    DialogueWork.objects.filter(corpus=sums.corpus_id, dialogue__in=before.keys() - found.keys()).delete()
    sums.figures = _figures(total)
    sums.save()


def _figures(sums: Mapping[str, int]) -> dict[str, Any]:
    return {"layout": LAYOUT, "sums": {name: count for name, count in sums.items() if count}}


def _is_current(sums: WorkSums, corpus: Corpus) -> bool:
    return sums.k == k_of(corpus) and sums.figures["layout"] == LAYOUT


def _is_due(corpus: Corpus, known: tuple[int, int, bool] | None) -> bool:
    """Return whether the sums are to be made, completed, counted by another k, or behind by many marks."""
    if known is None:
        return _shown(corpus)[MANY - 1 : MANY].exists()
    if known != (k_of(corpus), LAYOUT, True):
        return True
    return WorkMark.objects.filter(corpus=corpus.pk)[DUE - 1 : DUE].exists()


def _shown(corpus: Corpus) -> QuerySet[Dialogue]:
    """Return the dialogues, also retired ones, but not those of an import that is being written."""
    return Dialogue.with_retired.filter(corpus=corpus).exclude(state=Dialogue.State.HIDDEN)


def _few(dialogues: Sequence[tuple[int, int]]) -> list[int]:
    """Return the first ones of dialogues with their lengths: at least one, then up to `UTTERANCES` in all."""
    found, total = list[int](), 0
    for dialogue, length in dialogues:
        total += length
        if found and total > UTTERANCES:
            break
        found.append(dialogue)
    return found


def _wait_for_marks(sums: WorkSums) -> str:
    """Return "" if every transaction that may have marked nothing has ended, "again" once, and "later" after that.

    Transactions mark dialogues if they see the row of the sums when they change one. Those that do not see it had their
    number before the row was committed, and so a smaller one than this transaction, which sees it.
    """
    if sums.marked_from == SINCE_EVER:
        return ""
    with connection.cursor() as cursor:
        if sums.marked_from is None:
            cursor.execute("SELECT txid_current()")
            (sums.marked_from,) = cursor.fetchone()
            sums.save(update_fields=["marked_from"])
            return "again"
        cursor.execute(
            "SELECT txid_snapshot_xmin(txid_current_snapshot()) > %s, txid_current() < %s",
            [sums.marked_from, sums.marked_from],
        )
        have_ended, is_of_another_server = cursor.fetchone()
        if is_of_another_server:  # a backup was restored
            sums.marked_from = None
            sums.save(update_fields=["marked_from"])
            return "again"
        if not have_ended:
            return "later"
    sums.marked_from = SINCE_EVER  # for good, also for a copy of this database with other numbers
    return ""
