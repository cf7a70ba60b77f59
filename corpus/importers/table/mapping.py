"""The mapping of a table: the meaning of each column, of its values, and how times and lists are written."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from common.errors import Refused

FORMAT = "concord-table-1"
LONGEST = 500_000  # characters of the YAML
# fields that one column at most may have
SINGLE = (
    *("dialogue", "order", "speaker", "text", "start", "end", "episode", "series", "split", "topic", "code", "rater"),
)
FIELDS = (*SINGLE, "answer", "ignore")
TIMES = ("auto", "seconds", "ms", "clock", "frames")


@dataclass(frozen=True, slots=True)
class Column:
    """The meaning of a column.

    Attributes:
        field: one of `FIELDS`.
        task: for an answer, the task or link that it answers.
        rater: for an answer, the name of its rater; "" for the one of the rater column, or the source itself.
    """

    field: str
    task: str = ""
    rater: str = ""


@dataclass(slots=True)
class TableMapping:
    """The mapping.

    Attributes:
        columns: name of the column -> its meaning; a column that is not named is ignored.
        values: task -> value of a cell -> answer; "" leaves the answer out.
        splits: value of the split column -> train, dev or test; "" leaves it out.
        times: how start and end are written, one of `TIMES`.
        fps: frames per second, for times in frames.
        separator: between the choices of a task that takes several; "" if a cell has one.
        series: name of the series of rows without one; "" for the name of the file.
        sheet: of a workbook; "" for the first one.
        unescape: whether an apostrophe before a formula, as in Concord's own tables, is taken away.
    """

    columns: dict[str, Column] = field(default_factory=dict)
    values: dict[str, dict[str, str]] = field(default_factory=dict)
    splits: dict[str, str] = field(default_factory=dict)
    times: str = "auto"
    fps: float = 25.0
    separator: str = ""
    series: str = ""
    sheet: str = ""
    unescape: bool = False

    def column_of(self, wanted: str) -> str | None:
        """Return the name of the column with a field that one column at most has."""
        return next((name for name, column in self.columns.items() if column.field == wanted), None)

    def answers(self) -> Iterator[tuple[str, Column]]:
        """Yield the columns with answers."""
        return ((name, column) for name, column in self.columns.items() if column.field == "answer")

    def problems(self) -> list[Refused]:
        """Return everything that keeps a table from being read by this mapping."""
        found = []
        for single in SINGLE:
            names = [name for name, column in self.columns.items() if column.field == single]
            if len(names) > 1:
                found.append(Refused("table.field_twice", field=single, columns=", ".join(names)))
        if self.column_of("text") is None:
            found.append(Refused("table.no_text_column"))
        asked: set[tuple[str, str]] = set()
        for name, column in self.answers():
            if not column.task:
                found.append(Refused("table.no_task", column=name))
            elif (column.task, column.rater) in asked:
                found.append(Refused("table.answer_twice", column=name, task=column.task, rater=column.rater or "–"))
            asked.add((column.task, column.rater))
        return found

    def as_yaml(self) -> str:
        """Return the mapping as YAML, which `read_mapping` reads."""
        document: dict[str, Any] = {"format": FORMAT, "columns": {}}
        for name, column in self.columns.items():
            entry = {"field": column.field, "task": column.task, "rater": column.rater}
            document["columns"][name] = {key: text for key, text in entry.items() if text}
        if any(self.values.values()):
            document["values"] = {task: dict(values) for task, values in self.values.items() if values}
        if self.splits:
            document["splits"] = dict(self.splits)
        document |= {"times": self.times, "fps": self.fps, "separator": self.separator, "series": self.series}
        document |= {"sheet": self.sheet, "unescape": self.unescape}
        text: str = yaml.safe_dump(document, allow_unicode=True, sort_keys=False, width=120)
        return text


def read_mapping(text: str) -> TableMapping:
    """Read a mapping from YAML.

    Raises:
        Refused: `table.mapping_broken`, `table.mapping_wrong`, and those of `TableMapping.problems`.
    """
    mapping = parsed_mapping(text)
    if problems := mapping.problems():
        raise problems[0]
    return mapping


def parsed_mapping(text: str) -> TableMapping:
    """Read a mapping that may be unfinished; raises as `read_mapping`, but for its problems."""
    if len(text) > LONGEST:
        raise Refused("table.mapping_broken", error=f"more than {LONGEST} characters")
    try:
        document = yaml.load(text, Loader=yaml.BaseLoader)  # noqa: S506 -- makes text, lists and dicts alone
    except (yaml.YAMLError, RecursionError) as error:
        raise Refused("table.mapping_broken", error=" ".join(str(error).split())[:300]) from error
    if not isinstance(document, dict) or not isinstance(document.get("columns"), dict):
        raise Refused("table.mapping_wrong", where="columns")
    if document.get("format", FORMAT) != FORMAT:
        raise Refused("table.mapping_wrong", where="format")
    try:
        fps = float(document.get("fps", "25"))
    except (TypeError, ValueError):
        raise Refused("table.mapping_wrong", where="fps") from None
    times = document.get("times", "auto")
    if times not in TIMES or not 0 < fps <= 1000:
        raise Refused("table.mapping_wrong", where="times" if times not in TIMES else "fps")
    return TableMapping(
        columns={name: _column(name, entry) for name, entry in document["columns"].items()},
        values={task: _texts(f"values.{task}", each) for task, each in _dict(document, "values").items()},
        splits=_texts("splits", _dict(document, "splits")),
        times=times,
        fps=fps,
        separator=_text(document, "separator"),
        series=_text(document, "series"),
        sheet=_text(document, "sheet"),
        unescape=_text(document, "unescape").lower() == "true",
    )


def _column(name: str, entry: Any) -> Column:
    entry = {"field": entry} if isinstance(entry, str) else entry
    if not isinstance(entry, dict) or not all(isinstance(each, str) for each in entry.values()):
        raise Refused("table.mapping_wrong", where=f"columns.{name}")
    wrong = set(entry) - {"field", "task", "rater"}
    if wrong or entry.get("field") not in FIELDS:
        raise Refused("table.mapping_wrong", where=f"columns.{name}")
    return Column(entry["field"], entry.get("task", ""), entry.get("rater", ""))


def _dict(document: Mapping[str, Any], key: str) -> dict[str, Any]:
    found = document.get(key) or {}
    if not isinstance(found, dict):
        raise Refused("table.mapping_wrong", where=key)
    return found


def _texts(where: str, entry: Any) -> dict[str, str]:
    if not isinstance(entry, dict) or not all(isinstance(each, str) for each in entry.values()):
        raise Refused("table.mapping_wrong", where=where)
    return entry


def _text(document: Mapping[str, Any], key: str) -> str:
    found = document.get(key, "")
    if not isinstance(found, str):
        raise Refused("table.mapping_wrong", where=key)
    return found
