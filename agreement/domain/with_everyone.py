"""Alpha with everyone, beside a report that leaves raters or shortcuts out."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from agreement.judgements.raters import raters_with_labels, usual_raters
from agreement.judgements.tables import Table, read_tables
from agreement.statistics.answers.dialogues import Dialogues, dialogues_of
from agreement.statistics.answers.ratings import ratings
from agreement.statistics.intervals.figures import MOST_SETS
from agreement.statistics.measures.alpha import ALPHA
from corpus.models import CodebookVersion, Corpus


def excluded_raters(corpus: Corpus, chosen: Sequence[str]) -> list[str]:
    """Return the slugs of raters that count by default and are not among the chosen ones, by slug.

    A report that has none of them compares others, such as sources, and excludes nobody.
    """
    usual = [rater.slug for rater in usual_raters(raters_with_labels(corpus))]
    return [slug for slug in usual if slug not in chosen] if set(usual) & set(chosen) else []


def alpha_with_everyone(codebook: CodebookVersion, selection: Mapping[str, Any]) -> dict[str, Any]:
    """Return alpha of each question with everyone and all answers, so that nobody can improve a figure unseen.

    Args:
        codebook: of the report.
        selection: of the report.

    Returns:
        `everyone` with `raters` and `alpha` (question -> figure), or nothing if the report leaves out neither raters
        nor answers by shortcut.
    """
    excluded = selection.get("excluded", [])
    if not excluded and selection.get("shortcuts", True):
        return {}
    slugs = [*selection["raters"], *excluded]
    answers = read_tables(codebook=codebook, raters=list(codebook.corpus.raters.filter(slug__in=slugs)))
    dialogues = dialogues_of(answers.dialogue, len(answers.dialogue))
    return {
        "everyone": {
            "raters": list(answers.raters),
            "alpha": {table.variable.slug: _alpha(table, dialogues) for table in answers.tables},
        }
    }


def _alpha(table: Table, dialogues: Dialogues) -> dict[str, Any] | None:
    variable = table.variable
    if variable.level == "sets" and len(table.answers) > MOST_SETS:
        return None
    values = table.answers if variable.level == "sets" else variable.values
    rated = ratings(table.codes, len(table.answers), dialogues, level=variable.level, values=values)
    return ALPHA.compute(rated)[0].rounded()
