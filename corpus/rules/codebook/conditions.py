"""Conditions on answers: a small grammar with its own parser, never `eval`.

    condition  = "always" | either
    either     = both ("or" both)*
    both       = negated ("and" negated)*
    negated    = "not" negated | "(" either ")" | question ("==" | "!=") value

A condition is parsed once, on the server; the tree is stored and sent to the page as JSON lists:
`["always"]`, `["==", question, value]`, `["!=", question, value]`, `["not", tree]`, `["and", tree, tree]`,
`["or", tree, tree]`. `static/js/label/session/conditions.js` evaluates the same tree; tests/conditions.json checks both
for the same results.
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any

Tree = list[Any]

CANNOT_JUDGE = "cannot_judge"
NOT_APPLICABLE = "not_applicable"
WORDS = frozenset({"always", "and", "or", "not"})
SIGNS = frozenset({"==", "!=", "(", ")"})
MAX_DEPTH = 20
MAX_TOKENS = 500  # each "and" or "or" makes the tree deeper
SHOWN = 80  # characters of a text in a problem

_TOKEN = re.compile(r"\s*(?:(?P<sign>==|!=|\(|\))|(?P<word>-?[a-z0-9_]+))")


class ConditionFault(ValueError):  # noqa: N818 -- of the text, not of the program
    """A condition that does not match the grammar: `code` names the problem, `detail` the position in the text."""

    def __init__(self, code: str, detail: str) -> None:
        super().__init__(f"{code}: {detail}")
        self.code = code
        self.detail = detail[:SHOWN]


def parse(text: str) -> Tree:
    """Return the tree of a condition.

    Args:
        text: for example `emotion != neutral and not (sarcasm == yes)`.

    Raises:
        ConditionFault: the text is empty, not of the grammar, or nested deeper than `MAX_DEPTH`, or longer than
            `MAX_TOKENS`.
    """
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
    operator, *operands = tree
    if operator in {"==", "!="}:
        yield operands[0], operands[1]
        return
    for operand in operands:
        yield from comparisons(operand)


def _truth(tree: Tree, answers: Mapping[str, object]) -> bool | None:
    operator, *operands = tree
    match operator:
        case "always":
            return True
        case "==" | "!=":
            equal = _equal(answers.get(operands[0]), operands[1])
            return equal if equal is None or operator == "==" else not equal
        case "not":
            truth = _truth(operands[0], answers)
            return None if truth is None else not truth
        case "and" | "or":
            decisive = bool(operator == "or")
            truths: list[bool | None] = [_truth(operand, answers) for operand in operands]
            if decisive in truths:
                return decisive
            return None if None in truths else not decisive
    raise ConditionFault("unknown_operator", str(operator))


def _equal(answer: object, value: str) -> bool | None:
    if answer is None or answer in (CANNOT_JUDGE, NOT_APPLICABLE):
        return None
    if isinstance(answer, list):
        return value in answer
    return str(answer) == value


class _Parser:
    """Recursive descent over the tokens of one condition."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = list(_tokens(text))
        self.place = 0

    def whole(self) -> Tree:
        if self.tokens == ["always"]:
            return ["always"]
        if len(self.tokens) > MAX_TOKENS:
            raise ConditionFault("too_long", str(MAX_TOKENS))
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
