"""Values of a column as answers to a task: exact, by another name, or only similar."""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from corpus.rules.codebook import CANNOT_JUDGE, Codebook, Task
from corpus.rules.codebook.definition import Link, answer_slugs

YES = {"yes", "y", "true", "t", "1", "1.0", "是", "有", "真", "对"}
NO = {"no", "n", "false", "f", "0", "0.0", "none", "否", "无", "没有", "假", "不是", "非"}
SPLITS = {
    "train": {"train", "training", "tr", "训练", "训练集"},
    "dev": {"dev", "development", "valid", "validation", "val", "验证", "验证集", "开发", "开发集"},
    "test": {"test", "testing", "te", "测试", "测试集"},
}
SYNONYMS = {
    "joy": {"happy", "happiness", "joyful", "happines", "开心", "高兴", "快乐", "喜悦"},
    "sadness": {"sad", "悲伤", "难过", "伤心"},
    "anger": {"angry", "生气", "愤怒"},
    "fear": {"scared", "afraid", "fearful", "害怕", "恐惧"},
    "surprise": {"surprised", "惊讶", "吃惊"},
    "disgust": {"disgusted", "厌恶", "反感"},
    "neutral": {"中性", "平静", "无情绪"},
    "positive": {"pos", "正面", "正向", "积极"},
    "negative": {"neg", "负面", "负向", "消极"},
}
SIMILAR = 0.75  # of difflib; suprise and surprise have 0.93

Match = Literal["exact", "name", "case", "similar", "unknown"]


@dataclass(frozen=True, slots=True)
class ValueMatch:
    """The answer that a value stands for.

    Attributes:
        answer: "" if it is unknown.
        match: `exact`, `name` (another name of the choice), `case` (misspelt by capital letters or spaces), `similar`
            (a proposal, never used without confirmation) or `unknown`.
    """

    answer: str
    match: Match

    @property
    def is_certain(self) -> bool:
        """Whether the answer is used without confirmation."""
        return self.match in {"exact", "name", "case"}


class ChoiceNames:
    """The names of a question's answers.

    Args:
        codebook: its texts name the choices in every language.
        question: a task or a link.
    """

    def __init__(self, codebook: Codebook, question: Task | Link) -> None:
        self.codebook, self.question = codebook, question

    @cached_property
    def exact(self) -> dict[str, str]:
        """Each slug."""
        slugs = {slug: slug for slug in answer_slugs(self.question)}
        return slugs | ({CANNOT_JUDGE: CANNOT_JUDGE} if self._can_be_open else {})

    @cached_property
    def names(self) -> dict[str, str]:
        """Each name of a choice in any language, and common synonyms -> slug; a name of two choices is left out."""
        found: dict[str, str] = {}
        doubtful: set[str] = set()
        for slug in answer_slugs(self.question):
            own = {text.name for text in self._texts(slug) if text.name} | SYNONYMS.get(slug, set())
            if self._is_binary:
                own |= YES if slug == "yes" else NO if slug == "no" else set()
            for name in own:
                doubtful |= {name} if found.setdefault(name, slug) != slug else set()
        return {name: slug for name, slug in found.items() if name not in doubtful and name not in self.exact}

    @cached_property
    def folded(self) -> dict[str, str]:
        """Each slug and name in lower case without spaces around -> slug."""
        return {fold(name): slug for name, slug in (self.names | self.exact).items()}

    def match(self, value: str) -> ValueMatch:
        """Return the answer that a value stands for."""
        if value in self.exact:
            return ValueMatch(self.exact[value], "exact")
        if value in self.names:
            return ValueMatch(self.names[value], "name")
        if slug := self.folded.get(fold(value)):
            return ValueMatch(slug, "case")
        similar = difflib.get_close_matches(fold(value), self.folded, n=1, cutoff=SIMILAR) if len(value) > 2 else []
        return ValueMatch(self.folded[similar[0]], "similar") if similar else ValueMatch("", "unknown")

    def _texts(self, slug: str) -> Iterable[object]:
        path = f"{self.question.slug}.{slug}"
        return (texts[path] for texts in self.codebook.texts.values() if path in texts)

    @property
    def _is_binary(self) -> bool:
        return isinstance(self.question, Task) and {"yes", "no"} <= set(self.question.slugs())

    @property
    def _can_be_open(self) -> bool:
        return isinstance(self.question, Task) and self.codebook.policy.cannot_judge == "per-task"


def fold(text: str) -> str:
    """Return a text in lower case with single spaces, hyphens and underscores alike."""
    return " ".join(text.replace("_", " ").replace("-", " ").split()).casefold()


def split_of(value: str, mapped: Mapping[str, str]) -> str | None:
    """Return train, dev or test, "" for a blank value, or None if it is unknown."""
    if value in mapped:
        return mapped[value]
    if not value.strip():
        return ""
    return next((split for split, names in SPLITS.items() if fold(value) in names), None)
