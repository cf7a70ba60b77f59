"""The parts of a codebook as frozen values, and the document they are stored as."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from typing import Any, Literal

from corpus.rules.codebook.choice_keys import KEY_CODES
from corpus.rules.codebook.conditions import Tree

FORMAT = "concord-codebook/1"

# Whole numbers in one form each, so that equal numbers are equal slugs.
NUMBER = re.compile(r"0|-?[1-9][0-9]{0,3}")
MAX_CHOICES = 200  # of one task

Scale = Literal["nominal", "ordinal", "interval", "binary"]
Perspective = Literal["speaker", "viewer"]

Shortcut = Literal["all_default", "same_as_previous"]
Shortcuts = Literal["off", "all_default", "same_as_previous", "both"]


@dataclass(frozen=True, slots=True)
class Text:
    """The text of a task, link or answer in one language.

    Attributes:
        name: for readers.
        help: one line.
        anchor: a heading of the guideline.
        low, high: of an ordered task, names of the ends of its scale (the first and the last choice).
    """

    name: str
    help: str = ""
    anchor: str = ""
    low: str = ""
    high: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """One possible answer of a task: its slug, a word or a whole number, and its key, empty if it has none."""

    slug: str
    key: str = ""


@dataclass(frozen=True, slots=True)
class Task:
    """One question on an utterance, asked from one perspective.

    `distances` has a row per choice: its distances to every choice, from 0 to 1. It is empty if there are none.
    """

    slug: str
    scale: Scale
    perspective: Perspective
    choices: tuple[Choice, ...]
    default: str
    many: bool = False
    distances: tuple[tuple[float, ...], ...] = ()

    def slugs(self) -> tuple[str, ...]:
        """Return the choices' slugs, in the order of the scale."""
        return tuple(choice.slug for choice in self.choices)

    @property
    def is_ordered(self) -> bool:
        """Whether the order of the choices has a meaning."""
        return self.scale in {"ordinal", "interval"}


@dataclass(frozen=True, slots=True)
class Link:
    """The directed correlation between two tasks; `keys` holds one key per value, or is empty."""

    slug: str
    source: str
    target: str
    values: tuple[int, ...]
    keys: str
    asked_when: str
    condition: Tree


@dataclass(frozen=True, slots=True)
class Expectation:
    """An expected combination: a finding is raised if `condition` holds and `consequence` does not."""

    if_text: str
    then_text: str
    condition: Tree
    consequence: Tree


@dataclass(frozen=True, slots=True)
class Policy:
    """The labelling policy: annotators per dialogue, their view, and the order of work."""

    k: int = 3
    context: Literal["all", "past"] = "all"
    watch_first: bool = True
    order: Literal["shuffled-blocks", "sequential"] = "shuffled-blocks"
    shortcuts: Shortcuts = "off"
    cannot_judge: Literal["per-task", "off"] = "per-task"
    expiry: Literal["reopen", "keep", "manager"] = "reopen"
    returned: Literal["reopen", "manager"] = "reopen"

    def allows(self, shortcut: Shortcut) -> bool:
        """Return whether one key may answer every question at once."""
        return self.shortcuts in (shortcut, "both")


@dataclass(frozen=True, slots=True)
class Codebook:
    """A checked codebook. `texts` is language -> path -> `Text`; a path is `question` or `question.answer`."""

    name: str
    tasks: tuple[Task, ...]
    links: tuple[Link, ...] = ()
    expectations: tuple[Expectation, ...] = ()
    policy: Policy = Policy()
    texts: Mapping[str, Mapping[str, Text]] = field(default_factory=dict)

    @property
    def questions(self) -> tuple[Task | Link, ...]:
        """All tasks, then all links: the order of every page, statistic and export."""
        return (*self.tasks, *self.links)

    def task(self, slug: str) -> Task:
        """Return a task; raises `KeyError` if there is none."""
        return {task.slug: task for task in self.tasks}[slug]

    def text(self, path: str, language: str) -> Text:
        """Return the text of a question or of one of its answers.

        Args:
            path: `emotion`, `emotion.joy`, `emotion_sentiment`, `emotion_sentiment.-2`.
            language: a code of `texts`, or one of Django's (`zh-hans` for `zh`). Without a text in it, the slug is
                the name. A choice that is a number is shown with it in any case: `−2`, `−2 calm`.
        """
        texts = self.texts.get(language) or self.texts.get(language.partition("-")[0]) or {}
        text, (question, _, slug) = texts.get(path), path.rpartition(".")
        if not question or not NUMBER.fullmatch(slug):
            return text or Text(slug)
        number = slug.replace("-", "−")
        if text is None:
            return Text(number)
        is_choice = any(task.slug == question for task in self.tasks)
        return replace(text, name=f"{number} {text.name}") if is_choice else text


def answer_slugs(question: Task | Link) -> tuple[str, ...]:
    """Return the possible answers of a question as text: the slugs of choices, or the values of a link."""
    return question.slugs() if isinstance(question, Task) else tuple(map(str, question.values))


def as_document(codebook: Codebook) -> dict[str, Any]:
    """Return the JSON form of a codebook, which is stored, released and sent to the page."""
    return {
        "format": FORMAT,
        "name": codebook.name,
        "tasks": [_task_document(task) for task in codebook.tasks],
        "links": [_link_document(link) for link in codebook.links],
        "expectations": [
            {"if": each.if_text, "then": each.then_text, "condition": each.condition, "consequence": each.consequence}
            for each in codebook.expectations
        ],
        "policy": {name: getattr(codebook.policy, name) for name in Policy.__slots__},
        "texts": {
            language: {path: _text_document(text) for path, text in texts.items()}
            for language, texts in codebook.texts.items()
        },
    }


def from_document(document: Mapping[str, Any]) -> Codebook:
    """Return the codebook of a document made by `as_document`.

    Raises:
        ValueError: the document has another format.
    """
    if document["format"] != FORMAT:
        raise ValueError(f"not a {FORMAT}: {document['format']}")
    return Codebook(
        name=document["name"],
        tasks=tuple(_task(task) for task in document["tasks"]),
        links=tuple(_link(link) for link in document["links"]),
        expectations=tuple(
            Expectation(each["if"], each["then"], each["condition"], each["consequence"])
            for each in document["expectations"]
        ),
        policy=Policy(**_policy(document["policy"])),
        texts={
            language: {path: Text(**text) for path, text in texts.items()}
            for language, texts in document["texts"].items()
        },
    )


def _policy(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return a policy; versions are append-only, so values stored under earlier names are mapped."""
    read = dict(document)
    if read.get("context") == "before":
        read["context"] = "past"
    if isinstance(read.get("shortcuts"), bool):
        read["shortcuts"] = "both" if read["shortcuts"] else "off"
    return read


def _text_document(text: Text) -> dict[str, str]:
    """Return a text; the ends of a scale only where they are given, as in the documents of earlier versions."""
    return {name: part for name, part in asdict(text).items() if part or name not in {"low", "high"}}


def _task_document(task: Task) -> dict[str, Any]:
    return {
        "slug": task.slug,
        "scale": task.scale,
        "perspective": task.perspective,
        "many": task.many,
        "default": task.default,
        "choices": [
            {"slug": choice.slug, "key": choice.key, "code": KEY_CODES.get(choice.key, "")} for choice in task.choices
        ],
    } | ({"distances": [list(row) for row in task.distances]} if task.distances else {})


def _link_document(link: Link) -> dict[str, Any]:
    keys = link.keys or [""] * len(link.values)
    return {
        "slug": link.slug,
        "from": link.source,
        "to": link.target,
        "values": [
            {"value": value, "key": key, "code": KEY_CODES.get(key, "")}
            for value, key in zip(link.values, keys, strict=True)
        ],
        "asked_when": link.asked_when,
        "condition": link.condition,
    }


def _task(document: Mapping[str, Any]) -> Task:
    return Task(
        slug=document["slug"],
        scale=document["scale"],
        perspective=document["perspective"],
        choices=tuple(Choice(choice["slug"], choice["key"]) for choice in document["choices"]),
        default=document["default"],
        many=document["many"],
        distances=tuple(tuple(row) for row in document.get("distances", ())),
    )


def _link(document: Mapping[str, Any]) -> Link:
    return Link(
        slug=document["slug"],
        source=document["from"],
        target=document["to"],
        values=tuple(value["value"] for value in document["values"]),
        keys="".join(value["key"] for value in document["values"]),
        asked_when=document["asked_when"],
        condition=document["condition"],
    )
