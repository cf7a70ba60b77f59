"""Write access to annotations: every committed state is a revision, and the annotation holds the newest one."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import IntegrityError, connection, models, transaction
from django.utils import timezone

from common.database.prepared import Instance, PreparedInsert, PreparedSelect
from common.errors import Refused
from common.models import User
from corpus.models import Annotation, CodebookVersion, GuidelineVersion, Purpose, Rater, Revision, Utterance
from corpus.rules.codebook import Codebook, Problem, problems, settle

WITHDRAWING = (Revision.Cause.UNDO, Revision.Cause.REOPEN)


class UnfitAnswersError(Refused):
    """Answers that do not fit the codebook; `problems` lists everything that is wrong with them."""

    def __init__(self, found: Sequence[Problem]) -> None:
        super().__init__("labels.unfit", problems="; ".join(f"{each.where}: {each.code}" for each in found))
        self.problems = tuple(found)


def _head(first: str) -> PreparedInsert[Annotation]:
    """Return the statement that adds or changes an annotation.

    The annotation holds the answers of the newest revision: the first commit adds it, later ones update it. An
    operation that arrives again does not change it.

    Args:
        first: the assignments of `first_number` and `first_codes`.
    """
    return PreparedInsert(
        Annotation,
        unless="SELECT 1 FROM corpus_revision WHERE operation = %(operation)s",
        otherwise="ON CONFLICT (rater_id, utterance_id, purpose) DO UPDATE SET answers = excluded.answers, "
        "codes = excluded.codes, codebook_id = excluded.codebook_id, updated_at = excluded.updated_at, "
        f"number = corpus_annotation.number + 1, {first}",
        returning=["id", "number"],
        parameters={"operation": models.UUIDField()},
    )


# The answers handed in first are stored when the first change after that comes. An edit of the utterance withdraws
# them: their number stays without codes, until new answers take their place or the edit is undone.
HEAD = _head(
    "first_number = CASE WHEN corpus_annotation.first_codes IS NULL THEN NULL ELSE corpus_annotation.first_number END"
)
HEAD_HANDED_IN = _head(
    "first_number = CASE WHEN corpus_annotation.first_codes IS NOT NULL THEN corpus_annotation.first_number "
    "WHEN corpus_annotation.first_number IS NULL AND corpus_annotation.codes IS NOT NULL "
    "THEN corpus_annotation.number END, "
    "first_codes = CASE WHEN corpus_annotation.first_codes IS NOT NULL THEN corpus_annotation.first_codes "
    "WHEN corpus_annotation.first_number IS NULL THEN corpus_annotation.codes END"
)
HEAD_WITHDRAWN = _head("first_codes = NULL")
REVISION = PreparedInsert(Revision)
DONE = PreparedSelect(
    Instance(Revision), "SELECT {columns} FROM corpus_revision revision WHERE revision.operation = %(operation)s"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NewRevision:
    """One state of an annotation to commit.

    Attributes:
        rater: the owner of the answers.
        utterance: of the rater's corpus.
        codebook: the version the answers are checked against.
        guideline: the version in use.
        answers: question slug -> answer; `commit_revision` sets links that are not asked to `not_applicable`. None
            withdraws the answers, which only an undo or a reopening does.
        author: the person who acted.
        purpose: one of `Purpose`; answers of different purposes belong to different annotations.
        assignment: public id of the assignment the work was done under.
        operation_id: made by the page; a repeated operation changes nothing.
        active_ms: time worked on the answers, without idle time.
        played_ms: time the clip was played.
        opened: number of utterances of the dialogue open to the rater at that moment; None if it was not counted.
        shortcut: one of `Revision.Shortcut`, if one key answered every question.
        cause: one of `Revision.Cause`.
        correction: `reason` and `comment` of a correction.
        is_handed_in: whether the dialogue was handed in before; the answers of that time then stay readable.
        now: time of the commit; defaults to the current time.
    """

    rater: Rater
    utterance: Utterance
    codebook: CodebookVersion
    author: User
    answers: Mapping[str, Any] | None
    guideline: GuidelineVersion | None = None
    purpose: str = Purpose.MAIN
    assignment: UUID | None = None
    operation_id: UUID | None = None
    active_ms: int = 0
    played_ms: int = 0
    opened: int | None = None
    shortcut: str = ""
    cause: str = Revision.Cause.COMMIT
    correction: Mapping[str, str] | None = None
    is_handed_in: bool = False
    now: datetime | None = None


def commit_revision(new: NewRevision) -> tuple[Revision, bool]:
    """Commit a state of an annotation; the states committed before stay as earlier revisions.

    Returns:
        The revision, and whether it was added now; otherwise it is the one that the operation made the first time.

    Raises:
        UnfitAnswersError: code `labels.unfit`; the answers do not fit the codebook.
        Refused: `labels.other_corpus`, `labels.nothing_answered`, `labels.operation_reused`.
    """
    if {new.utterance.dialogue.corpus_id, new.codebook.corpus_id} != {new.rater.corpus_id}:
        raise Refused("labels.other_corpus")
    if new.answers is None and new.cause not in WITHDRAWING:
        raise Refused("labels.nothing_answered")
    checked = None if new.answers is None else fitted(new.codebook.rules(), new.answers)
    try:
        # every check comes before the first write, so no savepoint is needed to keep the caller's work
        with transaction.atomic(savepoint=False):
            revision = _added(new, checked)
    except IntegrityError:
        # The same operation arrived twice at once, and the other one was faster. Callers inside a transaction hold a
        # lock on the annotation's assignment, so this does not happen to them.
        operation = new.operation_id
        if operation is None or connection.in_atomic_block or DONE.first(operation=operation) is None:
            raise
        revision = None
    if revision:
        return revision, True
    done = DONE.first(operation=new.operation_id)
    if done is None:
        raise Revision.DoesNotExist
    annotation = done.annotation
    same = (annotation.rater_id, annotation.utterance_id, annotation.purpose)
    if same != (new.rater.pk, new.utterance.pk, new.purpose):
        raise Refused("labels.operation_reused", operation=str(new.operation_id))
    return done, False


def withdraw_answers(*, utterance: Utterance, author: User, now: datetime) -> list[Annotation]:
    """Withdraw the members' answers to an utterance that was edited; they stay as the revision before this one.

    Answers of sources and models stay, since they cannot answer again.

    Args:
        utterance: whose dialogue the caller has locked.
        author: the editor.
        now: time of the edit.

    Returns:
        The annotations as they are now.
    """
    answered = Annotation.objects.select_for_update(of=("self",)).filter(
        utterance=utterance, answers__isnull=False, rater__kind=Rater.Kind.MEMBER
    )
    found = list(answered.select_related("rater", "codebook").order_by("pk"))
    for annotation in found:
        revision, _ = commit_revision(
            NewRevision(
                rater=annotation.rater,
                utterance=utterance,
                codebook=annotation.codebook,
                author=author,
                answers=None,
                purpose=annotation.purpose,
                cause=Revision.Cause.REOPEN,
                now=now,
            )
        )
        annotation.number, annotation.answers, annotation.codes = revision.number, None, None
        annotation.first_codes = None
        annotation.updated_at, annotation.utterance = now, utterance
    return found


def keep_first_answers(*, rater: int, dialogue: int, purpose: str) -> None:
    """Store the present answers as those handed in first, unless earlier ones are; before a dialogue is reopened.

    Args:
        rater, dialogue: primary keys; the caller has locked the assignment.
        purpose: of the annotations.
    """
    Annotation.objects.filter(
        rater=rater, purpose=purpose, utterance__dialogue=dialogue, first_number__isnull=True, codes__isnull=False
    ).update(first_number=models.F("number"), first_codes=models.F("codes"))


def restore_answers(withdrawn: Iterable[tuple[int, int]], *, author: User, now: datetime) -> int:
    """Give back answers that a reopening withdrew, as new revisions; return their number.

    An annotation that has a newer revision stays as it is: its owner answered again in the meantime.

    Args:
        withdrawn: primary key of each annotation with the number of the revision that withdrew its answers.
        author: who undoes the reopening.
        now: the moment.
    """
    numbers = dict(withdrawn)
    found = Annotation.objects.select_for_update(of=("self",)).filter(pk__in=numbers, answers__isnull=True)
    untouched = [
        annotation
        for annotation in found.select_related("rater", "utterance__dialogue").order_by("pk")
        if annotation.number == numbers[annotation.pk]
    ]
    for annotation in untouched:
        before = annotation.revisions.select_related("codebook").get(number=annotation.number - 1)
        commit_revision(
            NewRevision(
                rater=annotation.rater,
                utterance=annotation.utterance,
                codebook=before.codebook,
                author=author,
                answers=before.answers,
                purpose=annotation.purpose,
                shortcut=before.shortcut,
                cause=Revision.Cause.UNDO,
                now=now,
            )
        )
        _restore_first(annotation)
    return len(untouched)


def _restore_first(withdrawn: Annotation) -> None:
    """Give an annotation back the first answers that it had before its answers were withdrawn."""
    if withdrawn.first_number is None:
        return
    first = withdrawn.revisions.select_related("codebook").get(number=withdrawn.first_number)
    if first.answers is not None:
        Annotation.objects.filter(pk=withdrawn.pk).update(
            first_number=first.number, first_codes=first.codebook.layout().encode(first.answers)
        )


def fitted(rules: Codebook, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return settled answers to exactly the questions of the codebook.

    Raises:
        UnfitAnswersError: they do not fit the codebook.
    """
    settled = settle(rules, answers)
    found = problems(rules, settled)
    if found:
        raise UnfitAnswersError(found)
    return {question.slug: settled[question.slug] for question in rules.questions}


def _head_for(new: NewRevision) -> PreparedInsert[Annotation]:
    if new.cause == Revision.Cause.REOPEN:
        return HEAD_WITHDRAWN
    return HEAD_HANDED_IN if new.is_handed_in else HEAD


def _added(new: NewRevision, answers: dict[str, Any] | None) -> Revision | None:
    """Add a revision and update its annotation, which serializes concurrent commits to one annotation.

    None if the operation was applied before.
    """
    now = new.now or timezone.now()
    head = {"answers": answers, "codebook_id": new.codebook.pk, "operation": new.operation_id}
    codes = None if answers is None else new.codebook.layout().encode(answers)
    annotation = {"rater_id": new.rater.pk, "utterance_id": new.utterance.pk, "purpose": new.purpose, "codes": codes}
    if (found := _head_for(new).add(**annotation, **head, number=1, updated_at=now)) is None:
        return None
    annotation_id, number = found
    return REVISION.make(
        annotation_id=annotation_id,
        number=number,
        created_at=now,
        guideline_id=new.guideline.pk if new.guideline else None,
        author_id=new.author.pk,
        assignment=new.assignment,
        active_ms=new.active_ms,
        played_ms=new.played_ms,
        opened=new.opened,
        shortcut=new.shortcut,
        cause=new.cause,
        correction=new.correction and dict(new.correction),
        **head,
    )
