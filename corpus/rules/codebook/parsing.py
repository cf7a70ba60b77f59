"""The parser of a codebook's YAML, which reports every problem with its location, not only the first."""

import re
from collections import Counter
from collections.abc import Callable, Iterable
from typing import Any, TypeVar, get_args

from corpus.rules.codebook import conditions
from corpus.rules.codebook.choice_keys import KeyOwners
from corpus.rules.codebook.conditions import CANNOT_JUDGE, NOT_APPLICABLE, Tree
from corpus.rules.codebook.definition import (
    MAX_CHOICES,
    NUMBER,
    Choice,
    Codebook,
    Expectation,
    Link,
    Perspective,
    Policy,
    Scale,
    Task,
    Text,
    answer_slugs,
)
from corpus.rules.codebook.problem import Problem
from corpus.rules.codebook.strict_yaml import Yaml

Read = TypeVar("Read")
Entry = TypeVar("Entry")

SLUG = re.compile(r"[a-z][a-z0-9_]{0,39}")
CHOICE = re.compile(f"{SLUG.pattern}|{NUMBER.pattern}")
NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,79}")
INTEGER = re.compile(r"-?[0-9]{1,2}")
DISTANCE = re.compile(r"0(\.[0-9]{1,6})?|1(\.0{1,6})?")
# words of the conditions, and the columns of a release other than the questions
RELEASE_COLUMNS = {"id", "dialogue", "order", "series", "episode", "speaker", "text", "start_ms", "end_ms", "clip"}
RESERVED_QUESTIONS = conditions.WORDS | RELEASE_COLUMNS
RESERVED_SUFFIXES = ("_source", "_votes")
RESERVED_CHOICES = conditions.WORDS | {CANNOT_JUDGE, NOT_APPLICABLE}
MAX_TEXT = 300
# Together at most as many questions as a request of the API may answer.
MAX_ENTRIES = {"tasks": 50, "links": 50, "expectations": 100}

POLICY: dict[str, dict[str, Any]] = {
    "k": {str(k): k for k in range(1, 21)},
    "context": {"all": "all", "past": "past"},
    "watch_first": {"true": True, "false": False},
    "order": {"shuffled-blocks": "shuffled-blocks", "sequential": "sequential"},
    "shortcuts": {each: each for each in ("off", "all_default", "same_as_previous", "both")},
    "cannot_judge": {"per-task": "per-task", "off": "off"},
    "expiry": {each: each for each in ("reopen", "keep", "manager")},
    "returned": {each: each for each in ("reopen", "manager")},
}


class CodebookFault(ValueError):  # noqa: N818 -- of the text, not of the program
    """An invalid codebook; `problems` lists all its problems."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


def parse(yaml_text: str) -> Codebook:
    """Return the codebook of a YAML text; docs/codebook.md describes the format.

    Raises:
        CodebookFault: with every problem found.
    """
    reader = _Reader(Yaml(yaml_text))
    codebook = reader.codebook()
    if reader.yaml.problems:
        raise CodebookFault(reader.yaml.listed_problems())
    return codebook


class _Reader:
    """Reads section by section; records problems and continues with a substitute value."""

    def __init__(self, yaml: Yaml) -> None:
        self.yaml = yaml
        self.problem = yaml.problem
        self.key_owners = KeyOwners()
        self.tasks: tuple[Task, ...] = ()
        self.answers: dict[str, tuple[str, ...]] = {}  # question -> its answers, as far as they have been read

    def codebook(self) -> Codebook:
        if self.yaml.problems and self.yaml.content is None:
            return Codebook(name="", tasks=())
        known = ("name", "tasks", "links", "expectations", "policy", "texts")
        content = self.yaml.mapping(self.yaml.content, "", known, needed=("name", "tasks"))
        name = self.yaml.word(content.get("name"), "name", NAME)
        self.tasks = tasks = tuple(self.each(content.get("tasks"), "tasks", self.task))
        if "tasks" in content and not tasks:
            self.problem("empty", "tasks")
        self.answers = {task.slug: answer_slugs(task) for task in tasks}
        links = tuple(self.each(content.get("links"), "links", self.link))
        for link in links:
            if link.slug in self.answers:
                self.problem("given_twice", f"links.{link.slug}", link.slug)
        self.answers |= {link.slug: answer_slugs(link) for link in links}
        return Codebook(
            name=name,
            tasks=tasks,
            links=links,
            expectations=self.expectations(content.get("expectations")),
            policy=self.policy(content.get("policy")),
            texts=self.texts(content.get("texts")),
        )

    # --- sections --------------------------------------------------------------------------------------------

    def each(self, value: Any, section: str, read: Callable[[str, Any, str], Read]) -> list[Read]:
        found = []
        entries = self.yaml.mapping(value if value is not None else {}, section)
        for slug, content in self.bounded(list(entries.items()), section, MAX_ENTRIES[section]):
            where = f"{section}.{slug}"
            self.yaml.word(slug, where, SLUG)
            if slug in RESERVED_QUESTIONS or slug.endswith(RESERVED_SUFFIXES):
                self.problem("reserved", where, slug)
            found.append(read(slug, content, where))
        return found

    def task(self, slug: str, value: Any, where: str) -> Task:
        known = ("scale", "choices", "default", "perspective", "keys", "many", "distances")
        content = self.yaml.mapping(value, where, known, needed=("scale", "choices", "default", "perspective"))
        choices = self.choices(content.get("choices"), f"{where}.choices")
        scale = self.yaml.one_of(content, "scale", get_args(Scale), where)
        if scale == "binary" and choices and len(choices) != 2:
            self.problem("not_two_choices", f"{where}.choices", str(len(choices)))
        many = self.yaml.one_of(content, "many", ("true", "false"), where, otherwise="false") == "true"
        if many and scale != "nominal":
            self.problem("many_needs_nominal", f"{where}.many", scale)
        if scale == "interval" and (words := [each for each in choices if not NUMBER.fullmatch(each)]):
            self.problem("interval_needs_numbers", f"{where}.choices", words[0])
        keys = self.keys(content.get("keys"), choices, slug, f"{where}.keys")
        return Task(
            slug=slug,
            scale=scale,
            perspective=self.yaml.one_of(content, "perspective", get_args(Perspective), where),
            choices=tuple(Choice(*pair) for pair in zip(choices, keys or [""] * len(choices), strict=True)),
            default=self.yaml.one_of(content, "default", choices, where),
            many=many,
            distances=self.distances(content.get("distances"), choices, f"{where}.distances", many=many),
        )

    def distances(
        self, value: Any, choices: tuple[str, ...], where: str, *, many: bool
    ) -> tuple[tuple[float, ...], ...]:
        """Return the distances between choices, empty if there are none or a problem."""
        if value is None:
            return ()
        if many:
            self.problem("distances_of_sets", where)
            return ()
        rows = [self.yaml.listed(row, where) for row in self.yaml.listed(value, where)]
        if [len(row) for row in rows] != [len(choices)] * len(choices):
            self.problem("not_a_matrix", where, str(len(choices)))
            return ()
        texts = [[self.yaml.word(each, where, DISTANCE) for each in row] for row in rows]
        read = tuple(tuple(float(text or 0) for text in row) for row in texts)
        places = range(len(choices))
        if any(read[one][one] for one in places):
            self.problem("distance_to_itself", where)
        uneven = [(one, other) for one in places for other in range(one) if read[one][other] != read[other][one]]
        if uneven:
            self.problem("not_symmetric", where, ", ".join(choices[place] for place in reversed(uneven[0])))
        if all(all(text for text in row) for row in texts) and not any(map(any, read)):
            self.problem("no_distances", where)
        return read

    def link(self, slug: str, value: Any, where: str) -> Link:
        known = ("from", "to", "values", "keys", "asked_when")
        content = self.yaml.mapping(value, where, known, needed=("from", "to", "values", "asked_when"))
        ends = {end: self.yaml.word(content.get(end), f"{where}.{end}", SLUG) for end in ("from", "to")}
        for end, task in ends.items():
            if task and task not in self.answers:
                self.problem("unknown_task", f"{where}.{end}", task)
        if ends["from"] and ends["from"] == ends["to"]:
            self.problem("link_to_itself", where, ends["from"])
        values = self.values(content.get("values"), f"{where}.values")
        return Link(
            slug=slug,
            source=ends["from"],
            target=ends["to"],
            values=values,
            keys=self.keys(content.get("keys"), values, slug, f"{where}.keys"),
            asked_when=str(content.get("asked_when", "")),
            condition=self.condition(content.get("asked_when", "always"), f"{where}.asked_when"),
        )

    def expectations(self, value: Any) -> tuple[Expectation, ...]:
        read = []
        listed = self.yaml.listed(value, "expectations")
        for place, each in enumerate(self.bounded(listed, "expectations", MAX_ENTRIES["expectations"]), start=1):
            where = f"expectations.{place}"
            content = self.yaml.mapping(each, where, ("if", "then"), needed=("if", "then"))
            texts = [content.get(part, "always") for part in ("if", "then")]
            trees = [self.condition(text, f"{where}.{part}") for text, part in zip(texts, ("if", "then"), strict=True)]
            read.append(Expectation(str(texts[0]), str(texts[1]), trees[0], trees[1]))
        return tuple(read)

    def policy(self, value: Any) -> Policy:
        content = self.yaml.mapping(value if value is not None else {}, "policy", tuple(POLICY))
        read: dict[str, Any] = {
            name: POLICY[name].get(self.yaml.one_of(content, name, tuple(POLICY[name]), "policy"))
            for name in POLICY
            if name in content
        }
        return Policy(**read)

    def texts(self, value: Any) -> dict[str, dict[str, Text]]:
        paths = set(self.answers)
        ordered = {task.slug for task in self.tasks if task.is_ordered}
        paths |= {f"{question}.{answer}" for question, answers in self.answers.items() for answer in answers}
        read: dict[str, dict[str, Text]] = {}
        for language, texts in self.yaml.mapping(value if value is not None else {}, "texts").items():
            where = f"texts.{language}"
            if not re.fullmatch(r"[a-z]{2,3}", language):
                self.problem("not_a_language", where, language)
            read[language] = {
                path: self.text(text, f"{where}.{path}") for path, text in self.yaml.mapping(texts, where).items()
            }
            for path in read[language]:
                if path not in paths:
                    self.problem("unknown_text", f"{where}.{path}", path)
                elif path not in ordered and (read[language][path].low or read[language][path].high):
                    self.problem("ends_need_order", f"{where}.{path}")
        return read

    def text(self, value: Any, where: str) -> Text:
        if isinstance(value, str):
            value = {"name": value}
        parts = ("name", "help", "anchor", "low", "high")
        content = self.yaml.mapping(value, where, parts, needed=("name",))
        for part, text in content.items():
            if not isinstance(text, str) or not text.strip() or len(text) > MAX_TEXT:
                self.problem("not_a_text", f"{where}.{part}", str(MAX_TEXT))
        return Text(**{part: str(content.get(part, "")) for part in parts})

    # --- parts -----------------------------------------------------------------------------------------------

    def choices(self, value: Any, where: str) -> tuple[str, ...]:
        listed = self.bounded(self.yaml.listed(value, where), where, MAX_CHOICES)
        choices = [self.yaml.word(each, where, CHOICE) for each in listed]
        self.no_repeats(choices, where)
        for choice in choices:
            if choice in RESERVED_CHOICES:
                self.problem("reserved", where, choice)
        if value is not None and len(choices) < 2:
            self.problem("too_few", where)
        return tuple(choices)

    def values(self, value: Any, where: str) -> tuple[int, ...]:
        listed = self.bounded(self.yaml.listed(value, where), where, MAX_CHOICES)
        texts = [self.yaml.word(each, where, INTEGER) for each in listed]
        values = [int(text) for text in texts if text]
        self.no_repeats(texts, where)
        if values != sorted(values):
            self.problem("not_ascending", where)
        if value is not None and len(texts) < 2:
            self.problem("too_few", where)
        return tuple(values)

    def keys(self, value: Any, answers: tuple[str, ...] | tuple[int, ...], owner: str, where: str) -> str:
        """Return the keys of a task's choices or a link's values, "" if it has none."""
        if value is None:
            return ""
        if not isinstance(value, str) or len(value) != len(answers):
            self.problem("not_one_key_each", where, str(len(answers)))
            return ""
        for key in value:
            if problem := self.key_owners.assign(key, owner):
                self.problem(problem[0], where, problem[1])
        return value

    def condition(self, text: Any, where: str) -> Tree:
        try:
            tree = conditions.parse(text if isinstance(text, str) else "")
        except conditions.ConditionFault as fault:
            self.problem(f"condition_{fault.code}", where, fault.detail)
            return ["always"]
        for question, answer in conditions.comparisons(tree):
            if question not in self.answers:
                self.problem("unknown_question", where, question)
            elif answer not in self.answers[question]:
                self.problem("unknown_answer", where, f"{question}: {answer}")
        return tree

    def no_repeats(self, values: list[str], where: str) -> None:
        for value in sorted(value for value, times in Counter(values).items() if times > 1):
            self.problem("given_twice", where, value)

    def bounded(self, entries: list[Entry], where: str, most: int) -> list[Entry]:
        """Return the first `most` entries; more are a problem."""
        if len(entries) > most:
            self.problem("too_many", where, str(most))
        return entries[:most]
