"""Conditions on answers: a small grammar with its own parser, never `eval`.

    condition  = "always" | either
    either     = both ("or" both)*
    both       = negated ("and" negated)*
    negated    = "not" negated | "(" either ")" | question ("==" | "!=") value

A condition is parsed once, on the server; the tree is stored and sent to the page as JSON lists:
`["always"]`, `["==", question, value]`, `["!=", question, value]`, `["not", tree]`, `["and", tree, tree]`,
`["or", tree, tree]`; stored trees of earlier versions may have more operands after `and` and `or`, see `flattened`.
`static/js/label/session/conditions.js` evaluates the same tree; tests/conditions.json checks both for the same results.

Both evaluate without recursion, and the parser bounds what it reads: a chain of n comparisons is a tree of depth n,
which Python could neither evaluate nor write as JSON by recursion if n were large.
"""

import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any, TypeVar

Tree = list[Any]
R = TypeVar("R")

CANNOT_JUDGE = "cannot_judge"
NOT_APPLICABLE = "not_applicable"
WORDS = frozenset({"always", "and", "or", "not"})
SIGNS = frozenset({"==", "!=", "(", ")"})
JOINS = frozenset({"not", "and", "or"})
MAX_CHARACTERS = 5_000
MAX_COMPARISONS = 100
MAX_DEPTH = 20  # of brackets and `not`
MAX_TREE_DEPTH = MAX_COMPARISONS + MAX_DEPTH  # follows from the two
SHOWN = 60  # characters of a condition in the detail of a fault

_TOKEN = re.compile(r"\s*(?:(?P<sign>==|!=|\(|\))|(?P<word>-?[a-z0-9_]+))")


class ConditionFault(ValueError):  # noqa: N818 -- of the text, not of the program
    """A condition that does not match the grammar: `code` names the problem, `detail` the position in the text."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail


def parse(text: str) -> Tree:
    """Return the tree of a condition.

    Args:
        text: for example `emotion != neutral and not (sarcasm == yes)`.

    Raises:
        ConditionFault: the text is empty, not of the grammar, longer than `MAX_CHARACTERS`, nested deeper than
            `MAX_DEPTH`, or has more than `MAX_COMPARISONS`.
    """
    if len(text) > MAX_CHARACTERS:
        raise ConditionFault("too_long", str(MAX_CHARACTERS))
    return _Parser(text).whole()


def holds(tree: Tree, answers: Mapping[str, object]) -> bool:
    """Return whether a condition is known to hold.

    A missing or `cannot_judge` answer is unknown, and so is what depends on it (Kleene's three-valued logic):
    `emotion != neutral` does not hold for an emotion that cannot be judged. For a task with several choices, `==`
    tests whether the value is among them.

    Args:
        tree: as `parse` returns it.
        answers: question slug -> answer.
    """
    return _truth(tree, answers) is True


def comparisons(tree: Tree) -> Iterator[tuple[str, str]]:
    """Yield (question, value) of each comparison in a tree, from left to right."""
    waiting = [tree]
    while waiting:
        operator, *operands = waiting.pop()
        if operator in {"==", "!="}:
            yield operands[0], operands[1]
        else:
            waiting += reversed(operands)


def depth(tree: Tree) -> int:
    """Return the number of nested lists of a tree."""
    deepest, waiting = 0, [(tree, 1)]
    while waiting:
        (operator, *operands), level = waiting.pop()
        deepest = max(deepest, level)
        if operator in JOINS:
            waiting += [(operand, level + 1) for operand in operands]
    return deepest


def flattened(tree: Tree) -> Tree:
    """Return an equivalent tree in which a chain of `and`, or of `or`, is one list with all its operands."""

    def joined(operator: str, operands: list[Tree]) -> Tree:
        flat: Tree = [operator]
        for operand in operands:
            flat += operand[1:] if operand[0] == operator != "not" else [operand]
        return flat

    return folded(tree, lambda leaf: leaf, joined)


def _truth(tree: Tree, answers: Mapping[str, object]) -> bool | None:
    def of_leaf(leaf: Tree) -> bool | None:
        operator, *operands = leaf
        if operator == "always":
            return True
        if operator not in {"==", "!="}:
            raise ConditionFault("unknown_operator", str(operator))
        equal = _equal(answers.get(operands[0]), operands[1])
        return equal if equal is None or operator == "==" else not equal

    def joined(operator: str, truths: list[bool | None]) -> bool | None:
        if operator == "not":
            return None if truths[0] is None else not truths[0]
        decisive = operator == "or"
        if decisive in truths:
            return decisive
        return None if None in truths else not decisive

    return folded(tree, of_leaf, joined)


def folded(tree: Tree, of_leaf: Callable[[Tree], R], joined: Callable[[str, list[R]], R]) -> R:
    """Return the value of a tree from the values of its leaves, without recursion.

    Args:
        tree: of any depth.
        of_leaf: returns the value of `always` or of a comparison.
        joined: returns the value of `not`, `and` or `or` from those of its operands.
    """
    values: list[R] = []
    waiting: list[tuple[Tree, bool]] = [(tree, False)]
    while waiting:
        node, has_values = waiting.pop()
        if node[0] not in JOINS:
            values.append(of_leaf(node))
        elif has_values:
            first = len(values) - len(node) + 1
            values[first:] = [joined(node[0], values[first:])]
        else:
            waiting.append((node, True))
            waiting += [(operand, False) for operand in reversed(node[1:])]
    return values[0]


def _equal(answer: object, value: str) -> bool | None:
    if answer is None or answer in (CANNOT_JUDGE, NOT_APPLICABLE):
        return None
    if isinstance(answer, list):
        return value in answer
    return str(answer) == value


class _Parser:
    """Recursive descent over the tokens of one condition."""

    def __init__(self, text: str) -> None:
        self.text = text if len(text) <= SHOWN else f"{text[:SHOWN]}…"
        self.tokens = list(_tokens(text))
        self.place = 0
        self.comparisons = 0

    def whole(self) -> Tree:
        if self.tokens == ["always"]:
            return ["always"]
        tree = self.either(0)
        if self.place < len(self.tokens):
            raise ConditionFault("unexpected", self.tokens[self.place])
        return tree

    def either(self, depth: int) -> Tree:
        tree = self.both(depth)
        while self.taken("or"):
            tree = ["or", tree, self.both(depth)]
        return tree

    def both(self, depth: int) -> Tree:
        tree = self.negated(depth)
        while self.taken("and"):
            tree = ["and", tree, self.negated(depth)]
        return tree

    def negated(self, depth: int) -> Tree:
        if depth > MAX_DEPTH:
            raise ConditionFault("too_deep", self.text)
        if self.taken("not"):
            return ["not", self.negated(depth + 1)]
        if self.taken("("):
            tree = self.either(depth + 1)
            if not self.taken(")"):
                raise ConditionFault("unclosed", self.text)
            return tree
        return self.comparison()

    def comparison(self) -> Tree:
        question = self.word()
        self.comparisons += 1
        if self.comparisons > MAX_COMPARISONS:
            raise ConditionFault("too_many", str(MAX_COMPARISONS))
        for operator in ("==", "!="):
            if self.taken(operator):
                return [operator, question, self.word()]
        raise ConditionFault("not_a_comparison", question)

    def word(self) -> str:
        if self.place == len(self.tokens):
            raise ConditionFault("ends_early", self.text)
        token = self.tokens[self.place]
        if token in WORDS | SIGNS:
            raise ConditionFault("unexpected", token)
        self.place += 1
        return token

    def taken(self, token: str) -> bool:
        found = self.place < len(self.tokens) and self.tokens[self.place] == token
        self.place += found
        return found


def _tokens(text: str) -> Iterator[str]:
    end, length = 0, len(text.rstrip())
    while end < length:
        match = _TOKEN.match(text, end)
        if match is None:
            raise ConditionFault("unexpected", text[end:].strip()[:20])
        yield match["sign"] or match["word"]
        end = match.end()
