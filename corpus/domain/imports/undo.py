"""Undo of a published import: possible until a member has answered one of its utterances."""

from __future__ import annotations

import uuid

from django.db import connection, transaction

from common.errors import Refused
from common.jobs.queue import enqueue, handlers
from common.jobs.run import JobRun
from common.models import Job, User
from corpus.domain.deletion.removal import Removal
from corpus.domain.findings import DETECT, queue_detection
from corpus.domain.imports.hidden_imports import change_states, discard_import
from corpus.domain.structure.archiving import require_writable
from corpus.domain.structure.dialogue_counts import forget_counts
from corpus.models import Annotation, Corpus, Dialogue, Import, Rater

KIND = "corpus.undo_import"
# rows of a higher app that are answers of members, or answers made by hand for them
WORK = ("annotator_lateoperation", "annotator_calibrationdialogue")


@transaction.atomic
def request_undo(*, imported: Import, requested_by: User | None = None, here: bool = False) -> Job:
    """Queue the job that hides the dialogues of an import and removes them.

    Args:
        imported: the import.
        requested_by: a manager.
        here: the caller runs the job itself, see `common.jobs.queue.enqueue`.

    Raises:
        Refused: `corpus.archived`, `import.not_published`, `import.answered`.
    """
    corpus = Corpus.objects.select_for_update(no_key=True).get(pk=imported.corpus_id)
    require_writable(corpus)
    row = Import.objects.select_for_update().get(pk=imported.pk)
    if row.state != Import.State.PUBLISHED:
        raise Refused("import.not_published")
    require_unanswered(row)
    row.state = Import.State.UNDOING
    # those that are excluded stay so if the undo has to be given up
    excluded = Dialogue.objects.filter(imported_by=row).exclude(state=Dialogue.State.READY)
    row.created = {**row.created, "states": {str(key): state for key, state in excluded.values_list("pk", "state")}}
    row.save(update_fields=["state", "created"])
    scope = str(corpus.public_id)
    return enqueue(
        kind=KIND,
        args={"imported": str(row.public_id)},
        scope=scope,
        key=f"{KIND}:{row.public_id}",
        created_by=requested_by,
        here=here,
    )


def require_unanswered(imported: Import) -> None:
    """Refuse the undo of an import whose utterances a member has answered.

    Raises:
        Refused: `import.answered`.
    """
    answered = Annotation.objects.filter(
        utterance__dialogue__imported_by=imported, rater__kind=Rater.Kind.MEMBER, rater__corpus=imported.corpus_id
    )
    if answered.exists() or _has_work(imported):
        raise Refused("import.answered")


def undo_import(*, run: JobRun, imported: str) -> dict[str, int]:
    """Run the job of `request_undo`, which may have been killed at any point before.

    Args:
        run: the attempt.
        imported: public id.

    Returns:
        The numbers of dialogues and utterances that were removed.
    """
    row = Import.objects.select_related("corpus").get(public_id=uuid.UUID(imported))
    counts: dict[str, int] = {key: row.counts.get(key, 0) for key in ("dialogues", "utterances")}
    if row.state != Import.State.UNDOING:
        return counts  # an earlier attempt was killed after its last transaction
    visible = Dialogue.objects.filter(imported_by=row).exclude(state=Dialogue.State.HIDDEN)
    change_states(visible, Dialogue.State.HIDDEN, fence=run.finishing)
    with run.finishing():
        visible.update(state=Dialogue.State.HIDDEN)
    forget_counts(row.corpus_id)
    try:
        require_unanswered(row)  # now that nobody can claim one of them any more
    except Refused:
        _show_again(run, row)
        raise
    run.progress(0, 0, "deleting_rows")
    row.created = {**row.created, "corpus": False}  # its members stay in the corpus
    discard_import(imported=row, to=Import.State.UNDONE)
    if DETECT in handlers():
        queue_detection(row.corpus)
    return counts


def _show_again(run: JobRun, row: Import) -> None:
    with run.finishing():
        hidden = Dialogue.objects.filter(imported_by=row, state=Dialogue.State.HIDDEN)
        states: dict[str, str] = row.created.get("states", {})
        for key, state in states.items():
            hidden.filter(pk=int(key)).update(state=state)
        hidden.update(state=Dialogue.State.READY)
        row.state = Import.State.PUBLISHED
        row.save(update_fields=["state"])


def _has_work(imported: Import) -> bool:
    removal = Removal(Import, imported.pk)
    statements = removal.selects(WORK)
    with connection.cursor() as cursor:
        for statement in statements:
            cursor.execute(f"{statement} LIMIT 1", [imported.pk])
            if cursor.fetchone():
                return True
    return False
