"""The one way in for labels. Everything a rater ever judged is a revision; the annotation shows the newest."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any
from uuid import UUID

from django.db import transaction
from django.utils import timezone

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


@transaction.atomic
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
) -> Revision:
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
        operation_id: given by the page. The second time, nothing happens and the first revision is returned.
        active_ms: time worked on it, without idle time.
        played_ms: time that its clip was played.
        opened: how many utterances of the dialogue were open to the rater by then; None where nobody counted.
        shortcut: one of `Revision.Shortcut`, where one key answered every question.
        cause: one of `Revision.Cause`.

    Raises:
        UnfitAnswersError: code `labels.unfit`; the answers do not fit the codebook.
        Refused: `labels.other_corpus`, `labels.nothing_answered`, `labels.operation_reused`.
    """
    if {utterance.dialogue.corpus_id, codebook.corpus_id} != {rater.corpus_id}:
        raise Refused("labels.other_corpus")
    if answers is None and cause != Revision.Cause.UNDO:
        raise Refused("labels.nothing_answered")
    checked = None if answers is None else fitted(codebook.rules(), answers)
    annotation = _head(rater, utterance, purpose, codebook)
    done = _done_before(operation_id)
    if done is not None:
        if done.annotation_id != annotation.pk:
            raise Refused("labels.operation_reused", operation=str(operation_id))
        return done
    revision = Revision.objects.create(
        annotation=annotation,
        number=annotation.number + 1,
        cause=cause,
        answers=checked,
        author=author,
        codebook=codebook,
        guideline=guideline,
        assignment=assignment,
        operation=operation_id,
        active_ms=active_ms,
        played_ms=played_ms,
        opened=opened,
        shortcut=shortcut,
    )
    annotation.answers, annotation.number, annotation.codebook = checked, revision.number, codebook
    annotation.updated_at = revision.created_at
    annotation.save(update_fields=["answers", "number", "codebook", "updated_at"])
    return revision


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


def _head(rater: Rater, utterance: Utterance, purpose: str, codebook: CodebookVersion) -> Annotation:
    """Return the annotation, locked: its revisions are numbered one after the other."""
    annotation, _ = Annotation.objects.select_for_update().get_or_create(
        rater=rater, utterance=utterance, purpose=purpose, defaults={"codebook": codebook, "number": 0}
    )
    return annotation


def _done_before(operation_id: UUID | None) -> Revision | None:
    return None if operation_id is None else Revision.objects.filter(operation=operation_id).first()
