"""The consequences of putting another version of the codebook in use, and the answers that are incomparable now."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import numpy as np
from django.db.models import Count
from numpy.typing import NDArray

from agreement.domain.report_figures import answer_counts
from agreement.judgements.comparability import comparable
from agreement.judgements.raters import offered_raters
from agreement.judgements.selection import countable
from agreement.judgements.tables import AnswerTables, read_tables
from agreement.statistics.answers.patterns import MISSING
from common.database.snapshot import snapshot
from corpus.models import Annotation, CodebookVersion, Corpus


@dataclass(frozen=True, slots=True)
class QuestionChange:
    """Effect of another codebook version on the answers to one question.

    Attributes:
        slug: of the question.
        before: number of answers that count under the version in use.
        after: number of answers that count under the other version.
        lost: number of answers that count now and would not count any more; others may count in their place.
        figures: `coverage` and `left_out` under the other version, as `report_figures` stores them; empty if removed.
    """

    slug: str
    before: int
    after: int
    lost: int
    figures: Mapping[str, Any] = field(default_factory=dict)

    @property
    def is_removed(self) -> bool:
        """Whether the other version no longer asks the question."""
        return not self.figures


@dataclass(frozen=True, slots=True)
class DifferentVersion:
    """Annotations that were given under a version that asks some questions differently from the one in use."""

    version: int
    annotations: int
    questions: tuple[str, ...]


def changes(*, corpus: Corpus, codebook: CodebookVersion) -> list[QuestionChange]:
    """Return what becomes of the answers that count, if a version is put in use: its questions, then removed ones.

    Args:
        corpus: its answers of all raters.
        codebook: a version of the corpus.

    Raises:
        Refused: `agreement.codes_missing`.
    """
    raters = offered_raters(corpus)
    with snapshot():
        after = read_tables(codebook=codebook, raters=raters)
        before = read_tables(codebook=corpus.codebook, raters=raters) if corpus.codebook else None
    counting = _counting(before) if before else {}
    found = []
    for table in after.tables:
        shown = answer_counts(table)
        slug = table.variable.slug
        # Both read the same annotations in one snapshot, so a cell is of the same utterance and rater in both.
        stays = table.codes != MISSING
        counts = counting.pop(slug, np.zeros_like(stays))
        lost = int(np.count_nonzero(counts & ~stays))
        found.append(QuestionChange(slug, int(counts.sum()), shown["coverage"]["labels"], lost, shown))
    removed = ((slug, int(counts.sum())) for slug, counts in counting.items())
    return [*found, *(QuestionChange(slug, count, 0, count) for slug, count in removed)]


def different_versions(corpus: Corpus) -> list[DifferentVersion]:
    """Return the versions with answers that count and cannot all be compared under the version in use.

    It counts annotations by version, and only if a version asks differently; a report counts the answers by question.
    """
    if corpus.codebook is None:
        return []
    rules = corpus.codebook.rules()
    asked = {}
    for version in CodebookVersion.objects.filter(corpus=corpus).exclude(pk=corpus.codebook.pk).order_by("version"):
        old = version.rules()
        known, alike = {question.slug for question in old.questions}, comparable(rules, old)
        slugs = tuple(each.slug for each in rules.questions if each.slug in known and each.slug not in alike)
        if slugs:
            asked[version.pk] = (version.version, slugs)
    if not asked:
        return []
    rows = countable(corpus.raters.all()).filter(codebook__in=asked).values("codebook").order_by()
    counts = dict(rows.annotate(count=Count("pk")).values_list("codebook", "count"))
    return [DifferentVersion(number, counts[pk], slugs) for pk, (number, slugs) in asked.items() if pk in counts]


def versions_with_answers(corpus: Corpus) -> list[tuple[CodebookVersion, int]]:
    """Return the codebook versions under which answers are stored, with the number of annotations of all purposes."""
    rows = Annotation.objects.filter(rater__corpus=corpus, answers__isnull=False).values("codebook").order_by()
    counts = dict(rows.annotate(count=Count("pk")).values_list("codebook", "count"))
    versions = CodebookVersion.objects.filter(pk__in=counts).order_by("version").defer("document", "source")
    return [(version, counts[version.pk]) for version in versions]


def _counting(tables: AnswerTables) -> dict[str, NDArray[np.bool_]]:
    """Return by question which cells of its table, utterances by raters, hold an answer that counts."""
    return {table.variable.slug: table.codes != MISSING for table in tables.tables}
