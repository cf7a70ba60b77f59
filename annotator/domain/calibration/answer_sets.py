"""What may be answered to the utterances of a dialogue: made from experts' labels, or written by hand."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.models import Exists, OuterRef, Q, QuerySet

from annotator.models import AnswerSet, Assignment
from annotator.rules.scoring import agreed, is_possible
from common.errors import Refused
from common.models import User
from corpus.models import Annotation, CodebookVersion, Corpus, Dialogue, Purpose, Rater, Utterance

LONGEST_REASON = 2000


def newest(utterances: QuerySet[Utterance]) -> dict[int, AnswerSet]:
    """Return the newest answer set of each of these utterances that has one, by the utterance's primary key."""
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
    """Say what may be answered to an utterance, as a new version; where nothing differs, the newest stays.

    Args:
        utterance: of a corpus with a codebook.
        acceptable: question slug -> acceptable values; a question left out, or without values, is not judged.
        reasons: question slug, or "" for the whole utterance -> why, for those in training.
        author: who says so.
        origin: one of `AnswerSet.Origin`.
        raters: slugs of the experts it was made from.

    Raises:
        Refused: `annotator.no_codebook`; `calibration.impossible_answer` with the question, where the codebook has no
            such answer; `calibration.reason_too_long`.
    """
    codebook = utterance.dialogue.corpus.codebook
    if codebook is None:
        raise Refused("annotator.no_codebook")
    rules = codebook.rules()
    for slug, values in acceptable.items():
        if not all(is_possible(rules, slug, value) for value in values):
            raise Refused("calibration.impossible_answer", question=slug)
    said = {slug: reason.strip() for slug, reason in reasons.items() if reason.strip()}
    if any(len(reason) > LONGEST_REASON for reason in said.values()):
        raise Refused("calibration.reason_too_long", longest=LONGEST_REASON)
    judged = {slug: list(values) for slug, values in acceptable.items() if values}
    Utterance.objects.select_for_update(no_key=True).get(pk=utterance.pk)  # versions follow one another
    last = AnswerSet.objects.filter(utterance=utterance).order_by("version").last()
    if last and (last.acceptable, last.reasons, last.codebook_id) == (judged, said, codebook.pk):
        return last
    return AnswerSet.objects.create(
        utterance=utterance,
        version=last.version + 1 if last else 1,
        codebook=codebook,
        acceptable=judged,
        reasons=said,
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
    """Make the answer sets of a dialogue's utterances from experts' labels; reasons given before stay.

    Args:
        dialogue: judged in earnest by at least one of them.
        raters: the experts.
        unanimous: leave out what they differ on; else each of their answers is acceptable.
        author: who asked for it.

    Raises:
        Refused: `calibration.no_expert_labels`, an utterance has labels of none of them; what `write_answers` raises.
    """
    given: dict[int, list[tuple[str, dict[str, Any]]]] = {}
    for annotation in expert_labels(raters).filter(utterance__dialogue=dialogue).order_by("rater__slug"):
        given.setdefault(annotation.utterance_id, []).append((annotation.rater.slug, annotation.answers or {}))
    utterances = dialogue.utterances.select_related("dialogue__corpus__codebook").order_by("order")
    before = newest(dialogue.utterances.all())
    made = []
    for utterance in utterances:
        labels = given.get(utterance.pk)
        if not labels:
            raise Refused("calibration.no_expert_labels", dialogue=dialogue.code)
        known = before.get(utterance.pk)
        made.append(
            write_answers(
                utterance=utterance,
                acceptable=agreed([answers for _slug, answers in labels], unanimous=unanimous),
                reasons=known.reasons if known else {},
                author=author,
                origin=AnswerSet.Origin.UNANIMOUS if unanimous else AnswerSet.Origin.EXPERTS,
                raters=[slug for slug, _answers in labels],
            )
        )
    return made


def expert_labels(raters: Sequence[Rater]) -> QuerySet[Annotation]:
    """Return the labels that these raters gave in earnest, of dialogues that they finished, with their rater."""
    unfinished = Assignment.objects.filter(
        rater=OuterRef("rater"), dialogue=OuterRef("utterance__dialogue"), purpose=Purpose.MAIN
    ).exclude(state=Assignment.State.DONE)
    return Annotation.objects.filter(
        ~Exists(unfinished), rater__in=raters, purpose=Purpose.MAIN, answers__isnull=False
    ).select_related("rater")


def experts(*, corpus: Corpus) -> QuerySet[Rater]:
    """Return the raters whose labels can become answers: members who finished a dialogue, and sources."""
    finished = Assignment.objects.filter(rater=OuterRef("pk"), purpose=Purpose.MAIN, state=Assignment.State.DONE)
    return (
        Rater.objects.filter(Q(kind=Rater.Kind.SOURCE) | Exists(finished), corpus=corpus)
        .select_related("membership__user")
        .order_by("slug")
    )


def lacks_answers(*, dialogue: Dialogue) -> bool:
    """Tell whether an utterance of the dialogue has no answer set, or none of them judges anything."""
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
