"""YAML as plain text: mappings, lists and strings, each with its line.

Scalars are not interpreted (`yes`, `no`, `1` and `~` stay strings), a repeated key is a problem, and aliases and tags,
which can expand a small file or build objects, are refused.
"""

import re
from typing import Any

import yaml

from corpus.rules.codebook.problem import Problem

MAX_CHARACTERS = 200_000
MAX_DEPTH = 10
MAX_NODES = 20_000
MAX_PROBLEMS = 200


class Yaml:
    """A YAML file's content.

    Attributes:
        content: nested dicts, lists and strings.
        lines: path (`tasks.emotion.choices`) -> line in the file, from 1.
        problems: of the file as YAML.
    """

    def __init__(self, text: str) -> None:
        self.content: Any = None
        self.lines: dict[str, int] = {}
        self.problems: list[Problem] = []
        if len(text) > MAX_CHARACTERS:
            self.problems.append(Problem("too_long", "", str(MAX_CHARACTERS)))
            return
        try:
            node = _Composer(text).get_single_node()
        except TooManyNodesError as fault:
            self.problems.append(Problem("too_many_nodes", "", str(MAX_NODES), fault.line))
        except yaml.YAMLError as fault:
            mark = getattr(fault, "problem_mark", None)
            detail = str(getattr(fault, "problem", None) or fault)
            self.problems.append(Problem("not_yaml", "", detail, mark.line + 1 if mark else 0))
        else:
            self.content = self._value(node, "")

    def problem(self, code: str, where: str, detail: str = "") -> None:
        """Record a problem with the line of its location or of the nearest parent."""
        place = where
        while place and place not in self.lines:
            place = place.rpartition(".")[0]
        self.problems.append(Problem(code, where, detail, self.lines.get(place, 0)))

    def listed_problems(self) -> list[Problem]:
        """Return the problems; of more than `MAX_PROBLEMS`, the first and the number of all others."""
        others = len(self.problems) - MAX_PROBLEMS
        return self.problems if others <= 0 else [*self.problems[:MAX_PROBLEMS], Problem("more", "", str(others))]

    def mapping(
        self, value: Any, where: str, known: tuple[str, ...] | None = None, needed: tuple[str, ...] = ()
    ) -> dict[str, Any]:
        """Return a mapping, empty for another value; unknown and missing names are recorded as problems."""
        if not isinstance(value, dict):
            self.problem("not_a_mapping", where)
            return {}
        for name in value:
            if known is not None and name not in known:
                self.problem("unknown_name", f"{where}.{name}".lstrip("."), name)
        for name in needed:
            if name not in value:
                self.problem("missing", f"{where}.{name}".lstrip("."))
        return value

    def listed(self, value: Any, where: str) -> list[Any]:
        """Return a list, empty for None and, with a problem, for another value."""
        if value is not None and not isinstance(value, list):
            self.problem("not_a_list", where)
        return value if isinstance(value, list) else []

    def word(self, value: Any, where: str, form: re.Pattern[str]) -> str:
        """Return a string that matches the pattern; otherwise record a problem and return ""."""
        if isinstance(value, str) and form.fullmatch(value):
            return value
        if value is not None:
            self.problem("not_a_name", where, str(value)[:40])
        return ""

    def one_of(
        self, content: dict[str, Any], name: str, choices: tuple[str, ...], where: str, otherwise: str = ""
    ) -> Any:
        """Return the string under `name`, which must be one of the choices; otherwise record a problem."""
        value = content.get(name, otherwise)
        if name in content and value not in choices:
            self.problem("not_one_of", f"{where}.{name}", ", ".join(choices))
            return otherwise
        return value

    def _value(self, node: yaml.Node | None, where: str) -> Any:
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, where)
        if isinstance(node, yaml.SequenceNode):
            return [self._value(each, f"{where}.{place}") for place, each in enumerate(node.value, start=1)]
        return node.value if node else None

    def _mapping(self, node: yaml.MappingNode, where: str) -> dict[str, Any]:
        content: dict[str, Any] = {}
        for key, value in node.value:
            name = key.value if isinstance(key, yaml.ScalarNode) else ""
            place = f"{where}.{name}" if where else name
            line = key.start_mark.line + 1
            self.lines.setdefault(place, line)
            if not name or name in content:
                self.problems.append(Problem("given_twice" if name else "not_a_name", place or where, name, line))
                continue
            content[name] = self._value(value, place)
        return content


class TooManyNodesError(Exception):
    """A file with more than `MAX_NODES` mappings, lists and texts; `line` is where the limit is passed."""

    def __init__(self, line: int) -> None:
        super().__init__(line)
        self.line = line


class _Composer(yaml.BaseLoader):
    """Composes nodes; refuses aliases, tags, deep nesting and too many nodes."""

    depth = 0
    nodes = 0

    def compose_node(self, parent: yaml.Node | None, index: int) -> yaml.Node | None:
        event = self.peek_event()  # type: ignore[no-untyped-call]  # PyYAML is typed in part
        self.nodes += 1
        if self.nodes > MAX_NODES:
            raise TooManyNodesError(event.start_mark.line + 1)
        refused = self._refused(event)
        if refused:
            raise yaml.MarkedYAMLError(problem=refused, problem_mark=event.start_mark)
        self.depth += 1
        node = super().compose_node(parent, index)
        self.depth -= 1
        return node

    def _refused(self, event: yaml.Event) -> str:
        if isinstance(event, yaml.AliasEvent):
            return "aliases are not taken"
        if getattr(event, "tag", None) is not None:
            return "tags are not taken"
        return "nested too deep" if self.depth == MAX_DEPTH else ""
