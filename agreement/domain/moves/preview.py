"""The effect of a move on the figures, computed before anything is moved."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any

from django.utils import timezone

from agreement.domain.moves.acceptances import accepted_to_move
from agreement.domain.moves.answer_counts import answer_counts
from agreement.domain.moves.consensus_effect import Settlement, confusions
from agreement.domain.moves.decisions import decisions_to_move
from agreement.domain.report_figures import figures
from agreement.judgements.moved import MovedTranslation, moved_chunks
from agreement.judgements.raters import raters_with_labels, usual_raters
from agreement.judgements.reader import JudgementReader, Judgements
from agreement.judgements.selection import counted
from agreement.judgements.tables import AnswerTables, TableCollector
from annotator.domain.calibration.answer_sets import newest
from annotator.domain.moves.asking import who_is_asked
from annotator.models import Assignment, LateOperation
from common.database.snapshot import snapshot
from common.jobs.queue import JobRun
from corpus.domain.annotations.moved_answers import ProfileMover, with_answers_of
from corpus.models import AnswerMove, CodebookVersion, Rater, Utterance

CHUNK = 200  # dialogues
COMPARED = ("slug", "level", "alpha", "percent", "coverage", "labels")

Progress = Callable[[int, int, str], None]


def preview(*, run: JobRun, move: AnswerMove) -> dict[str, Any]:
    """Compute the preview of a move and store it with its row.

    Args:
        run: the attempt.
        move: a draft.

    Returns:
        `annotations`, the number of those that would be moved.
    """
    mover = ProfileMover(move)
    raters = usual_raters(raters_with_labels(move.corpus))
    with snapshot():
        effect = effect_on_work(mover=mover, progress=run.note)
        answers = [[*key, *count] for key, count in answer_counts(move.old).items()]
        before = before_move(mover=mover, raters=raters, progress=run.note)
        after = after_move(mover=mover, raters=raters, progress=run.note)
    run.progress(0, 0, "computing_figures")
    found = {
        "effect": effect,
        "raters": len(raters),
        "answers": answers,
        "before": before.document(),
        "after": after.document(),
    }
    with run.finishing():
        AnswerMove.objects.filter(pk=move.pk, state=AnswerMove.State.DRAFT, created_at=move.created_at).update(
            preview=found, previewed_at=timezone.now()
        )
    return {"annotations": effect["annotations"]}


@dataclass(frozen=True, slots=True)
class Compared:
    """The answers on one side of a move: the tables that a report reads, and how their majority settles utterances."""

    tables: AnswerTables
    settlement: Settlement

    def document(self) -> dict[str, Any]:
        """Return the figures that a preview stores.

        Returns:
            `annotations` and `utterances` compared; `questions`, each with some of the figures of a report and
            `confusions`, see `consensus_effect.confusions`; `consensus`, see `Settlement.counts`.
        """
        computed = zip(figures(self.tables)["questions"], self.tables.tables, strict=True)
        return {
            "annotations": self.tables.annotations,
            "utterances": len(self.tables.dialogue),
            "questions": [
                {**{name: each.get(name) for name in COMPARED}, "confusions": confusions(own)} for each, own in computed
            ],
            "consensus": self.settlement.counts(),
        }


def before_move(
    *, mover: ProfileMover, raters: list[Rater], progress: Progress = lambda _done, _total, _stage: None
) -> Compared:
    """Return the answers as they are, under the old version.

    Raises:
        Refused: `agreement.codes_missing`.
    """
    reader = JudgementReader(codebook=mover.move.old, raters=raters)
    return _read(reader, mover.move.old, reader.chunks(counted(raters)), counted(raters).count(), progress)


def after_move(
    *, mover: ProfileMover, raters: list[Rater], progress: Progress = lambda _done, _total, _stage: None
) -> Compared:
    """Return the answers as they would be right after a move, under the new version.

    Dialogues that are reopened by it do not count until they are finished again.

    Raises:
        Refused: `agreement.codes_missing`.
    """
    new = mover.move.new
    translation = MovedTranslation(mover)
    reader = JudgementReader(codebook=new, raters=raters, translations={mover.move.old_id: translation})
    return _read(reader, new, moved_chunks(reader, counted(raters), raters), counted(raters).count(), progress)


def _read(
    reader: JudgementReader, codebook: CodebookVersion, chunks: Iterable[Judgements], total: int, progress: Progress
) -> Compared:
    collector, settlement = TableCollector(reader, codebook), Settlement(codebook)
    for judgements in chunks:
        collector.add(judgements)
        settlement.add(judgements)
        progress(collector.annotations, total, "reading_labels")
    return Compared(collector.tables(), settlement)


def effect_on_work(*, mover: ProfileMover, progress: Progress = lambda _done, _total, _stage: None) -> dict[str, int]:
    """Count what a move would do to answers of all purposes, assignments, answer sets and decisions.

    Returns:
        `annotations` with answers of the old version, by what becomes of them: `moved`, `asked`, `incomplete`;
        `reopened` and `open` assignments, `late` operations; `answer_sets`, `decisions`, `decisions_open`,
        `accepted`, `accepted_open`.
    """
    counts: Counter[str] = Counter()
    move = mover.move
    total = move.corpus.dialogues.count()
    done = 0
    for dialogues in _chunks(move):
        annotations = with_answers_of(move.old_id).filter(utterance__dialogue__in=dialogues, codes__isnull=False)
        rows = annotations.values_list("codes", "utterance__dialogue", "rater", "purpose")
        asked = who_is_asked(dialogues)
        reopened = set()
        for codes, *place in rows.iterator(chunk_size=2000):
            is_open = bool(mover(bytes(codes or b"")).open)
            is_asked = is_open and tuple(place) in asked
            counts["asked" if is_asked else "incomplete" if is_open else "moved"] += 1
            if is_asked:
                reopened.add(tuple(place))
        counts["reopened"] += _done(dialogues, reopened)
        sets = newest(Utterance.objects.filter(dialogue__in=dialogues)).values()
        counts["answer_sets"] += sum(each.codebook_id == move.old_id for each in sets)
        counts += decisions_to_move(mover=mover, dialogues=dialogues)
        counts += accepted_to_move(mover=mover, dialogues=dialogues)
        done += len(dialogues)
        progress(done, total, "counting_answers")
    open_ = Assignment.objects.filter(rater__corpus=move.corpus_id, codebook=move.old_id, state=Assignment.State.OPEN)
    late = LateOperation.objects.filter(
        assignment__rater__corpus=move.corpus_id,
        assignment__codebook=move.old_id,
        state=LateOperation.State.WAITING,
    )
    names = ("moved", "asked", "incomplete", "reopened", "answer_sets")
    settled = ("decisions", "decisions_open", "accepted", "accepted_open")
    return {
        "annotations": counts["moved"] + counts["asked"] + counts["incomplete"],
        **{name: counts[name] for name in (*names, *settled)},
        "open": open_.count(),
        "late": late.count(),
    }


def _chunks(move: AnswerMove) -> Iterator[list[int]]:
    last = 0
    while True:
        keys = list(move.corpus.dialogues.filter(pk__gt=last).order_by("pk").values_list("pk", flat=True)[:CHUNK])
        if not keys:
            return
        yield keys
        last = keys[-1]


def _done(dialogues: list[int], places: set[tuple[Any, ...]]) -> int:
    """Count the finished assignments of places."""
    if not places:
        return 0
    done = Assignment.objects.filter(dialogue__in=dialogues, state=Assignment.State.DONE)
    return sum(place in places for place in done.values_list("dialogue", "rater", "purpose"))
