import random
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from agreement.detectors.kinds.repeated_block import RepeatedBlock, repeated_run
from tests.agreement.detectors.material import answered, joined
from tests.agreement.detectors.planted import BLOCK, HEAD, repeated_block


def test_a_repeated_block_is_found_with_its_rows_and_share() -> None:
    [case] = RepeatedBlock().detect(repeated_block())
    assert (case.task, case.severity, case.evidence) == ("pull", "severe", {"period": 25})
    place = {"file": "all.csv", "first_row": 5, "last_row": 129}
    assert case.rows == {"first": "utterance-3", "last": "utterance-127", **place}
    assert (case.extent_count, case.extent_share) == (125, 125 / 128)


def test_files_are_examined_separately() -> None:
    train, test = (
        answered({"pull": [f"v{each}" for each in HEAD + BLOCK * 5]}, file=name) for name in ("train.csv", "test.csv")
    )
    cases = RepeatedBlock().detect(joined(train, test))
    assert [case.rows["file"] for case in cases] == ["train.csv", "test.csv"]


def test_utterances_of_no_file_and_several_choices_are_examined_too() -> None:
    [case] = RepeatedBlock().detect(answered({"cues": [*[["words", "face"]] * 23, ["voice"], ["face"]] * 5}, file=""))
    assert case.rows == {"first": "utterance-0", "last": "utterance-124"}


BLOCK_200 = random.Random(3).choices(range(5), k=200)
RANDOM_HEAD = random.Random(4).choices(range(5), k=300)


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        ([*"xyz", *"aabacadaeafagahaiajb" * 5], (20, 3, 103)),
        ([*"xyz", *"aabacadaeafagahaiajb" * 4], (0, 0, 0)),
        (["a"] * 500, (0, 0, 0)),
        ([*"ab"] * 100, (0, 0, 0)),
        ([], (0, 0, 0)),
        ([*RANDOM_HEAD, *BLOCK_200 * 10], (200, 300, 2300)),
        ([*RANDOM_HEAD, *BLOCK_200 * 10, 9], (200, 300, 2300)),  # an odd row at the end
        ([*RANDOM_HEAD, *BLOCK_200 * 10, 7, 7, 7, 7, 7], (200, 300, 2300)),  # equal values at the end
        ([*RANDOM_HEAD, *BLOCK_200 * 10, 9, *RANDOM_HEAD], (200, 300, 2300)),
        ([*RANDOM_HEAD, *[0] * 2000], (0, 0, 0)),
        ([*[8] * 400, *BLOCK_200 * 10], (200, 400, 2400)),
    ],
)
def test_a_block_that_repeats(values: Sequence[object], expected: tuple[int, int, int]) -> None:
    codes = {value: code for code, value in enumerate(dict.fromkeys(values))}
    assert repeated_run([codes[value] for value in values]) == expected


def test_honest_answers_have_no_case() -> None:
    chance = random.Random(5)
    for share in (0.02, 0.1, 0.5):
        assert repeated_run([int(chance.random() < share) for _ in range(20_000)]) == (0, 0, 0)


@pytest.mark.parametrize("period", [20, 33, 64, 150])
def test_the_shortest_run_is_found_wherever_it_starts(period: int) -> None:
    chance = random.Random(period)
    block = chance.choices(range(5), k=period)
    for start in range(0, 2 * period, 7):
        values = [*chance.choices(range(5, 9), k=start), *block * 5, *chance.choices(range(9, 13), k=40)]
        assert repeated_run(values) == (period, start, start + 5 * period)


def test_a_block_in_the_order_of_work_names_the_rows_of_that_block_and_no_others() -> None:
    order = random.Random(1).sample(range(228), 228)  # place in the corpus of each answer, in the order of work
    values = [*(f"v{each}" for each in HEAD + BLOCK * 5), *(f"w{each}" for each in range(100))]
    in_corpus = [values[order.index(place)] for place in range(228)]
    moment = np.array([[order.index(place) + 1 for place in range(228)]], dtype=np.int64)
    material = replace(answered({"pull": in_corpus}), moment=moment)
    [case] = RepeatedBlock().detect(material)
    start = len(HEAD)
    assert set(material.rows_of(case.rows).tolist()) == set(order[start : start + 125])
