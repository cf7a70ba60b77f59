"""The effect of a move: its numbers in words, and the figures before and after."""

from __future__ import annotations

from collections.abc import Mapping as MappingOf
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from agreement.consensus.sources import SOURCES
from agreement.presentation.settlement import source_name
from corpus.rules.codebook import Codebook
from corpus.rules.label_selection import MAJORITIES, MOVED
from corpus.rules.moves import Mapping

MOST_CONFUSIONS = 15  # rows of a table
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
# what the undoing of a move did: its numbers have the names of those of the move
RESTORED: dict[str, str | Promise] = {
    "decisions_restored": _("decisions restored"),
    "accepted_restored": _("accepted consensus restored"),
}


@dataclass(frozen=True, slots=True)
class LabelShare:
    """One answer before and after: its name and slug, how often it was given, and its share in percent."""

    name: str
    slug: str
    before: int | None
    after: int | None
    before_percent: int
    after_percent: int


@dataclass(frozen=True, slots=True)
class OutcomeRow:
    """A number of a move, its name, and the word of the label browser for its utterances; empty without one."""

    name: str
    count: int
    word: str


@dataclass(frozen=True, slots=True)
class CountedTwice:
    """A number before and after, with its name.

    Attributes:
        name: of the row.
        before, after: the numbers.
        found_before, found_after: filters of the label browser for the utterances behind each, under the version of
            that side; empty if there are no such filters.
    """

    name: str
    before: int
    after: int
    found_before: dict[str, Any] = field(default_factory=dict)
    found_after: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ComparedQuestion:
    """The figures of one question before and after; None on the side that does not have it.

    Attributes:
        slug, source: of the new question, and of the old one; empty on the side that does not have it.
        labels: the answers.
        sources: how the majority settles the question.
        confusions: pairs of different answers to one utterance.
        found: slugs by which the label browser finds the question before and after; empty on a side whose version is
            not in use.
    """

    name: str
    slug: str
    source: str
    before: MappingOf[str, Any] | None
    after: MappingOf[str, Any] | None
    labels: list[LabelShare]
    sources: list[CountedTwice]
    confusions: list[CountedTwice]
    found: tuple[str, str] = ("", "")

    @property
    def sides_found(self) -> list[tuple[MappingOf[str, Any] | None, str]]:
        """Before and after, each with its slug in `found`."""
        return list(zip(self.sides, self.found, strict=True))

    @property
    def sides(self) -> tuple[MappingOf[str, Any] | None, MappingOf[str, Any] | None]:
        """Before and after."""
        return self.before, self.after


def outcome_rows(counts: MappingOf[str, int], *, is_undoing: bool = False) -> list[OutcomeRow]:
    """Return the numbers of a move, or of its undoing, with their names, without zeros."""
    rows = []
    for name, text in OUTCOME.items():
        if not counts.get(name):
            continue
        word = f"{name}_restored" if is_undoing and f"{name}_restored" in RESTORED else name
        rows.append(OutcomeRow(str(RESTORED.get(word, text)), counts[name], word if word in MOVED else ""))
    return rows


def compared_questions(
    preview: MappingOf[str, Any],
    mapping: Mapping,
    old: Codebook,
    new: Codebook,
    language: str,
    *,
    in_use: tuple[bool, bool] = (False, False),
) -> list[ComparedQuestion]:
    """Return the questions of the new version with their figures, then the removed ones.

    Args:
        preview: as the job stored it.
        mapping: of the move.
        old, new: the two versions.
        language: of the names.
        in_use: whether the old and the new version are in use.
    """
    before = {each["slug"]: each for each in preview["before"]["questions"]}
    found = []
    for after in preview["after"]["questions"]:
        entry = mapping.source_of(after["slug"])
        was = before.get(entry.source) if entry else None
        source = entry.source if entry else ""
        found.append(
            ComparedQuestion(
                name=new.text(after["slug"], language).name,
                slug=after["slug"],
                source=source,
                before=was,
                after=after,
                labels=_labels(after["slug"], was, after, new, language),
                sources=settlement_compared(preview, source, after["slug"]),
                confusions=_confusions(after["slug"], was, after, new, language),
                found=(source * in_use[0], after["slug"] * in_use[1]),
            )
        )
    for entry in mapping.questions:
        if entry.target is None:
            was = before[entry.source]
            found.append(
                ComparedQuestion(
                    name=old.text(entry.source, language).name,
                    slug="",
                    source=entry.source,
                    before=was,
                    after=None,
                    labels=[],
                    sources=[],
                    confusions=[],
                    found=(entry.source * in_use[0], ""),
                )
            )
    return found


def settlement_compared(preview: MappingOf[str, Any], old: str = "", new: str = "") -> list[CountedTwice]:
    """Return how the majority settles a question before and after, settled ones first; of utterances by default.

    Args:
        preview: as the job stored it; those of earlier versions of Concord have no such counts.
        old, new: slug of the question on each side; an empty one beside the other is a side without it.
    """

    def counts(side: str, slug: str) -> MappingOf[str, int]:
        stored = preview[side].get("consensus", {})
        if not (old or new):
            return dict(stored.get("utterances", {}))
        return dict(stored.get("questions", {}).get(slug, {}))

    before, after = counts("before", old), counts("after", new)
    order = {source: place for place, source in enumerate(SOURCES)}
    return [
        CountedTwice(
            source_name(source),
            before.get(source, 0),
            after.get(source, 0),
            _settled(old, source),
            _settled(new, source),
        )
        for source in sorted({*before, *after}, key=lambda each: order.get(each, len(order)))
    ]


def _settled(question: str, source: str) -> dict[str, Any]:
    """Return the filters for what the majority settles in one way: a question, or whole utterances without one."""
    return {"majority": [(question, source)]} if source in MAJORITIES else {}


def _confused(question: str, answers: tuple[str, ...]) -> dict[str, Any]:
    """Return the filters for a pair of different answers; sets of choices have none."""
    if not question or any("+" in each for each in answers):
        return {}
    return {"answer": [f"{question} == {each}" for each in answers], "differs": question, "version": "first"}


def _confusions(
    slug: str, before: MappingOf[str, Any] | None, after: MappingOf[str, Any], new: Codebook, language: str
) -> list[CountedTwice]:
    """Return the pairs of different answers before and after, the most frequent first; pairs of equal names are one."""

    def name(answers: list[str]) -> str:
        return " / ".join(
            " + ".join(new.text(f"{slug}.{each}", language).name for each in answer.split("+")) for answer in answers
        )

    counts: dict[tuple[str, ...], dict[str, int]] = {}
    for place, side in (("before", before), ("after", after)):
        for each in side.get("confusions", []) if side else []:
            counts.setdefault(tuple(sorted(each["answers"])), {"before": 0, "after": 0})[place] = each["times"]
    source = before["slug"] if before else ""
    rows = [
        CountedTwice(
            name(list(answers)),
            **times,
            # a version without one of the answers has no such pairs, and refuses the filter
            found_before=_confused(source, answers) if times["before"] else {},
            found_after=_confused(slug, answers) if times["after"] else {},
        )
        for answers, times in counts.items()
    ]
    return sorted(rows, key=lambda each: -max(each.before, each.after))[:MOST_CONFUSIONS]


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
            slug=label,
            before=was.get(label),
            after=now.get(label),
            before_percent=round(100 * was.get(label, 0) / totals[0]),
            after_percent=round(100 * now.get(label, 0) / totals[1]),
        )
        for label in names
    ]
