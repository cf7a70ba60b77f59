"""Acceptable answers to the utterances of a dialogue, from experts' answers or entered by hand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from annotator.models import AnswerSet, Assignment
from annotator.rules.scoring import agreed, distinct, is_possible
from common.errors import Refused
from common.models import User
from corpus.models import Annotation, CodebookVersion, Corpus, Dialogue, Purpose, Rater, Utterance

LONGEST_REASON = 2000


def newest(utterances: QuerySet[Utterance]) -> dict[int, AnswerSet]:
    """Return the newest answer set of each of these utterances that has one, by primary key of the utterance."""
    rows = AnswerSet.objects.filter(utterance__in=utterances).select_related("codebook").order_by("version")
    return {row.utterance_id: row for row in rows}


@transaction.atomic
def write_answers(
    *,
    utterance: Utterance,
    acceptable: Mapping[str, Sequence[Any]],
    reasons: Mapping[str, str],
    author: User | None,
    origin: str = AnswerSet.Origin.TYPED,
    raters: Sequence[str] = (),
) -> AnswerSet:
    """Write a new version of the acceptable answers to an utterance, unless nothing differs from the newest one.

    Args:
        utterance: of a corpus with a codebook.
        acceptable: question slug -> acceptable answers; a question that is missing or has none is not scored. An
            answer to a task with several choices is a list of them, in any order.
        reasons: question slug, or "" for the whole utterance -> reason, shown in training.
        author: of the answers.
        origin: one of `AnswerSet.Origin`.
        raters: slugs of the experts whose answers it contains.

    Raises:
        Refused: `annotator.no_codebook`; `calibration.impossible_answer` with the question, if the codebook does not
            have the answer; `calibration.reason_too_long`.
    """
    codebook = utterance.dialogue.corpus.codebook
    if codebook is None:
        raise Refused("annotator.no_codebook")
    rules = codebook.rules()
    for slug, values in acceptable.items():
        if not all(is_possible(rules, slug, value) for value in values):
            raise Refused("calibration.impossible_answer", question=slug)
    given_reasons = {slug: reason.strip() for slug, reason in reasons.items() if reason.strip()}
    if any(len(reason) > LONGEST_REASON for reason in given_reasons.values()):
        raise Refused("calibration.reason_too_long", longest=LONGEST_REASON)
    scored = {slug: distinct(rules, slug, values) for slug, values in acceptable.items() if values}
    Utterance.objects.select_for_update(no_key=True).get(pk=utterance.pk)  # one version at a time
    last = AnswerSet.objects.filter(utterance=utterance).order_by("version").last()
    if last and (last.acceptable, last.reasons, last.codebook_id) == (scored, given_reasons, codebook.pk):
        return last
    return AnswerSet.objects.create(
        utterance=utterance,
        version=last.version + 1 if last else 1,
        codebook=codebook,
        acceptable=scored,
        reasons=given_reasons,
        origin=origin,
        raters=list(raters),
        created_by=author,
    )


@dataclass(frozen=True, slots=True)
class TypedAnswers:
    """Acceptable answers to one utterance and their reasons, as `write_answers` takes them."""

    utterance: Utterance
    acceptable: Mapping[str, Sequence[Any]]
    reasons: Mapping[str, str]


@transaction.atomic
def write_all_answers(*, answers: Sequence[TypedAnswers], author: User) -> None:
    """Write the acceptable answers to several utterances: all or none.

    Raises:
        Refused: the codes of `write_answers`.
    """
    for each in answers:
        write_answers(utterance=each.utterance, acceptable=each.acceptable, reasons=each.reasons, author=author)


@transaction.atomic
def answers_from_experts(
    *, dialogue: Dialogue, raters: Sequence[Rater], unanimous: bool, author: User | None
) -> list[AnswerSet]:
    """Write the answer sets of a dialogue from experts' answers; earlier reasons stay.

    Args:
        dialogue: finished in main work by at least one of them.
        raters: the experts.
        unanimous: leave out questions on which they differ; otherwise each of their answers is acceptable.
        author: of the answer sets.

    Raises:
        Refused: `calibration.no_expert_labels`, none of them answered an utterance; the codes of `write_answers`.
    """
    given: dict[int, list[tuple[str, dict[str, Any]]]] = {}
    for annotation in expert_labels(raters).filter(utterance__dialogue=dialogue).order_by("rater__slug"):
        given.setdefault(annotation.utterance_id, []).append((annotation.rater.slug, annotation.answers or {}))
    utterances = dialogue.utterances.select_related("dialogue__corpus__codebook").order_by("order")
    before = newest(dialogue.utterances.all())
    made = []
    for utterance in utterances:
        answer_lists = given.get(utterance.pk)
        if not answer_lists:
            raise Refused("calibration.no_expert_labels", dialogue=dialogue.code)
        known = before.get(utterance.pk)
        made.append(
            write_answers(
                utterance=utterance,
                acceptable=agreed([answers for _slug, answers in answer_lists], unanimous=unanimous),
                reasons=known.reasons if known else {},
                author=author,
                origin=AnswerSet.Origin.UNANIMOUS if unanimous else AnswerSet.Origin.EXPERTS,
                raters=[slug for slug, _answers in answer_lists],
            )
        )
    return made


def expert_labels(raters: Sequence[Rater]) -> QuerySet[Annotation]:
    """Return the main annotations of these raters in dialogues that they have finished, with their rater."""
    unfinished = Assignment.objects.filter(
        rater=OuterRef("rater"), dialogue=OuterRef("utterance__dialogue"), purpose=Purpose.MAIN
    ).exclude(state=Assignment.State.DONE)
    return Annotation.objects.filter(
        ~Exists(unfinished), rater__in=raters, purpose=Purpose.MAIN, answers__isnull=False
    ).select_related("rater")


def experts(*, corpus: Corpus) -> QuerySet[Rater]:
    """Return the raters whose answers can become accepted answers: members who finished a dialogue, and sources."""
    finished = Assignment.objects.filter(rater=OuterRef("pk"), purpose=Purpose.MAIN, state=Assignment.State.DONE)
    return (
        Rater.objects.filter(Q(kind=Rater.Kind.SOURCE) | Exists(finished), corpus=corpus)
        .select_related("membership__user")
        .order_by("slug")
    )


def lacks_answers(*, dialogue: Dialogue) -> bool:
    """Return whether an utterance of the dialogue has no answer set, or all answer sets are empty."""
    sets = newest(dialogue.utterances.all())
    return len(sets) < dialogue.utterances.count() or not any(each.acceptable for each in sets.values())


def codebook_of(corpus: Corpus) -> CodebookVersion:
    """Return the codebook in use.

    Raises:
        Refused: `annotator.no_codebook`.
    """
    if corpus.codebook is None:
        raise Refused("annotator.no_codebook")
    return corpus.codebook
