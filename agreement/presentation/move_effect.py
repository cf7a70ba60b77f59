"""What a move does or did: its numbers in words, and the figures before and after."""

from __future__ import annotations

from collections.abc import Mapping as MappingOf
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from corpus.rules.codebook import Codebook
from corpus.rules.moves import Mapping

OUTCOME: dict[str, str | Promise] = {
    "moved": _("annotations moved"),
    "asked": _("annotations asked again"),
    "incomplete": _("annotations moved without some questions, since their rater cannot be asked"),
    "first": _("first answers moved beside corrected ones"),
    "first_incomplete": _("of these, first answers that lack a question now"),
    "restored": _("annotations restored"),
    "skipped": _("annotations skipped, since they were answered again"),
    "assignments": _("assignments under the other version"),
    "reopened": _("finished dialogues reopened"),
    "finished": _("reopened dialogues finished again"),
    "answer_sets": _("answer sets for calibration written anew"),
    "answer_sets_open": _("of these, answer sets to be checked: a question was split or lost"),
    "answer_sets_skipped": _("answer sets skipped, since they were edited"),
    "decisions": _("decisions moved"),
    "decisions_open": _("decisions not in effect any more, since a question is open"),
    "decisions_skipped": _("decisions skipped, since they were decided again"),
    "accepted": _("accepted consensus moved"),
    "accepted_open": _("accepted consensus that ends, since a question is open"),
    "accepted_skipped": _("accepted consensus skipped, since it changed or was taken back"),
}


@dataclass(frozen=True, slots=True)
class LabelShare:
    """One answer before and after: its name, how often it was given, and its share in percent."""

    name: str
    before: int | None
    after: int | None
    before_percent: int
    after_percent: int


@dataclass(frozen=True, slots=True)
class ComparedQuestion:
    """The figures of one question before and after; None on the side that does not have it."""

    name: str
    before: MappingOf[str, Any] | None
    after: MappingOf[str, Any] | None
    labels: list[LabelShare]

    @property
    def sides(self) -> tuple[MappingOf[str, Any] | None, MappingOf[str, Any] | None]:
        """Before and after."""
        return self.before, self.after


def outcome_rows(counts: MappingOf[str, int]) -> list[tuple[str, int]]:
    """Return the numbers of a move with their names, without zeros."""
    return [(str(text), counts[name]) for name, text in OUTCOME.items() if counts.get(name)]


def compared_questions(
    preview: MappingOf[str, Any], mapping: Mapping, old: Codebook, new: Codebook, language: str
) -> list[ComparedQuestion]:
    """Return the questions of the new version with their figures, then the removed ones.

    Args:
        preview: as the job stored it.
        mapping: of the move.
        old, new: the two versions.
        language: of the names.
    """
    before = {each["slug"]: each for each in preview["before"]["questions"]}
    found = []
    for after in preview["after"]["questions"]:
        entry = mapping.source_of(after["slug"])
        was = before.get(entry.source) if entry else None
        labels = _labels(after["slug"], was, after, new, language)
        found.append(ComparedQuestion(new.text(after["slug"], language).name, was, after, labels))
    for entry in mapping.questions:
        if entry.target is None:
            was = before[entry.source]
            found.append(ComparedQuestion(old.text(entry.source, language).name, was, None, []))
    return found


def _labels(
    slug: str, before: MappingOf[str, Any] | None, after: MappingOf[str, Any], new: Codebook, language: str
) -> list[LabelShare]:
    """Return the answers of the new version, and the number of times that each was given before and after.

    Answers of equal names are one row; what became of the others is in the mapping.
    """
    was = {each["label"]: each["given"] for each in before["labels"]} if before else {}
    now = {each["label"]: each["given"] for each in after["labels"]}
    totals = [max(1, sum(given.values())) for given in (was, now)]
    names = [*now, *(label for label in was if label not in now)]
    return [
        LabelShare(
            name=new.text(f"{slug}.{label}", language).name,
            before=was.get(label),
            after=now.get(label),
            before_percent=round(100 * was.get(label, 0) / totals[0]),
            after_percent=round(100 * now.get(label, 0) / totals[1]),
        )
        for label in names
    ]
