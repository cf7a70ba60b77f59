"""The history of an utterance's answers: every revision of every rater."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from agreement.domain.labels.reader import Reader
from agreement.domain.labels.rows import shown_time, versions_of
from agreement.label_index.reading import KINDS
from annotator.models import Assignment
from corpus.models import Annotation, Corpus, Purpose, Revision, Utterance, UtteranceEdit


@dataclass(frozen=True, slots=True)
class Step:
    """One revision.

    Attributes:
        revision: the row, with codebook and guideline.
        author: the name of its author for the reader; empty if it is the rater, or must not be known.
        is_own: whether the rater is its author.
        when: its time, or the start of its day.
        changed: questions whose answer is another one than in the revision before.
        is_first: whether it was handed in first.
        reason: of a correction: one of `Revision.Reason`, or empty.
        comment: of a correction.
    """

    revision: Revision
    author: str
    is_own: bool
    when: datetime
    changed: frozenset[str]
    is_first: bool
    reason: str
    comment: str

    @property
    def reason_name(self) -> str:
        """The reason of a correction in the reader's language."""
        return str(Revision.Reason(self.reason).label) if self.reason in Revision.Reason.values else self.reason

    @property
    def active(self) -> str:
        """Seconds worked on the answers."""
        return f"{self.revision.active_ms / 1000:.1f}"

    @property
    def played(self) -> str:
        """Seconds of the clip that were played."""
        return f"{self.revision.played_ms / 1000:.1f}"


@dataclass(frozen=True, slots=True)
class RaterHistory:
    """The steps of one rater, the oldest first."""

    name: str
    steps: list[Step]


def history_of(corpus: Corpus, utterance: Utterance, reader: Reader) -> tuple[list[RaterHistory], list[UtteranceEdit]]:
    """Return the history of each rater who has handed the dialogue in, and the edits of the utterance.

    Args:
        corpus: the utterance's.
        utterance: with its dialogue.
        reader: the reader may see the answers to it.
    """
    held = Assignment.objects.filter(dialogue=utterance.dialogue_id, purpose=Purpose.MAIN)
    unfinished = set(held.exclude(state=Assignment.State.DONE).values_list("rater_id", flat=True))
    found = Annotation.objects.filter(utterance=utterance, purpose=Purpose.MAIN, rater__kind__in=KINDS)
    annotations = {each.rater_id: each for each in found.select_related("rater__membership")}
    # withdrawn answers have a history too, but letters belong to those with present answers
    answered = [each for key, each in annotations.items() if key not in unfinished and each.answers is not None]
    names = reader.names(utterance.public_id, [each.rater for each in answered])
    withdrawn = [each for key, each in annotations.items() if key not in unfinished and each.answers is None]
    rows = Revision.objects.filter(annotation__in=annotations.values()).order_by("number")
    revisions = list(rows.select_related("author", "guideline").defer("guideline__texts"))
    by_annotation: dict[int, list[Revision]] = {}
    versions = versions_of(corpus, {revision.codebook_id for revision in revisions})
    for revision in revisions:
        revision.codebook = versions[revision.codebook_id]
        by_annotation.setdefault(revision.annotation_id, []).append(revision)
    shown = [(name, annotations[key]) for key, name in names.items()]
    shown += [(each.rater.slug if reader.sees_raters else "–", each) for each in withdrawn]
    histories = [
        RaterHistory(name, _steps(annotation, by_annotation.get(annotation.pk, []), reader))
        for name, annotation in shown
    ]
    edits = utterance.edits.select_related("changed_by").order_by("changed_at", "pk")
    return histories, list(edits)


def _steps(annotation: Annotation, revisions: list[Revision], reader: Reader) -> list[Step]:
    steps: list[Step] = []
    before: Mapping[str, Any] = {}
    first = annotation.number if annotation.first_number is None else annotation.first_number
    member = annotation.rater.membership
    for revision in revisions:
        answers = revision.answers or {}
        slugs = {*before, *answers}
        is_own = member is not None and revision.author_id == member.user_id
        correction = revision.correction or {}
        steps.append(
            Step(
                revision=revision,
                author=str(revision.author or "") if reader.sees_raters and not is_own else "",
                is_own=is_own,
                when=shown_time(revision.created_at, reader),
                changed=frozenset(slug for slug in slugs if before.get(slug) != answers.get(slug)),
                is_first=revision.number == first,
                reason=correction.get("reason", ""),
                comment=correction.get("comment", ""),
            )
        )
        before = answers
    return steps
