"""The answers in a row of a table."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from corpus.importers.table.mapping import TableMapping
from corpus.importers.table.values import ChoiceNames, ValueMatch
from corpus.rules.codebook import Codebook, Task

Found = tuple[Any, tuple[str, str] | None]  # the answer or None, and (problem, action) of a remark


class AnswerReader:
    """Reads cells as answers to the tasks of a codebook.

    Args:
        codebook: the questions.
        mapping: of the table.
    """

    def __init__(self, codebook: Codebook, mapping: TableMapping) -> None:
        self.mapping = mapping
        questions = {question.slug: question for question in codebook.questions}
        tasks = {column.task for _name, column in mapping.answers()}
        self.unknown_tasks = sorted(tasks - set(questions))
        self.names = {task: ChoiceNames(codebook, questions[task]) for task in tasks & set(questions)}
        self._cache: dict[tuple[str, str], Found] = {}

    def read(self, task: str, cell: str) -> Found:
        """Return the answer in a cell, None if it has none, and the remark on it, if any."""
        key = (task, cell)
        found = self._cache.get(key)
        if found is None:
            if len(self._cache) > 10_000:
                self._cache.clear()
            found = self._cache[key] = self._read(task, cell)
        return found

    def match(self, task: str, value: str) -> ValueMatch:
        """Return the answer that one value stands for, by the mapping first."""
        mapped: Mapping[str, str] = self.mapping.values.get(task, {})
        if value in mapped:
            answer = mapped[value]
            return ValueMatch(answer, "exact" if answer in self.names[task].exact or not answer else "unknown")
        return self.names[task].match(value)

    def _read(self, task: str, cell: str) -> Found:
        names = self.names[task]
        question = names.question
        is_set = isinstance(question, Task) and question.many
        text = cell.strip()
        if not text:
            return None, None
        whole = text in self.mapping.values.get(task, {})
        parts = [part.strip() for part in text.split(self.mapping.separator)] if self._splits(is_set, whole) else [text]
        answers: list[str] = []
        repaired: list[str] = []
        for part in filter(None, parts):
            found = self.match(task, part)
            if not found.is_certain:
                hint = f"; similar to {found.answer}" if found.answer else ""
                return None, ("answer_unknown", f"utterance kept without this answer{hint}")
            if found.match == "case":
                repaired.append(f"{part} read as {found.answer}")
            if found.answer and found.answer not in answers:
                answers.append(found.answer)
        if not answers:
            return None, ("answer_left_out", "left out by the mapping")
        remark = ("answer_reworded", "; ".join(repaired)) if repaired else None
        if is_set:
            return (
                [each for each in names.exact if each in answers] if "cannot_judge" not in answers else answers[0]
            ), remark
        answer = answers[0]
        return (int(answer) if not isinstance(question, Task) else answer), remark

    def _splits(self, is_set: bool, whole: bool) -> bool:
        return is_set and bool(self.mapping.separator) and not whole
