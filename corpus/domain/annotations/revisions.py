"""The one way in for labels. Everything a rater ever judged is a revision; the annotation shows the newest."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection, models, transaction
from django.utils import timezone

from common.database.prepared import Instance, PreparedInsert, PreparedSelect
from common.errors import Refused
from common.models import User
from corpus.models import Annotation, CodebookVersion, GuidelineVersion, Purpose, Rater, Revision, Utterance
from corpus.rules.codebook import Codebook, Problem, problems, settle

BATCH = 1000


class UnfitAnswersError(Refused):
    """Answers that do not fit the codebook; `problems` lists everything that is wrong with them."""

    def __init__(self, found: Sequence[Problem]) -> None:
        super().__init__("labels.unfit", problems="; ".join(f"{each.where}: {each.code}" for each in found))
        self.problems = tuple(found)


@dataclass(frozen=True, slots=True)
class Imported:
    """What a source says of one utterance: its answers, and its own values before they were mapped."""

    utterance: Utterance
    answers: Mapping[str, Any]
    raw: Mapping[str, str]


# The annotation holds the answers of the newest revision: the first commit adds it, later ones update it. An operation
# that arrives again leaves it alone.
HEAD = PreparedInsert(
    Annotation,
    unless="SELECT 1 FROM corpus_revision WHERE operation = %(operation)s",
    otherwise="ON CONFLICT (rater_id, utterance_id, purpose) DO UPDATE SET answers = excluded.answers, "
    "codebook_id = excluded.codebook_id, updated_at = excluded.updated_at, number = corpus_annotation.number + 1",
    returning=["id", "number"],
    parameters={"operation": models.UUIDField()},
)
REVISION = PreparedInsert(Revision)
DONE = PreparedSelect(
    Instance(Revision), "SELECT {columns} FROM corpus_revision revision WHERE revision.operation = %(operation)s"
)


def commit_revision(
    *,
    rater: Rater,
    utterance: Utterance,
    codebook: CodebookVersion,
    guideline: GuidelineVersion | None,
    answers: Mapping[str, Any] | None,
    author: User,
    purpose: str = Purpose.MAIN,
    assignment: UUID | None = None,
    operation_id: UUID | None = None,
    active_ms: int = 0,
    played_ms: int = 0,
    opened: int | None = None,
    shortcut: str = "",
    cause: str = Revision.Cause.COMMIT,
    now: datetime | None = None,
) -> tuple[Revision, bool]:
    """Commit what a rater judges of an utterance; what was committed before stays as an earlier revision.

    Args:
        rater: whose labels they are.
        utterance: of the rater's corpus.
        codebook: the version the answers are checked against.
        guideline: the version that was in use.
        answers: question slug -> answer; links that are not asked are set to `not_applicable` here. None withdraws
            the labels, which only an undo does.
        author: the person who did it.
        purpose: one of `Purpose`; the labels of each purpose are an annotation of their own.
        assignment: public id of the assignment it was done under.
        operation_id: given by the page. The second time, nothing happens.
        active_ms: time worked on it, without idle time.
        played_ms: time that its clip was played.
        opened: how many utterances of the dialogue were open to the rater by then; None where nobody counted.
        shortcut: one of `Revision.Shortcut`, where one key answered every question.
        cause: one of `Revision.Cause`.
        now: when it happened; the present where it is not given.

    Returns:
        The revision, and whether it was added now; else it is the one that the operation made the first time.

    Raises:
        UnfitAnswersError: code `labels.unfit`; the answers do not fit the codebook.
        Refused: `labels.other_corpus`, `labels.nothing_answered`, `labels.operation_reused`.
    """
    if {utterance.dialogue.corpus_id, codebook.corpus_id} != {rater.corpus_id}:
        raise Refused("labels.other_corpus")
    if answers is None and cause != Revision.Cause.UNDO:
        raise Refused("labels.nothing_answered")
    checked = None if answers is None else fitted(codebook.rules(), answers)
    place = {"rater_id": rater.pk, "utterance_id": utterance.pk, "purpose": purpose}
    try:
        # what refuses does so before anything is written: no savepoint is needed to leave the work around it standing
        with transaction.atomic(savepoint=False):
            revision = _added(
                place,
                answers=checked,
                codebook_id=codebook.pk,
                guideline_id=guideline.pk if guideline else None,
                author_id=author.pk,
                assignment=assignment,
                operation=operation_id,
                active_ms=active_ms,
                played_ms=played_ms,
                opened=opened,
                shortcut=shortcut,
                cause=cause,
                created_at=now or timezone.now(),
            )
    except IntegrityError:
        # the same operation twice in one moment: the other was quicker. Callers in a transaction hold a lock on what
        # they label, so it does not happen to them
        if operation_id is None or connection.in_atomic_block or DONE.first(operation=operation_id) is None:
            raise
        revision = None
    if revision:
        return revision, True
    done = DONE.first(operation=operation_id)
    if done is None:
        raise Revision.DoesNotExist
    annotation = done.annotation
    if (annotation.rater_id, annotation.utterance_id, annotation.purpose) != (rater.pk, utterance.pk, purpose):
        raise Refused("labels.operation_reused", operation=str(operation_id))
    return done, False


@transaction.atomic
def import_annotations(*, rater: Rater, codebook: CodebookVersion, labels: Iterable[Imported]) -> int:
    """Bring in the published labels of a source, all or none; each is its annotation's first revision.

    Args:
        rater: of kind source, without labels on these utterances.
        codebook: the version the answers are checked against.
        labels: read once, written in batches.

    Returns:
        How many utterances were labelled.

    Raises:
        UnfitAnswersError: code `labels.unfit`; some answers do not fit the codebook.
        Refused: `labels.not_a_source`, `labels.other_corpus`.
    """
    if rater.kind != Rater.Kind.SOURCE:
        raise Refused("labels.not_a_source", rater=rater.slug)
    if codebook.corpus_id != rater.corpus_id:
        raise Refused("labels.other_corpus")
    rules, now, count, waiting = codebook.rules(), timezone.now(), 0, iter(labels)
    while batch := list(islice(waiting, BATCH)):
        if any(each.utterance.dialogue.corpus_id != rater.corpus_id for each in batch):
            raise Refused("labels.other_corpus")
        annotations = Annotation.objects.bulk_create(
            Annotation(
                rater=rater,
                utterance=each.utterance,
                codebook=codebook,
                answers=fitted(rules, each.answers),
                number=1,
                updated_at=now,
            )
            for each in batch
        )
        Revision.objects.bulk_create(
            Revision(
                annotation=annotation,
                number=1,
                cause=Revision.Cause.IMPORT,
                answers=annotation.answers,
                raw=dict(each.raw),
                codebook=codebook,
                created_at=now,
            )
            for annotation, each in zip(annotations, batch, strict=True)
        )
        count += len(batch)
    return count


def fitted(rules: Codebook, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return the answers settled, with nothing in them that the codebook does not ask.

    Raises:
        UnfitAnswersError: they do not fit the codebook.
    """
    settled = settle(rules, answers)
    found = problems(rules, settled)
    if found:
        raise UnfitAnswersError(found)
    return {question.slug: settled[question.slug] for question in rules.questions}


def _added(
    place: dict[str, Any],
    *,
    answers: dict[str, Any] | None,
    codebook_id: int,
    operation: UUID | None,
    created_at: datetime,
    **more: Any,
) -> Revision | None:
    """Add a revision and bring its annotation up to it, which serializes those who label one place at once.

    None where the operation was done before.
    """
    head = {"answers": answers, "codebook_id": codebook_id, "operation": operation}
    if (found := HEAD.add(**place, **head, number=1, updated_at=created_at)) is None:
        return None
    annotation_id, number = found
    return REVISION.make(annotation_id=annotation_id, number=number, created_at=created_at, **head, **more)
