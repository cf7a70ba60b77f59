import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from corpus.rules.codebook import conditions
from tests.conftest import ROOT, missing

TABLE: dict[str, list[dict[str, Any]]] = json.loads((ROOT / "tests/conditions.json").read_text(encoding="utf-8"))

WORD = st.sampled_from(["a", "b", "c"])
VALUE = st.sampled_from(["x", "y", "1", "-1"])
COMPARISON = st.tuples(st.sampled_from(["==", "!="]), WORD, VALUE).map(list)
TREES = st.recursive(
    COMPARISON,
    lambda inner: (
        st.tuples(st.just("not"), inner).map(list) | st.tuples(st.sampled_from(["and", "or"]), inner, inner).map(list)
    ),
    max_leaves=8,
)
ANSWERS = st.dictionaries(
    WORD, VALUE | st.sampled_from([1, -1, "cannot_judge", "not_applicable"]) | st.lists(VALUE, max_size=2)
)


def written(tree: conditions.Tree) -> str:
    operator, *operands = tree
    if operator in {"==", "!="}:
        return f"{operands[0]} {operator} {operands[1]}"
    parts = [f"({written(operand)})" for operand in operands]
    return f"not {parts[0]}" if operator == "not" else f" {operator} ".join(parts)


@pytest.mark.parametrize("case", TABLE["parses"], ids=lambda case: case["text"])
def test_parses(case: dict[str, Any]) -> None:
    assert conditions.parse(case["text"]) == case["tree"]


@pytest.mark.parametrize("case", TABLE["faults"], ids=lambda case: case["text"])
def test_faults(case: dict[str, Any]) -> None:
    with pytest.raises(conditions.ConditionFault) as caught:
        conditions.parse(case["text"])
    assert caught.value.code == case["code"]


@pytest.mark.parametrize("case", TABLE["holds"], ids=lambda case: f"{case['text']} {case['answers']}")
def test_holds(case: dict[str, Any]) -> None:
    assert conditions.parse(case["text"]) == case["tree"]
    assert conditions.holds(case["tree"], case["answers"]) is case["holds"]


def test_deep_nests_are_refused() -> None:
    assert conditions.parse("(" * 20 + "a == x" + ")" * 20) == ["==", "a", "x"]
    for text in ("(" * 21 + "a == x" + ")" * 21, "not " * 100_000 + "a == x"):
        with pytest.raises(conditions.ConditionFault):
            conditions.parse(text)


@given(TREES)
def test_a_written_condition_is_read_back(tree: conditions.Tree) -> None:
    assert conditions.parse(written(tree)) == tree


def test_an_unknown_operator_is_an_error() -> None:
    with pytest.raises(conditions.ConditionFault):
        conditions.holds(["<", "a", "x"], {"a": "x"})


@given(st.lists(st.tuples(TREES, ANSWERS), min_size=200, max_size=200))
@settings(max_examples=2, deadline=None, phases=[Phase.generate])
def test_the_page_and_the_server_agree(cases: list[tuple[conditions.Tree, dict[str, Any]]]) -> None:
    node = shutil.which("node")
    if node is None:
        missing("node")
        return
    module = Path(ROOT, "static/js/label/session/conditions.js").as_uri()
    script = (
        f'import {{ holds }} from "{module}"; import {{ readFileSync }} from "node:fs";'
        "const cases = JSON.parse(readFileSync(0, 'utf8'));"
        "console.log(JSON.stringify(cases.map(([tree, answers]) => holds(tree, answers))));"
    )
    run = subprocess.run(
        [node, "--input-type=module", "-e", script],
        input=json.dumps(cases),
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert json.loads(run.stdout) == [conditions.holds(tree, answers) for tree, answers in cases]
