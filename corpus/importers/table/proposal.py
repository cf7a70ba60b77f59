"""A proposal for the mapping of a table, from its header and its first rows."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice, pairwise, takewhile

from corpus.importers.table.column_names import NAMES
from corpus.importers.table.mapping import Column, TableMapping
from corpus.importers.table.sheet import Table
from corpus.importers.table.times import CLOCK, NUMBER
from corpus.importers.table.values import ChoiceNames, fold, split_of
from corpus.rules.codebook import Codebook

ROWS = 2000  # rows that a proposal looks at
MOST_VALUES = 40  # different values of a column with answers, lists taken apart
KNOWN_SHARE = 0.6  # of the filled cells of a column with answers
SEPARATORS = ("|", ";", "；", "、", "/", "+", ",", "，")

BARE_NUMBER = re.compile(r"\d+(?:\.0+)?")
SIGNED_NUMBER = re.compile(r"[-+−]?\d+(?:[.,]\d+)?")


@dataclass(slots=True)
class _Sample:
    """A column with its first cells that are not blank."""

    name: str
    cells: list[str]

    @property
    def values(self) -> Counter[str]:
        """Each different cell with its number."""
        return Counter(self.cells)

    def mostly(self, *patterns: re.Pattern[str]) -> bool:
        """Return whether at least half of the cells have one of these forms."""
        fitting = sum(any(pattern.fullmatch(cell) for pattern in patterns) for cell in self.cells)
        return bool(self.cells) and 2 * fitting >= len(self.cells)


def proposed_mapping(table: Table, codebook: Codebook | None) -> TableMapping:
    """Return a mapping that a person checks: fields by the names of columns, answers by their values and names."""
    rows = [row.cells for row in islice(table.rows(), ROWS)]
    samples = [
        _Sample(name, [row[place].strip() for row in rows if place < len(row) and row[place].strip()])
        for place, name in enumerate(table.header)
    ]
    mapping = TableMapping(sheet=table.form.get("sheet", "") if ", " in table.form.get("sheets", "") else "")
    fields = _fields(samples)
    _only_numbers_have_an_order(samples, fields)
    mapping.separator = _separator(samples, codebook)
    for sample in samples:
        answer = _answer(sample, codebook, mapping) if sample.name not in fields else None
        mapping.columns[sample.name] = answer or Column(fields.get(sample.name, "ignore"))
    _raters_by_columns(mapping)
    if mapping.column_of("dialogue") is None and mapping.column_of("order") is not None:
        _restarts_tell_the_dialogue(table.header, rows, mapping)
    if mapping.column_of("text") is None:
        _longest_is_the_text(samples, mapping)
    if (split := mapping.column_of("split")) is not None:
        cells = next(sample for sample in samples if sample.name == split).values
        if not any(split_of(value, {}) for value in cells):  # folds, or something else
            mapping.columns[split] = Column("ignore")
    if mapping.column_of("split") is None:
        _values_tell_the_split(samples, mapping)
    if not any(column.field == "answer" for column in mapping.columns.values()) and (
        name := mapping.column_of("rater")
    ):
        mapping.columns[name] = Column("ignore")
    mapping.unescape = any(
        cell.startswith("'") and cell[1:].lstrip(" ").startswith(("=", "+", "-", "@"))
        for each in samples
        for cell in each.cells
    )
    return mapping


def _fields(samples: Sequence[_Sample]) -> dict[str, str]:
    """Return column -> field by the names alone; each field once, for the column with the best name."""
    found: dict[str, str] = {}
    for field, names in NAMES.items():
        ranked = [
            (names.index(fold(sample.name)), sample.name)
            for sample in samples
            if fold(sample.name) in names and _may_be(field, sample)
        ]
        free = [name for _rank, name in sorted(ranked) if name not in found]
        if free:
            found[free[0]] = field
    return found


def _may_be(field: str, sample: _Sample) -> bool:
    """Return whether the cells of a column decide for a field.

    They decide only between two meanings of a name: "from" is a speaker in one table and a time in another.
    """
    is_ambiguous = all(fold(sample.name) in NAMES[each] for each in ("speaker", "start"))
    if not sample.cells or not is_ambiguous:
        return True
    return sample.mostly(CLOCK, NUMBER) is (field != "speaker")


def _raters_by_columns(mapping: TableMapping) -> None:
    """Name the raters of columns with answers to the same question after these columns."""
    alike: dict[tuple[str, str], list[str]] = defaultdict(list)
    for name, column in mapping.columns.items():
        if column.field == "answer":
            alike[column.task, column.rater].append(name)
    for (task, _rater), names in alike.items():
        if len(names) > 1:
            for name, own in zip(names, own_parts(names), strict=True):
                mapping.columns[name] = Column("answer", task, own)


def own_parts(names: Sequence[str]) -> list[str]:
    """Return the parts of names in which they differ: `A` and `B` of `mood_A` and `mood_B`; else the whole names.

    Only what ends with a mark such as `_` is common: `rater1` and `rater2` stay whole.
    """
    first, last = min(names), max(names)  # the two that differ soonest
    alike = sum(1 for _ in takewhile(lambda both: both[0] == both[1], zip(first, last, strict=False)))
    common = re.match(r".*[_\-.:：/]", first[:alike])
    own = [name[common.end() :].strip() if common else name for name in names]
    return own if all(own) else list(names)


def _only_numbers_have_an_order(samples: Iterable[_Sample], fields: dict[str, str]) -> None:
    for sample in samples:
        if fields.get(sample.name) == "order":
            numbers = sum(bool(BARE_NUMBER.fullmatch(cell)) for cell in sample.cells)
            if numbers < len(sample.cells) / 2:
                del fields[sample.name]
        if fields.get(sample.name) == "code" and "order" not in fields.values() and "dialogue" in fields.values():
            numbers = sum(bool(BARE_NUMBER.fullmatch(cell)) for cell in sample.cells)
            if sample.cells and numbers == len(sample.cells):
                fields[sample.name] = "order"  # `Utterance_ID` of MELD counts from 0 in each dialogue


def _answer(sample: _Sample, codebook: Codebook | None, mapping: TableMapping) -> Column | None:
    """Return the task that a column answers, by its name and its values; None if it answers none, or several alike."""
    if codebook is None or not sample.cells:
        return None
    words = fold(sample.name)
    best: tuple[float, str, str] | None = None
    is_tied = False
    for question in codebook.questions:
        names = ChoiceNames(codebook, question)
        titles = {
            fold(question.slug),
            *(fold(texts[question.slug].name) for texts in codebook.texts.values() if question.slug in texts),
        }
        titles.discard("")
        title = max((each for each in titles if each in words), key=len, default="")
        if not title and sample.mostly(SIGNED_NUMBER):
            continue  # bare numbers are the answers of any scale
        known = _known_share(sample, names, mapping.separator)
        score = known + (0.5 if title else 0.0) + (0.25 if title == words else 0.0)
        enough = known >= KNOWN_SHARE if not title else known > 0 or len(sample.values) <= MOST_VALUES
        few = len(sample.values) <= MOST_VALUES or bool(mapping.separator)
        if enough and few and score >= KNOWN_SHARE and (best is None or score >= best[0]):
            is_tied = best is not None and score == best[0]
            best = (score, question.slug, _rater(sample.name, title))
    return Column("answer", best[1], best[2]) if best and not is_tied else None


def _known_share(sample: _Sample, names: ChoiceNames, separator: str) -> float:
    """Return the share of cells whose values are answers."""
    known = total = 0
    for value, count in sample.values.most_common(MOST_VALUES):
        parts = [part.strip() for part in value.split(separator)] if separator else [value]
        certain = all(names.match(part).is_certain for part in parts if part)
        total += count
        known += count if certain else 0
    return known / len(sample.cells) if total else 0.0


def _rater(name: str, title: str) -> str:
    """Return the name of the rater in the name of a column, such as `anna` in `emotion_anna`."""
    rest = fold(name)
    if not title or rest == title:
        return ""
    before, _, after = rest.partition(title)
    part = (after or before).strip(" :.()[]{}（）：-·/")
    return part if part and part not in {"label", "labels", "s", "tag", "id", "标签", "gold", "final"} else ""


def _separator(samples: Sequence[_Sample], codebook: Codebook | None) -> str:
    """Return the separator under which cells are lists of choices of a task that takes several; "" if none is."""
    many = [task for task in codebook.tasks if task.many] if codebook else []
    for task in many:
        names = ChoiceNames(codebook, task)  # type: ignore[arg-type]  # there are tasks, so there is a codebook
        for sample in samples:
            for separator in SEPARATORS:
                lists = [value for value in sample.values if separator in value]
                parts = [part.strip() for value in lists for part in value.split(separator) if part.strip()]
                if parts and sum(names.match(part).is_certain for part in parts) >= KNOWN_SHARE * len(parts):
                    return separator
    return ""


def _restarts_tell_the_dialogue(header: Sequence[str], rows: Sequence[Sequence[str]], mapping: TableMapping) -> None:
    """Propose a column without a meaning as the dialogue if its value changes exactly where the order starts again."""
    order = header.index(mapping.column_of("order") or "")
    numbers = [_number(row, order) for row in rows]
    counted = [(number, row) for number, row in zip(numbers, rows, strict=True) if number is not None]
    restarts = [number <= before for (before, _), (number, _row) in pairwise(counted)]
    if not any(restarts):
        return
    for place, name in enumerate(header):
        if mapping.columns[name].field != "ignore":
            continue
        values = [row[place].strip() if place < len(row) else "" for _number, row in counted]
        changes = [value != before for before, value in pairwise(values)]
        if all(values) and changes == restarts and len(set(values)) == 1 + sum(changes):
            mapping.columns[name] = Column("dialogue")
            return


def _number(row: Sequence[str], place: int) -> float | None:
    cell = row[place].strip() if place < len(row) else ""
    return float(cell) if BARE_NUMBER.fullmatch(cell) else None


def _values_tell_the_split(samples: list[_Sample], mapping: TableMapping) -> None:
    """Propose a column without a meaning as the split if it has several values, all of them names of splits."""
    for sample in samples:
        if mapping.columns[sample.name].field != "ignore":
            continue
        splits = {split_of(value, {}) for value in sample.values}
        if len(splits) > 1 and None not in splits:
            mapping.columns[sample.name] = Column("split")
            return


def _longest_is_the_text(samples: Sequence[_Sample], mapping: TableMapping) -> None:
    free = [sample for sample in samples if mapping.columns[sample.name].field == "ignore" and sample.cells]
    if free:
        longest = max(free, key=lambda sample: sum(map(len, sample.cells)) / len(sample.cells))
        mapping.columns[longest.name] = Column("text")
