"""Which labels are compared: read at one moment, and turned into tables of codes."""

from __future__ import annotations

import hashlib
from array import array
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

import numpy as np
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from django.utils import timezone

from agreement.judgements.variables import GAPS, Variable, comparable, gap, variable
from agreement.statistics.patterns import MISSING, Ints
from annotator.models import Assignment
from common.database.snapshot import snapshot
from common.errors import Refused
from corpus.models import Annotation, CodebookVersion, Corpus, Dialogue, Purpose, Rater, Revision

TOLD_EVERY = 500  # annotations


@dataclass(frozen=True, slots=True)
class Table:
    """The answers to one question.

    Attributes:
        question: what was asked.
        codes: (N, R) label codes, -1 where the rater gave no label.
        labels_of: for each code its label; for a task with many choices the set of them, else one name.
        gaps: how many annotations hold no label, by reason; see `questions.GAPS`.
    """

    question: Variable
    codes: Ints
    labels_of: tuple[Any, ...]
    gaps: Mapping[str, int]


@dataclass(frozen=True, slots=True)
class Selection:
    """All answers that are compared, as they were at one moment.

    Attributes:
        raters: slugs of the raters, the columns of every table.
        dialogue: (N,) number of each utterance's dialogue.
        tables: one per question, in the codebook's order.
        annotations: how many annotations were read.
        digest: sha256 over who judged what in which revision; equal digests mean equal figures.
        taken_at: the moment.
    """

    raters: tuple[str, ...]
    dialogue: Ints
    tables: tuple[Table, ...]
    annotations: int
    digest: str
    taken_at: datetime


def countable(raters: Iterable[Rater]) -> QuerySet[Annotation]:
    """Return the annotations of `raters` that count: committed, not withdrawn, and of a dialogue that they finished.

    Labels that no assignment stands behind (a source's, a model's) always count. Those of pilots, retests, training,
    tests and gold never do, nor those of a dialogue that was put aside.
    """
    unfinished = _assignments().exclude(state=Assignment.State.DONE)
    return Annotation.objects.filter(
        ~Exists(unfinished),
        rater__in=list(raters),
        purpose=Purpose.MAIN,
        answers__isnull=False,
        utterance__dialogue__state=Dialogue.State.READY,
    )


def without_shortcuts(annotations: QuerySet[Annotation]) -> QuerySet[Annotation]:
    """Return those of the annotations whose answers were given one by one: one key for all of them anchors."""
    leaning = Revision.objects.filter(annotation=OuterRef("pk"), number=OuterRef("number")).exclude(shortcut="")
    return annotations.filter(~Exists(leaning))


def changed_since(raters: Iterable[Rater], moment: datetime, *, shortcuts: bool = True) -> int:
    """Count the annotations that count now and did not at `moment`, or not as they are."""
    finished = _assignments().filter(ended_at__gt=moment)
    return _counted(raters, shortcuts=shortcuts).filter(Q(updated_at__gt=moment) | Exists(finished)).count()


def _assignments() -> QuerySet[Assignment]:
    """Return the assignments behind the annotation of the query around it."""
    return Assignment.objects.filter(
        rater=OuterRef("rater"), dialogue=OuterRef("utterance__dialogue"), purpose=Purpose.MAIN
    )


def offered_raters(corpus: Corpus) -> list[Rater]:
    """Return the corpus's raters that have labels that count, by slug, each with their number as `labels`."""
    labels = {
        row["rater"]: row["labels"]
        for row in countable(corpus.raters.all()).values("rater").annotate(labels=Count("pk")).order_by()
    }
    raters = list(corpus.raters.filter(pk__in=labels).select_related("membership__user").order_by("slug"))
    for rater in raters:
        rater.labels = labels[rater.pk]  # type: ignore[attr-defined]
    return raters


def usual_raters(offered: list[Rater]) -> list[Rater]:
    """Return the members among the raters; where no member has labels yet, all of them."""
    return [rater for rater in offered if rater.kind == Rater.Kind.MEMBER] or offered


def chosen_raters(corpus: Corpus, slugs: Iterable[str]) -> list[Rater]:
    """Return the raters of these slugs, or the usual ones if none is named.

    Raises:
        Refused: `agreement.unknown_rater`.
    """
    wanted = set(slugs)
    if not wanted:
        return usual_raters(offered_raters(corpus))
    raters = list(corpus.raters.filter(slug__in=wanted).order_by("slug"))
    if missing := wanted - {rater.slug for rater in raters}:
        raise Refused("agreement.unknown_rater", raters=", ".join(sorted(missing)))
    return raters


def read(
    *,
    codebook: CodebookVersion,
    raters: list[Rater],
    shortcuts: bool = True,
    tell: Callable[[int, int], None] | None = None,
) -> Selection:
    """Read the labels of `raters` in one snapshot.

    Answers given under another version of the codebook count where both versions ask the question alike.

    Args:
        codebook: the version whose questions are compared.
        raters: of the same corpus.
        shortcuts: whether labels count that one key gave all at once.
        tell: called now and then with how many annotations were read and how many there are; must not write to the
            database.
    """
    rules = codebook.rules()
    slugs = sorted(rater.slug for rater in raters)
    column = {slug: number for number, slug in enumerate(slugs)}
    builders = [TableBuilder(variable(asked)) for asked in rules.questions]
    digest, seen, count = hashlib.sha256(), set[str](), 0
    dialogue, last = array("q"), None
    with snapshot():
        taken_at = timezone.now()
        versions = CodebookVersion.objects.filter(corpus=codebook.corpus_id)
        alike = {version.pk: comparable(rules, version.rules()) for version in versions}
        counted = _counted(raters, shortcuts=shortcuts)
        total = counted.count() if tell else 0
        for rater, utterance, dialogue_id, version, number, answers in _answers(counted):
            if utterance != last:
                last = utterance
                dialogue.append(dialogue_id)
            count += 1
            if tell and count % TOLD_EVERY == 0:
                tell(count, total)
            seen.add(rater)
            digest.update(f"{rater} {utterance} {number}\n".encode())
            for builder in builders:
                known = builder.question.slug in alike[version]
                builder.add(len(dialogue) - 1, column[rater], (answers or {}).get(builder.question.slug), known=known)
    kept = [slug for slug in slugs if slug in seen]
    tables = tuple(builder.table(len(dialogue), [column[slug] for slug in kept]) for builder in builders)
    return Selection(tuple(kept), np.array(dialogue, dtype=np.int64), tables, count, digest.hexdigest(), taken_at)


def _counted(raters: Iterable[Rater], *, shortcuts: bool) -> QuerySet[Annotation]:
    return countable(raters) if shortcuts else without_shortcuts(countable(raters))


def _answers(
    counted: QuerySet[Annotation],
) -> Iterator[tuple[str, UUID, int, int, int, dict[str, Any] | None]]:
    """Yield the annotations that count, utterance by utterance, a few at a time: all at once fill the memory."""
    yield from (
        counted.order_by("utterance__dialogue__order", "utterance__dialogue_id", "utterance__order", "rater__slug")
        .values_list(
            "rater__slug", "utterance__public_id", "utterance__dialogue_id", "codebook_id", "number", "answers"
        )
        .iterator()
    )


@dataclass(slots=True)
class TableBuilder:
    """Collects the answers to one question."""

    question: Variable
    code: dict[Any, int] = field(default_factory=dict)
    cells: array[int] = field(default_factory=lambda: array("q"))  # utterance, rater, code; and so on
    gaps: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        if self.question.level != "sets":
            self.code = {label: code for code, label in enumerate(self.question.labels)}

    def add(self, unit: int, column: int, value: Any, *, known: bool) -> None:
        """Take one answer.

        Args:
            unit: number of the utterance, its row.
            column: number of the rater.
            value: as stored; None where the question was not answered.
            known: whether it was asked as it is asked now.
        """
        why = gap(value)
        if why is None:
            code = self._code(value) if known else None
            if code is not None:
                self.cells.extend((unit, column, code))
                return
            why = "incomparable"
        self.gaps[why] += 1

    def _code(self, value: Any) -> int | None:
        if self.question.level != "sets":
            return self.code.get(str(value))
        return self.code.setdefault(frozenset(value), len(self.code)) if isinstance(value, list) else None

    def table(self, units: int, columns: list[int]) -> Table:
        """Return what was collected as a table of `units` utterances x the raters in `columns`."""
        codes = np.full((units, max(columns, default=-1) + 1), MISSING, dtype=np.int64)
        rows, raters, values = np.array(self.cells, dtype=np.int64).reshape(-1, 3).T
        codes[rows, raters] = values
        return Table(self.question, codes[:, columns], tuple(self.code), {why: self.gaps[why] for why in GAPS})
