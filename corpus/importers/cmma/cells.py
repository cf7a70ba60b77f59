"""The cells of CMMA's rows in terms of the codebook: labels, times, and descriptions of roles."""

import re
from collections.abc import Iterator
from functools import lru_cache
from typing import Any, NamedTuple

Remark = tuple[str, str, str]  # column, problem, action

MAPPED: dict[str, tuple[str, dict[str, str]]] = {
    "Sentiment": ("sentiment", {label: label for label in ("negative", "neutral", "positive")}),
    "Emotion": (
        "emotion",
        {label: label for label in ("neutral", "joy", "sadness", "anger", "fear", "surprise", "disgust")},
    ),
    "Sarcasm": ("sarcasm", {"none": "no", "sarcastic": "yes"}),
    "Humor": ("humor", {"none": "no", "humor": "yes"}),
    "Pride": ("pride", {"none": "no", "pride": "yes"}),
    "Love": ("love", {label: label for label in ("none", "growing", "immediate", "empty")}),
}
MISSPELT = {("Emotion", "digust"): "disgust", ("Love", "emptylove"): "empty"}
LINKS = {"Relevancy(Emo→Sen)": "emotion_sentiment", "Relevancy(Sar→Hum)": "sarcasm_humor"}
VALUES = {str(value): value for value in (-2, -1, 0, 1, 2)}
# Rounded away from zero: a half states a correlation, and rounding must keep its direction
HALF_STEPS = {"0.5": 1, "-0.5": -1, "1.5": 2, "-1.5": -2}


COLUMNS = (*MAPPED, *LINKS)


@lru_cache(maxsize=10_000)
def labels(cells: tuple[str, ...]) -> "Labels":
    """Return the labels of a row's cells in the order of `COLUMNS`; shared, since few combinations occur."""
    return Labels(dict(zip(COLUMNS, cells, strict=True)))


class Labels:
    """The labels of one row.

    Attributes:
        answers: question slug -> answer.
        unknown: a column whose value is not known; empty if all are known.
        remarks: on each label that was repaired or is doubtful.
    """

    def __init__(self, cells: dict[str, str]) -> None:
        self.cells = cells
        self.answers: dict[str, Any] = {}
        self.unknown = ""
        for column, (task, choices) in MAPPED.items():
            label = MISSPELT.get((column, cells[column]), cells[column])
            self._answer(column, task, choices.get(label))
        for column, link in LINKS.items():
            self._answer(column, link, (VALUES | HALF_STEPS).get(cells[column]))
        self.remarks = () if self.unknown else tuple(self._remarks())

    def _answer(self, column: str, question: str, answer: str | int | None) -> None:
        if answer is None:
            self.unknown = self.unknown or column
        self.answers[question] = answer

    def _remarks(self) -> Iterator[Remark]:
        for (column, wrong), right in MISSPELT.items():
            if self.cells[column] == wrong:
                yield column, "label_misspelt", f"read as {right}"
        for column, link in LINKS.items():
            if self.cells[column] in HALF_STEPS:
                yield column, "half_step", f"rounded away from zero to {self.answers[link]}"
        if self.cells["Sarcasm"] == self.cells["Humor"] == "none" and self.answers["sarcasm_humor"]:
            yield "Relevancy(Sar→Hum)", "pull_of_nothing_on_nothing", "kept"


class Times:
    """The times of one row, milliseconds from the dialogue's start.

    Args:
        start, end: the cells.

    Attributes:
        start_ms, end_ms: both None if the span is empty or ends before it starts.
        unreadable: a column that holds no time; empty if both hold one.
    """

    __slots__ = ("_misspelt", "end_ms", "length", "start_ms", "unreadable")

    WHOLE = re.compile(r"(\d\d):(\d\d):(\d\d),(\d{3})")
    # typing errors: a stray > in front, no comma, the last digit missing
    MISTYPED = re.compile(r">?(\d\d):(\d\d):(\d\d),?(\d{1,3})")

    def __init__(self, start: str, end: str) -> None:
        self.unreadable = ""
        self._misspelt: list[tuple[str, int]] = []
        start_ms, end_ms = self._ms("StartTime", start), self._ms("EndTime", end)
        self.length = end_ms - start_ms
        self.start_ms: int | None = start_ms if self.length > 0 else None
        self.end_ms: int | None = end_ms if self.length > 0 else None

    def _ms(self, column: str, cell: str) -> int:
        match = self.WHOLE.fullmatch(cell) or self.MISTYPED.fullmatch(cell)
        if match is None:
            self.unreadable = self.unreadable or column
            return 0
        hours, minutes, seconds, rest = match.groups()
        found = ((int(hours) * 60 + int(minutes)) * 60 + int(seconds)) * 1000 + int(rest.ljust(3, "0"))
        if match.re is self.MISTYPED:
            self._misspelt.append((column, found))
        return found

    def remarks(self, before: "Times | None") -> list[Remark]:
        """Return a remark on each time that was repaired or is doubtful.

        Args:
            before: times of the previous utterance of the dialogue.
        """
        found = [(column, "time_misspelt", f"read as {read} ms") for column, read in self._misspelt]
        if self.length <= 0:
            found.append(("EndTime", "ends_before_start" if self.length else "no_length", "times left empty"))
        elif before and before.end_ms is not None and self.start_ms is not None and self.start_ms < before.end_ms:
            found.append(("StartTime", "overlaps_previous", "kept"))
        return found


class Age(NamedTuple):
    """An age group, and whether the source words it differently from its own header."""

    value: str
    reworded: bool


AGES = {"少年": "youth", "青年": "young", "中年": "middle-aged", "老年": "old", "幼年": "child"}
REWORDED_AGES = {
    "老人": "old",
    "少儿": "child",
    "10岁（少年）": "youth",
    "35岁 中年": "middle-aged",
    "40-50岁": "middle-aged",
    "40~50岁": "middle-aged",
    "50（中老年）": "middle-aged",
}


def age_group(text: str) -> Age:
    """Return the age group of a role; an unknown wording is returned unchanged."""
    if text in AGES:
        return Age(AGES[text], reworded=False)
    return Age(REWORDED_AGES.get(text, text)[:20], reworded=bool(text))


def gender(text: str) -> str:
    """Return the gender of a role in English; an unknown wording is returned unchanged."""
    return {"男": "male", "女": "female"}.get(text, text)[:20]
