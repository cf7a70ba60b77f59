"""The dialogues of a table: rows in order, rows of several raters on one utterance together."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from corpus.importers.remarks import ImportRemark, RemarkLog
from corpus.importers.source import SourceAnswers, SourceDialogue, SourceUtterance
from corpus.importers.table.rows import LineReader, Times
from corpus.importers.table.sheet import TableRow
from corpus.importers.table.values import split_of

SOURCE = "source"


@dataclass(slots=True)
class _Line:
    """An utterance while its rows are read."""

    number: float
    speaker: str
    text: str
    times: Times
    code: str
    row: int
    answers: dict[str, SourceAnswers] = field(default_factory=dict)
    raters: set[str] = field(default_factory=set)


class DialogueReader:
    """Reads the rows of a dialogue.

    Args:
        lines: reads cells.
        raters: name of a rater -> slug.
        remarks: receives one remark for each repair and each rejection.
    """

    def __init__(self, lines: LineReader, raters: Mapping[str, str], remarks: RemarkLog) -> None:
        self.lines, self.raters, self.remarks = lines, raters, remarks

    def dialogue(self, code: str, rows: Iterable[TableRow]) -> SourceDialogue | None:
        """Return the dialogue of these rows; None if none of them is an utterance."""
        lines = self.lines
        found: list[_Line] = []
        by_number: dict[float, _Line] = {}
        head: TableRow | None = None
        for row in rows:
            texts = lines.texts(row)
            if not self._is_accepted(row, texts):
                continue
            line = self._line(row, texts, found, by_number)
            if line is None:
                continue
            head = head or row
            self._answers(row, texts, line)
        if head is None:
            return None
        found.sort(key=lambda line: line.number)  # stable: without an order column, all numbers are equal
        return SourceDialogue(
            code=code,
            series=lines.series(head),
            utterances=self._utterances(code, found),
            split=self._split(head),
            topic=lines.text(head, "topic"),
            episode=lines.text(head, "episode"),
            file=lines.table.name[:200],
        )

    def _is_accepted(self, row: TableRow, texts: Mapping[str, str]) -> bool:
        lines = self.lines
        if lines.is_blank(row):
            self.remarks.append(lines.remark(row, "", "blank_row", "skipped"))
        elif lines.is_header(row):
            self.remarks.append(lines.remark(row, "", "header_repeated", "skipped"))
        elif (problem := lines.problem(row, texts)) is not None:
            self.remarks.append(lines.remark(row, *problem, "rejected"))
        else:
            return True
        return False

    def _line(
        self, row: TableRow, texts: Mapping[str, str], found: list[_Line], by_number: dict[float, _Line]
    ) -> _Line | None:
        """Return the utterance of a row: a new one, or that of another rater's row; None if the row is rejected."""
        lines = self.lines
        number, has_order = lines.order(texts), lines.has("order")
        if number is None:
            problem = "order_no_number" if texts["order"] else "order_missing"
            self._reject(row, "order", problem)
            return None
        speaker, text = texts.get("speaker", ""), texts["text"]
        earlier = by_number.get(number) if has_order else found[-1] if found else None
        if earlier is not None and lines.rates_by_row and (earlier.speaker, earlier.text) == (speaker, text):
            rater = texts["rater"]
            if rater not in earlier.raters:
                earlier.raters.add(rater)
                return earlier
            if has_order:
                self._reject(row, "rater", "rater_twice")
                return None
        elif earlier is not None and has_order:
            self._reject(row, "order", "order_twice")
            return None
        times, remark = lines.times(row, texts)
        if remark is not None:
            self.remarks.append(remark)
        if lines.mapping.unescape and (raw := lines.raw(row, "text")) != lines.unescaped(raw):
            self.remarks.append(lines.remark(row, "text", "formula_restored", "apostrophe taken away"))
        line = _Line(number, speaker, text, times, texts.get("code", ""), row.number)
        if lines.rates_by_row:
            line.raters.add(texts["rater"])
        found.append(line)
        by_number[number] = line
        return line

    def _reject(self, row: TableRow, column: str, problem: str) -> None:
        self.remarks.append(self.lines.remark(row, column, problem, "rejected"))

    def _answers(self, row: TableRow, texts: Mapping[str, str], line: _Line) -> None:
        lines = self.lines
        if lines.reader is None:
            return
        by_rater: dict[str, tuple[dict[str, object], dict[str, str]]] = {}
        own = (texts["rater"] if lines.rates_by_row else "") or SOURCE
        cells = row.cells
        for place, name, task, rater in lines.answers:
            cell = cells[place] if place < len(cells) else ""
            if not cell or cell.isspace():
                continue
            answer, remark = lines.reader.read(task, lines.unescaped(cell))
            if remark is not None:
                self.remarks.append(ImportRemark(lines.table.name, row.number, name, cell, *remark))
            if answer is not None:
                answers, raw = by_rater.setdefault(rater or own, ({}, {}))
                answers[task], raw[name] = answer, cell
        for rater, (answers, raw) in by_rater.items():
            line.answers[self.raters[rater]] = SourceAnswers(answers, raw)

    def _utterances(self, code: str, found: list[_Line]) -> list[SourceUtterance]:
        taken = [line.code for line in found if line.code]
        are_distinct = len(set(taken)) == len(found)
        if taken and not are_distinct:
            seen: set[str] = set()
            for line in found:
                if not line.code or line.code in seen:
                    name, column = self.lines.table.name, self.lines.column["code"]
                    problem = "id_repeated" if line.code else "id_missing"
                    action = "utterances of the dialogue numbered"
                    self.remarks.append(ImportRemark(name, line.row, column, line.code, problem, action))
                    break
                seen.add(line.code)
        return [
            SourceUtterance(
                code=line.code if are_distinct else f"{code[:70]}-{place}",
                speaker=line.speaker,
                text=line.text,
                start_ms=line.times.start_ms,
                end_ms=line.times.end_ms,
                answers=line.answers,
                row=line.row,
            )
            for place, line in enumerate(found, start=1)
        ]

    def _split(self, head: TableRow) -> str:
        value = self.lines.text(head, "split")
        split = split_of(value, self.lines.mapping.splits)
        if split is None:
            self.remarks.append(self.lines.remark(head, "split", "split_unknown", "left empty"))
        return split or ""
