"""Moves of answers: drafted and previewed, started, and undone; a job does each."""

from __future__ import annotations

from datetime import datetime

from django.db import IntegrityError, transaction
from django.utils import timezone

from common.errors import Refused
from common.jobs.queue import enqueue
from common.models import Job, User
from corpus.domain.codebooks.codebook_versions import use_codebook
from corpus.models import AnswerMove, CodebookVersion, Corpus
from corpus.rules.moves import Mapping, as_document

PREVIEW = "agreement.preview_move"
KIND = "agreement.move_answers"


def draft_move(
    *,
    corpus: Corpus,
    old: CodebookVersion,
    new: CodebookVersion,
    mapping: Mapping,
    created_by: User | None = None,
    here: bool = False,
) -> AnswerMove:
    """Store a mapping as a draft, in place of an earlier draft between these versions, and request its preview.

    Args:
        corpus: of both versions.
        old: the version that the answers were given under.
        new: the version they are to be moved to.
        mapping: complete for the two.
        created_by: the manager.
        here: the caller computes the preview in this process.

    Raises:
        Refused: `move.other_corpus`, `move.same_version`.
    """
    if {old.corpus_id, new.corpus_id} != {corpus.pk}:
        raise Refused("move.other_corpus")
    if old.pk == new.pk:
        raise Refused("move.same_version")
    with transaction.atomic():
        Corpus.objects.select_for_update(no_key=True).get(pk=corpus.pk)
        move = AnswerMove.objects.filter(old=old, new=new, state=AnswerMove.State.DRAFT).first()
        move = move or AnswerMove(corpus=corpus, old=old, new=new)
        move.mapping, move.preview, move.previewed_at = as_document(mapping), None, None
        move.created_by, move.created_at = created_by, timezone.now()
        move.job = enqueue(
            kind=PREVIEW,
            args={"move": str(move.public_id), "at": move.created_at.isoformat()},
            scope=str(corpus.public_id),
            created_by=created_by,
            here=here,
        )
        move.save()
    return move


def discard_draft(*, move: AnswerMove) -> None:
    """Delete a draft; a move that was started stays.

    Raises:
        Refused: `move.started`.
    """
    deleted, _ = AnswerMove.objects.filter(pk=move.pk, state=AnswerMove.State.DRAFT).delete()
    if not deleted:
        raise Refused("move.started")


def start_move(*, move: AnswerMove, started_by: User | None, now: datetime, here: bool = False) -> Job:
    """Start a move: put its new version in use, so that nobody gets the old one any more, and queue the job.

    Raises:
        Refused: `move.started`; `move.another_runs`, one move of a corpus at a time.
    """
    try:
        with transaction.atomic():
            locked = AnswerMove.objects.select_for_update(of=("self",)).select_related("corpus", "new").get(pk=move.pk)
            if locked.state != AnswerMove.State.DRAFT:
                raise Refused("move.started")
            if locked.corpus.codebook_id != locked.new_id:
                locked.put_in_use = True
                use_codebook(corpus=locked.corpus, codebook=locked.new)
            job = _enqueue(locked, started_by, here=here)
            locked.state, locked.position, locked.counts = AnswerMove.State.MOVING, 0, {}
            locked.started_by, locked.started_at, locked.job = started_by, now, job
            locked.save()
    except IntegrityError as taken:
        raise Refused("move.another_runs") from taken
    return job


def undo_move(*, move: AnswerMove, undone_by: User | None, now: datetime, here: bool = False) -> Job:
    """Undo a finished move: put the old version in use again if the start had changed that, and queue the job.

    Raises:
        Refused: `move.not_done`; `move.moved_on`, the answers were moved to another version since; `move.another_runs`.
    """
    try:
        with transaction.atomic():
            locked = AnswerMove.objects.select_for_update(of=("self",)).select_related("corpus", "old").get(pk=move.pk)
            if locked.state != AnswerMove.State.DONE:
                raise Refused("move.not_done")
            later = AnswerMove.objects.filter(old=locked.new_id, state=AnswerMove.State.DONE).first()
            if later is not None:
                raise Refused("move.moved_on", version=later.new.version)
            if locked.put_in_use and locked.corpus.codebook_id == locked.new_id:
                use_codebook(corpus=locked.corpus, codebook=locked.old)
            job = _enqueue(locked, undone_by, here=here)
            locked.state, locked.position, locked.undone_counts = AnswerMove.State.UNDOING, 0, {}
            locked.undone_by, locked.undone_at, locked.job = undone_by, now, job
            locked.save()
    except IntegrityError as taken:
        raise Refused("move.another_runs") from taken
    return job


def _enqueue(move: AnswerMove, person: User | None, *, here: bool) -> Job:
    return enqueue(
        kind=KIND,
        args={"move": str(move.public_id)},
        scope=str(move.corpus.public_id),
        created_by=person,
        here=here,
    )
