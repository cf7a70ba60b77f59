"""Resolving a selection: from names and words to a search of the arrays."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any

import numpy as np
from django.db.models import QuerySet
from django.utils import timezone

from agreement.label_index import criteria, rows_of_cases, texts
from agreement.label_index.arrays import SPLITS, Keys
from agreement.label_index.block import Considered, Mask
from agreement.label_index.criteria import Condition, Criterion
from agreement.label_index.index import LabelIndex
from agreement.label_index.rows_of_moves import moved_rows
from agreement.label_index.rows_of_queries import of_queries
from agreement.label_index.rows_of_tables import batch_mask, finding_mask, flag_mask, unfinished
from agreement.label_index.search import Search
from common.errors import Refused
from corpus.models import Annotation, CodebookVersion, Corpus, Dialogue, Episode, Series, Speaker
from corpus.rules.codebook.codes import Column
from corpus.rules.codebook.conditions import ConditionFault, Tree, comparisons, parse
from corpus.rules.label_selection import ANY, Selection

SHOWN = 12  # names in a sentence about an unknown one
KINDS = {"members": "member", "sources": "source"}


@dataclass(slots=True)
class Resolution:
    """The search for a selection, a refusal for each filter that cannot be used, and whether counting takes long."""

    search: Search
    faults: list[Refused] = field(default_factory=list)
    is_slow: bool = False


def resolve(selection: Selection, *, corpus: Corpus, index: LabelIndex, visible: Mask | None) -> Resolution:
    """Return the search for a selection.

    Args:
        selection: the filters.
        corpus: with a codebook.
        index: of the corpus, up to date.
        visible: (D,) the dialogues that the reader may see; None for all.
    """
    return _Resolver(corpus, index).resolved(selection, visible)


class _Resolver:
    def __init__(self, corpus: Corpus, index: LabelIndex) -> None:
        assert corpus.codebook is not None  # noqa: S101 -- has an index
        self.corpus, self.index, self.arrays = corpus, index, index.arrays
        self.codebook: CodebookVersion = corpus.codebook
        self.columns = {column.slug: column for column in self.codebook.layout().columns}
        self.faults: list[Refused] = []
        self.criteria: list[Criterion] = []
        self.is_slow = False

    def resolved(self, selection: Selection, visible: Mask | None) -> Resolution:
        """Resolve all filters, the cheapest first; those that cannot be used are left out and reported."""
        considered = self._considered(selection)
        if visible is not None:
            self.criteria.append(criteria.of_dialogues(visible))
        self._state(selection.state)
        for each in (self._places, self._rows, self._counts, self._questions, self._conditions, self._queries):
            self._try(each, selection)
        if selection.again:
            raters = (key for key, number in self.index.raters.items() if considered.raters[number])
            self._of_queries(rows_of_cases.again_rows(raters, selection.again))
        search = Search(self.arrays, considered, self.criteria, texts.needle(selection.text))
        return Resolution(search, self.faults, self.is_slow)

    def _try(self, step: Callable[..., object], *arguments: object) -> None:
        try:
            step(*arguments)
        except Refused as refusal:
            self.faults.append(refusal)

    # --- dialogues and rows ----------------------------------------------------------------------------------

    def _state(self, state: str) -> None:
        excluded = self.arrays.dialogues.excluded
        if state == "all" or (state == "ready" and not excluded.any()):
            return
        self.criteria.append(criteria.of_dialogues(excluded if state == "excluded" else ~excluded))

    def _places(self, selection: Selection) -> None:
        dialogues = self.arrays.dialogues
        if selection.series:
            keys = self._named("series", selection.series, Series.objects.filter(corpus=self.corpus), "name")
            self._dialogues(np.isin(dialogues.series, keys))
        if selection.episode:
            own = Episode.objects.filter(series__corpus=self.corpus)
            self._dialogues(np.isin(dialogues.episode, self._named("episode", selection.episode, own, "title")))
        if selection.dialogue:
            own_dialogues = Dialogue.objects.filter(corpus=self.corpus)
            self._dialogues(np.isin(dialogues.key, self._named("dialogue", selection.dialogue, own_dialogues, "code")))
        if selection.split:
            wanted = [SPLITS.index("" if each == "none" else each) for each in selection.split]
            self._dialogues(np.isin(dialogues.split, wanted))
        if selection.release_split:
            released = rows_of_cases.dialogues_of_release(self.corpus, self.index, selection.release_split)
            self._dialogues(np.isin(dialogues.key, released))
        if selection.batch:
            self._dialogues(batch_mask(self.corpus, self.index, selection.batch))

    def _rows(self, selection: Selection) -> None:
        if selection.speaker:
            own = Speaker.objects.filter(series__corpus=self.corpus)
            self.criteria.append(criteria.of_speakers(self._named("speaker", selection.speaker, own, "name")))
        described = Speaker.with_merged.filter(series__corpus=self.corpus)
        if selection.gender:
            self.criteria.append(criteria.of_speakers(self._named("gender", selection.gender, described, "gender")))
        if selection.age:
            self.criteria.append(criteria.of_speakers(self._named("age", selection.age, described, "age_group")))
        if selection.flag:
            self.criteria.append(criteria.of_rows(flag_mask(self.corpus, self.arrays, selection.flag)))
        if selection.decision:
            self.criteria.append(criteria.decision(selection.decision))
        if selection.finding:
            self.criteria.append(criteria.of_rows(finding_mask(self.corpus, self.index, selection.finding)))

    def _queries(self, selection: Selection) -> None:
        if selection.case:
            self._of_queries(rows_of_cases.case_rows(self.corpus, selection.case))
        if selection.ruling:
            self._of_queries(rows_of_cases.ruling_rows(self.corpus, selection.ruling))
        if selection.move:
            self._of_queries(moved_rows(self.corpus, selection.move))

    def _of_queries(self, queries: Iterable[QuerySet[Any]]) -> None:
        found = list(queries)
        self.is_slow |= any(query.model is Annotation for query in found)  # which have no index for it
        self.criteria.append(of_queries(self.arrays, found))

    def _dialogues(self, chosen: Mask) -> None:
        self.criteria.append(criteria.of_dialogues(chosen))

    def _named(self, what: str, names: Iterable[str], rows: object, column: str) -> Keys:
        """Return the keys of rows by name.

        Raises:
            Refused: `labels.filter.unknown_<what>`.
        """
        found = list(rows.filter(**{f"{column}__in": list(names)}).values_list("pk", column))  # type: ignore[attr-defined]
        if missing := set(names) - {name for _, name in found}:
            raise Refused(f"labels.filter.unknown_{what}", names=", ".join(sorted(missing)))
        return np.array([key for key, _ in found], dtype=np.int64)

    # --- answers ---------------------------------------------------------------------------------------------

    def _considered(self, selection: Selection) -> Considered:
        raters = np.ones(len(self.index.slugs) + 1, dtype=bool)
        raters[-1] = False  # places without an annotation
        if selection.kind:
            raters[:-1] &= np.array([kind == KINDS[selection.kind] for kind in self.index.kinds], dtype=bool)
        if selection.rater:
            for slug in selection.rater:
                self._try(self._rater, slug)
            raters[:-1] &= np.isin(np.array(self.index.slugs), selection.rater)
        return Considered(raters, unfinished(self.index), selection.version == "first")

    def _rater(self, slug: str) -> int:
        if slug not in self.index.slugs:
            raise Refused("labels.filter.unknown_rater", rater=slug, raters=_listed(sorted(self.index.slugs)))
        return self.index.slugs.index(slug)

    def _counts(self, selection: Selection) -> None:
        if selection.answers_min is not None or selection.answers_max is not None:
            self.criteria.append(criteria.answered(selection.answers_min, selection.answers_max))
        elif selection.rater or selection.kind:
            self.criteria.append(criteria.answered(1, None))
        if selection.since or selection.until:
            last = selection.until and selection.until + timedelta(days=1)
            self.criteria.append(criteria.between(_seconds(selection.since), _seconds(last)))
        if selection.corrected:
            self.criteria.append(criteria.corrected())

    def _questions(self, selection: Selection) -> None:
        for question, gap in selection.no_answer:
            self._try(self._without_answer, question, gap)
        for question in selection.differs:
            self._try(self._differing, question)
        if selection.differing:
            self.criteria.append(criteria.differing(list(self.columns.values()), selection.differing))
        for question, agreement in selection.consensus:
            self._try(self._decided, question, agreement)
        for question in selection.answered:
            self._try(self._answered, question)
        for question, source in selection.majority:
            self._try(self._origin, question, source, None)
        if selection.origin:
            accepted = of_queries(self.arrays, [rows_of_cases.accepted_rows(self.corpus)])
            for question, source in selection.origin:
                self._try(self._origin, question, source, accepted)

    def _answered(self, question: str) -> None:
        self.criteria.append(criteria.answered_question(self._column(question)))

    def _origin(self, question: str, source: str, accepted: Criterion | None) -> None:
        slug = self._column(question).slug if question else ""
        rules, layout = self.codebook.rules(), self.codebook.layout()
        self.criteria.append(criteria.origin(slug, source, rules, layout, accepted))

    def _without_answer(self, question: str, gap: str) -> None:
        self.criteria.append(criteria.without_answer(self._column(question), gap))

    def _differing(self, question: str) -> None:
        some = question == ANY and ANY not in self.columns
        columns = list(self.columns.values()) if some else [self._column(question)]
        self.criteria.append(criteria.differing(columns, 1))

    def _decided(self, question: str, agreement: str) -> None:
        rules, layout = self.codebook.rules(), self.codebook.layout()
        self.criteria.append(criteria.decided(self._column(question), agreement, rules, layout))

    def _column(self, question: str) -> Column:
        if question not in self.columns:
            raise Refused("labels.filter.unknown_question", question=question[:60], questions=_listed(self.columns))
        return self.columns[question]

    def _conditions(self, selection: Selection) -> None:
        for text in selection.answer:
            self._try(self._quantified, text, selection.of)
        for slug, text in selection.of_rater:
            self._try(self._of_rater, slug, text)

    def _quantified(self, text: str, of: str) -> None:
        condition = self._condition(text)
        if of == "label":
            self.criteria.append(criteria.by_label(condition, self.codebook.rules(), self.codebook.layout()))
        else:
            self.criteria.append(criteria.by_every(condition) if of == "every" else criteria.by_any(condition))

    def _of_rater(self, slug: str, text: str) -> None:
        self.criteria.append(criteria.by_rater(self._condition(text), self._rater(slug)))

    def _condition(self, text: str) -> Condition:
        """Return a condition whose questions and values the codebook has.

        Raises:
            Refused: `labels.filter.condition`, `labels.filter.unknown_question`, `labels.filter.unknown_answer`.
        """
        try:
            tree: Tree = parse(text)
        except ConditionFault as fault:
            raise Refused("labels.filter.condition", condition=text[:80], detail=fault.detail[:60]) from fault
        for question, value in comparisons(tree):
            answers = [str(each) for each in self._column(question).answers]
            if value not in answers:
                known = _listed(answers)
                raise Refused("labels.filter.unknown_answer", question=question, answer=value[:60], answers=known)
        return Condition(tree, self.codebook.layout())


def _listed(names: Iterable[str]) -> str:
    listed = list(names)
    return ", ".join(listed[:SHOWN]) + (" …" if len(listed) > SHOWN else "")


def _seconds(day: date | None) -> int | None:
    """Return the start of a day in the server's time zone, in seconds since 1970."""
    if day is None:
        return None
    return int(timezone.make_aware(datetime(day.year, day.month, day.day)).timestamp())  # noqa: DTZ001 -- made aware
