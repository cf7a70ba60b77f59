import json
import sys
from collections.abc import Callable

import pytest

from corpus.rules.codebook import CodebookFault, as_document, conditions, definition, from_document, parse, parsing
from corpus.rules.codebook.strict_yaml import MAX_NODES, MAX_PROBLEMS
from tests.cpu_time import cpu_time

TASK = "{{scale: nominal, choices: [{}], default: c0, perspective: speaker}}"


def choices(count: int) -> str:
    return TASK.format(", ".join(f"c{number}" for number in range(count)))


def codebook(*, tasks: int = 2, of: int = 2, links: int = 0, asked_when: str = "always", more: str = "") -> str:
    lines = ["name: big", "tasks:", *(f"  t{number}: {choices(of)}" for number in range(tasks))]
    link = f"{{from: t0, to: t1, values: [0, 1], asked_when: '{asked_when}'}}"
    lines += ["links:", *(f"  l{number}: {link}" for number in range(links))] if links else []
    return "\n".join([*lines, more])


def chain(count: int) -> str:
    return " and ".join(["t0 != c0"] * count)


def problems(text: str) -> list[tuple[str, str, str]]:
    with pytest.raises(CodebookFault) as caught:
        parse(text)
    return [(each.code, each.where, each.detail) for each in caught.value.problems]


EXPECTED = "expectations: [" + "{if: always, then: always}, " * 101 + "]"


@pytest.mark.parametrize(
    ("text", "found"),
    [
        (codebook(of=201), [("too_many", "tasks.t0.choices", "200"), ("too_many", "tasks.t1.choices", "200")]),
        (codebook(tasks=51), [("too_many", "tasks", "50")]),
        (codebook(links=51), [("too_many", "links", "50")]),
        (codebook(more=EXPECTED), [("too_many", "expectations", "100")]),
        (codebook(links=1, asked_when=chain(101)), [("condition_too_many", "links.l0.asked_when", "100")]),
        (codebook(links=1, asked_when=chain(880)), [("condition_too_long", "links.l0.asked_when", "5000")]),
        (codebook(of=20_000, tasks=1), [("too_many_nodes", "", str(MAX_NODES))]),
    ],
    ids=["choices", "tasks", "links", "expectations", "comparisons", "characters", "entries"],
)
def test_a_codebook_over_a_limit_is_refused(text: str, found: list[tuple[str, str, str]]) -> None:
    assert problems(text) == found


def test_a_codebook_at_every_limit_is_read_at_any_depth_of_the_stack() -> None:
    text = codebook(tasks=50, of=definition.MAX_CHOICES // 2, links=50, asked_when=chain(100))
    read = nested(sys.getrecursionlimit() - stack_depth() - 250, text)
    assert (len(read.tasks), len(read.links)) == (50, 50)
    assert conditions.depth(read.links[0].condition) == 100 < conditions.MAX_TREE_DEPTH


def stack_depth() -> int:
    frame, count = sys._getframe(), 0
    while frame.f_back:
        frame, count = frame.f_back, count + 1
    return count


def nested(levels: int, text: str) -> definition.Codebook:
    """Read a codebook, store it and read it back, so many calls deeper; about 250 calls are left."""
    if levels:
        return nested(levels - 1, text)
    stored = from_document(json.loads(json.dumps(as_document(parse(text)))))
    assert conditions.holds(stored.links[0].condition, {"t0": "c1"})
    assert len(list(conditions.comparisons(stored.links[0].condition))) == 100
    return stored


def lines(text: str, count: int) -> str:
    return "".join(text.format(number) for number in range(count))


@pytest.mark.parametrize(
    ("text", "size"),
    [
        (lambda size: codebook(tasks=1, of=size), 19_000),
        (lambda size: codebook(tasks=50, of=size), 200),
        (lambda size: "name: a\ntasks:\n" + lines("  x{}: {{}}\n", size), 6_000),
        (lambda size: "name: a\npolicy: {" + lines("x{}: 1, ", size) + "}", 9_000),
        (lambda size: codebook(more="texts:\n  en:\n" + lines("    y{}: z\n", size)), 9_900),
        (lambda size: "name: a\ntasks: {x: {keys: " + "q" * size + "}}", 190_000),
        (lambda size: codebook(tasks=1).replace("[c0, c1]", f"[{', '.join(['c0'] * size)}]"), 19_000),
    ],
    ids=["choices", "tasks", "empty tasks", "policy", "texts", "keys", "one choice again and again"],
)
def test_the_work_grows_with_the_length_of_a_codebook_and_not_with_its_square(
    text: Callable[[int], str], size: int
) -> None:
    short, long = text(size // 4), text(size)
    check(short)  # warms up
    once = max(cpu_time(lambda: check(short)) for _ in range(3))
    assert cpu_time(lambda: check(long)) < 12 * once + 0.2  # the square would take 16 times as long


def check(text: str) -> None:
    try:
        parse(text)
    except CodebookFault as fault:
        assert len(fault.problems) <= MAX_PROBLEMS + 1  # noqa: PT017


def test_the_number_of_problems_that_are_not_listed_is_told() -> None:
    found = problems("name: a\npolicy: {" + ", ".join(f"x{number}: 1" for number in range(1_000)) + "}")
    assert len(found) == MAX_PROBLEMS + 1
    assert found[-1] == ("more", "", str(1_001 - MAX_PROBLEMS))


def test_the_api_takes_answers_to_all_questions() -> None:
    from annotator.domain.labelling.operations import MAX_ANSWERS, are_answers

    assert parsing.MAX_ENTRIES["tasks"] + parsing.MAX_ENTRIES["links"] <= MAX_ANSWERS
    assert are_answers({"t0": [f"c{number}" for number in range(definition.MAX_CHOICES)]})
