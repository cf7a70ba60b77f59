"""Codebooks for sources whose questions no shipped codebook has, written as YAML."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from typing import Any

import yaml

EKMAN = ("neutral", "joy", "sadness", "anger", "fear", "surprise", "disgust")
RESERVED = (
    *("id", "dialogue", "order", "series", "episode", "speaker", "text", "start_ms", "end_ms", "clip"),
    *("always", "and", "or", "not"),
)
KEYS = "123456789qwertyuiopasdfhjklzxcvbnm"


def codebook(name: str, tasks: Mapping[str, Mapping[str, Any]]) -> str:
    """Return the YAML of a codebook.

    Args:
        name: of the codebook.
        tasks: slug -> `choices` and, if they differ from the defaults, `scale` (nominal), `many` (false), `perspective`
            (speaker) and `names` (choice -> text for people).
    """
    document: dict[str, Any] = {"name": slug_of(name)[:80], "tasks": {}}
    texts: dict[str, dict[str, str]] = {}
    keys = iter(KEYS)
    for slug, task in tasks.items():
        choices = [str(choice) for choice in task["choices"]]
        given = [next(keys, "") for _choice in choices] if len(choices) <= 12 else []
        document["tasks"][slug] = {
            "scale": task.get("scale", "nominal"),
            "choices": choices,
            "default": choices[0],
            "perspective": task.get("perspective", "speaker"),
        }
        if given and all(given):
            document["tasks"][slug]["keys"] = "".join(given)
        if task.get("many"):
            document["tasks"][slug]["many"] = "true"
        names = task.get("names", {})
        texts |= {f"{slug}.{choice}": {"name": names[choice]} for choice in choices if choice in names}
        if "title" in task:
            texts[slug] = {"name": task["title"]}
    if texts:
        document["texts"] = {"en": texts}
    written: str = yaml.safe_dump(document, allow_unicode=True, sort_keys=False, width=120)
    return written


def slug_of(text: str, taken: Sequence[str] = (), *, start: str = "value") -> str:
    """Return a word of letters a to z, digits and underscores for any text, different from those in `taken`."""
    stem = re.sub(r"[^a-z0-9]+", "_", text.strip().casefold()).strip("_") or start
    if not stem[0].isalpha():
        stem = f"{start}_{stem}"
    if stem in {"cannot_judge", "not_applicable", "always", "and", "or", "not"}:
        stem = f"{start}_{stem}"
    slug, number = stem[:60], 1
    while slug in taken:
        number += 1
        slug = f"{stem[:56]}_{number}"
    return slug


class LabelSets:
    """The questions of a source that states them by its answers alone: label by label, in the order of appearance."""

    def __init__(self) -> None:
        self._names: dict[str, str] = {}  # name of a question in the source -> slug
        self._choices: dict[str, dict[str, str]] = {}  # slug -> label -> slug of the choice
        self._many: set[str] = set()

    def question(self, name: str) -> str:
        """Return the slug of a question."""
        if name not in self._names:
            slug = slug_of(name, [*self._names.values(), *RESERVED], start="task")
            self._names[name] = slug
            self._choices[slug] = {}
        return self._names[name]

    def answer(self, question: str, labels: Sequence[str]) -> list[str]:
        """Return the slugs of the chosen labels; with several, the question is one that takes several."""
        choices = self._choices[question]
        for label in labels:
            if label not in choices:
                number = re.fullmatch(r"-?[1-9][0-9]{0,3}|0", label)
                choices[label] = label if number else slug_of(label, list(choices.values()), start="choice")
        if len(set(labels)) > 1:
            self._many.add(question)
        return list(dict.fromkeys(choices[label] for label in labels))

    def settled(self, question: str, chosen: list[str]) -> Any:
        """Return an answer in the form that the question takes, once all answers were seen."""
        if question not in self._many:
            return chosen[0]
        return [slug for slug in self._choices[question].values() if slug in chosen]

    def codebook(self, name: str) -> str:
        """Return the YAML of the codebook; "" if no question has an answer."""
        titles = {slug: title for title, slug in self._names.items()}
        tasks: dict[str, dict[str, Any]] = {}
        for question, choices in self._choices.items():
            if not choices:
                continue
            slugs = list(choices.values())
            if len(slugs) == 1:
                slugs.append(slug_of("other", slugs))  # a task needs two choices
            numeric = all(re.fullmatch(r"-?[0-9]+", slug) for slug in slugs)
            tasks[question] = {
                "choices": sorted(slugs, key=int) if numeric else slugs,
                "many": question in self._many,
                "names": {slug: label for label, slug in choices.items() if label != slug},
                "title": titles[question],
            }
        return codebook(name, tasks) if tasks else ""
