"""The answers of the annotators to an utterance as an adjudicator sees them: columns A, B, C in a random order."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from agreement.judgements.comparability import Translation
from agreement.models import AdjudicationSettings
from corpus.models import Annotation, CodebookVersion, Membership, Purpose, Rater, Utterance
from corpus.rules.codebook import NOT_APPLICABLE

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"


@dataclass(frozen=True, slots=True)
class AnswerColumn:
    """The answers of one rater.

    Attributes:
        letter: A, B, C … in the order of this adjudicator and utterance.
        rater: never named to the adjudicator.
        answers: question slug -> answer; questions that another codebook version asked differently are left out.
        differs: slugs of the questions that more than half of the columns answer in another way.
    """

    letter: str
    rater: Rater
    answers: dict[str, Any]
    differs: tuple[str, ...]

    @property
    def not_applicable(self) -> list[str]:
        """Slugs of the links that this rater was not asked."""
        return [slug for slug, answer in self.answers.items() if answer == NOT_APPLICABLE]


def judged_annotations(utterance: Utterance) -> list[Annotation]:
    """Return the annotations of an utterance that are adjudicated, with rater and codebook; never those of models.

    Those of sources only if no member has one, as in the queue.
    """
    found = Annotation.objects.filter(utterance=utterance, purpose=Purpose.MAIN, answers__isnull=False)
    rows = list(found.exclude(rater__kind=Rater.Kind.MODEL).select_related("rater", "codebook").order_by("pk"))
    members = [row for row in rows if row.rater.kind == Rater.Kind.MEMBER]
    return members or rows


def digest_of(annotations: Iterable[Annotation]) -> str:
    """Return a digest of annotations, which changes with each of their revisions."""
    state = " ".join(f"{each.pk}:{each.number}" for each in sorted(annotations, key=lambda each: each.pk))
    return hashlib.sha256(state.encode()).hexdigest()[:32]


def answer_columns(
    annotations: Sequence[Annotation],
    *,
    codebook: CodebookVersion,
    membership: Membership,
    utterance: Utterance,
    settings: AdjudicationSettings,
) -> list[AnswerColumn]:
    """Return the columns of an adjudicator: always in the same order for one utterance, in another for the next.

    Args:
        annotations: as `judged_annotations` returns them.
        codebook: the version that the answers are shown under.
        membership: of the adjudicator.
        utterance: of the annotations.
        settings: the seed of the order.
    """

    def place(annotation: Annotation) -> bytes:
        key = f"{settings.seed} {utterance.public_id} {membership.public_id} {annotation.rater.public_id}"
        return hashlib.sha256(key.encode()).digest()

    shuffled = sorted(annotations, key=place)
    answers = [answers_under(each, codebook) for each in shuffled]
    differing = {slug: _most_frequent(answers, slug) for slug in differing_questions(answers)}
    return [
        AnswerColumn(
            letter=letter_of(number),
            rater=annotation.rater,
            answers=own,
            differs=tuple(slug for slug, usual in differing.items() if _key(own.get(slug)) != usual),
        )
        for number, (annotation, own) in enumerate(zip(shuffled, answers, strict=True))
    ]


def answers_under(annotation: Annotation, codebook: CodebookVersion) -> dict[str, Any]:
    """Return the answers that can be compared under a codebook version."""
    if annotation.codebook_id == codebook.pk:
        given = annotation.answers or {}
        return {slug: given[slug] for slug in codebook_slugs(codebook) if slug in given}
    old, stored = annotation.codebook, annotation.codes
    if stored is None:
        return {}
    codes = np.frombuffer(bytes(stored), dtype="<i2").reshape(1, -1)
    return codebook.layout().decode(Translation(old.rules(), codebook.rules())(codes).tobytes())


def codebook_slugs(codebook: CodebookVersion) -> list[str]:
    """Return the slugs of the questions, in their order."""
    return [question.slug for question in codebook.rules().questions]


def differing_questions(answers: Sequence[dict[str, Any]]) -> list[str]:
    """Return the slugs of the questions that were not answered alike by all."""
    slugs = dict.fromkeys(slug for own in answers for slug in own)
    return [slug for slug in slugs if len({_key(own.get(slug)) for own in answers}) > 1]


def letter_of(number: int) -> str:
    """Return A to Z for 0 to 25, then AA, AB …"""
    first, last = divmod(number, len(LETTERS))
    return (letter_of(first - 1) if first else "") + LETTERS[last]


def _most_frequent(answers: Sequence[dict[str, Any]], slug: str) -> str | None:
    """Return the answer of more than half of the columns; None if there is none."""
    [(answer, times)] = Counter(_key(own.get(slug)) for own in answers).most_common(1)
    return answer if 2 * times > len(answers) else None


def _key(answer: Any) -> str:
    return repr(answer)
