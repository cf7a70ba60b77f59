"""The answers that count in figures of agreement, read in half the time of `tables.read_tables`.

Live figures wait for it. It reads the stored codes of the annotations without their utterances, dialogues and
assignments, and puts these together in numpy; a report also needs the order, the revisions and what was left out.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.db.models import QuerySet
from django.db.models.functions import Coalesce

from agreement.judgements.tables import Table, table
from agreement.judgements.translator import CodeTranslator, Keys
from agreement.judgements.variables import variable
from agreement.statistics.answers.dialogues import Ints
from annotator.models import Assignment
from corpus.models import Annotation, CodebookVersion, Dialogue, Purpose, Rater, Utterance

FETCHED = 10_000  # rows at once


@dataclass(frozen=True, slots=True)
class FirstAnswers:
    """The first answers of raters, as `selection.countable` selects annotations.

    Attributes:
        raters: R slugs of the raters with answers, the columns of every table.
        dialogue: (N,) key of each utterance's dialogue.
        tables: one per question, in the codebook's order.
        annotations: number of annotations read.
    """

    raters: tuple[str, ...]
    dialogue: Ints
    tables: tuple[Table, ...]
    annotations: int


def read_first_answers(*, codebook: CodebookVersion, raters: Iterable[Rater]) -> FirstAnswers:
    """Read the first answers of members, sources or models; use it inside a snapshot.

    Args:
        codebook: the version whose questions are compared.
        raters: of the same corpus.

    Raises:
        Refused: `agreement.codes_missing`.
    """
    by_key = {rater.pk: rater.slug for rater in raters}
    rows = Annotation.objects.filter(rater__in=by_key, purpose=Purpose.MAIN, answers__isnull=False)
    owner, key, version, stored = _columns(
        rows.order_by().values_list("rater_id", "utterance_id", "codebook_id", Coalesce("first_codes", "codes")), 4
    )
    utterances = Utterance.objects.filter(dialogue__corpus=codebook.corpus_id, dialogue__state=Dialogue.State.READY)
    order = ("dialogue__order", "dialogue_id", "order")
    utterance, dialogue = map(_keys, _columns(utterances.order_by(*order).values_list("pk", "dialogue"), 2))
    rater, unit = _keys(owner), _places(utterance, _keys(key))
    counts = (unit >= 0) & ~_is_unfinished(rater, np.append(dialogue, -1)[unit], by_key)
    kept = np.flatnonzero(counts)
    codes = CodeTranslator(codebook)(_keys(version)[kept], [stored[row] for row in kept.tolist()])
    keys = sorted(set(rater[kept].tolist()), key=by_key.__getitem__)
    column = _places(_keys(keys), rater[kept])
    has_answers = np.bincount(unit[kept], minlength=len(utterance)) > 0
    row = np.cumsum(has_answers)[unit[kept]] - 1
    shape, layout = (int(has_answers.sum()), len(keys)), codebook.layout()
    return FirstAnswers(
        raters=tuple(by_key[each] for each in keys),
        dialogue=dialogue[has_answers],
        tables=tuple(
            table(variable(question), cells, codes, unit=row, rater=column, shape=shape)
            for question, cells in zip(codebook.rules().questions, layout.columns, strict=True)
        ),
        annotations=len(kept),
    )


def _is_unfinished(rater: Keys, dialogue: Keys, raters: Iterable[int]) -> Any:
    """Return whether each annotation (N,) belongs to work that its rater has not finished."""
    open_work = Assignment.objects.filter(rater__in=raters, purpose=Purpose.MAIN).exclude(state=Assignment.State.DONE)
    pairs = _columns(open_work.order_by().values_list("rater_id", "dialogue_id"), 2)
    of_work = [(one << 40) + other for one, other in zip(*pairs, strict=True)]  # both keys in one number
    return np.isin((rater << 40) + dialogue, np.array(of_work, dtype=np.int64))


def _places(sought: Keys, keys: Keys) -> Keys:
    """Return the place of each key in `sought`, -1 if it is not there."""
    if not len(sought):
        return np.full(len(keys), -1)
    order = np.argsort(sought)
    place = order[np.minimum(np.searchsorted(sought, keys, sorter=order), len(sought) - 1)]
    return np.where(sought[place] == keys, place, -1)


def _columns(rows: QuerySet[Any, Any], width: int) -> list[list[Any]]:
    """Return the columns of rows as the database gives them; see `JudgementReader.chunks`."""
    found = [row for part in rows.query.get_compiler(rows.db).execute_sql(chunk_size=FETCHED) for row in part]
    return [[row[place] for row in found] for place in range(width)]


def _keys(values: Sequence[Any]) -> Keys:
    return np.array(values, dtype=np.int64)
