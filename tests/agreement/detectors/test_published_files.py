from functools import cache
from pathlib import Path

import pytest

from agreement.detectors.base import Detection
from agreement.detectors.collection import detect_all
from corpus.importers.registry import IMPORTERS
from corpus.rules.codebook import parse
from tests.agreement.detectors.material import source_material

CODEBOOK = Path(__file__).parents[3] / "corpus/shipped_codebooks/affect-dialogue-cmma.yaml"


@cache
def cases_of_cmma(folder: Path) -> dict[str, list[Detection]]:
    codebook = parse(CODEBOOK.read_text(encoding="utf-8"))
    return dict(detect_all(source_material(IMPORTERS["cmma"].read(folder), "cmma", codebook)))


@pytest.fixture
def found(shared: Path) -> dict[str, list[Detection]]:
    return cases_of_cmma(shared / "data" / "cmma")


def test_cmma_has_two_repeated_blocks_and_no_other(found: dict[str, list[Detection]]) -> None:
    blocks = found["repeated_block"]
    assert [(each.task, each.rows["file"], each.rows["first_row"], each.rows["last_row"]) for each in blocks] == [
        ("emotion_sentiment", "train.csv", 2491, 13789),
        ("emotion_sentiment", "test.csv", 3721, 3962),
    ]
    assert [(round(each.extent_share, 2), each.evidence["period"]) for each in blocks] == [(0.82, 200), (0.06, 32)]
    assert {each.severity for each in blocks} == {"severe"}


def test_cmma_has_links_on_nothing_and_links_that_do_not_depend_on_their_ends(
    found: dict[str, list[Detection]],
) -> None:
    valued = {each.task: each.extent_count for each in found["link_on_nothing"]}
    assert valued["sarcasm_humor"] == 6402
    [head] = found["independent_link"]
    assert (head.task, head.rows["file"], head.rows["first_row"], head.rows["last_row"]) == (
        "emotion_sentiment",
        "train.csv",
        2,
        2490,
    )
    assert 0.2 < float(head.evidence["p"]) < 0.35, "0.27 with another statistic"


def test_half_of_the_anger_of_cmma_is_not_negative(found: dict[str, list[Detection]]) -> None:
    [anger] = [each for each in found["broken_expectation"] if each.evidence["condition"] == "emotion == anger"]
    assert (anger.extent_count, anger.evidence["expected"], anger.severity) == (1196, "2,367", "warning")


def test_the_twins_of_cmma_are_labelled_differently(found: dict[str, list[Detection]]) -> None:
    [twins] = found["duplicate_dialogue"]
    assert (twins.evidence, twins.rows["file"]) == ({"first": "C_205", "dialogue": "C_206"}, "train.csv")
    [differ] = found["duplicates_differ"]
    assert (differ.evidence["different"], differ.evidence["compared"]) == (2, 40)


def test_cmma_has_no_findings_about_people(found: dict[str, list[Detection]]) -> None:
    kinds = ("copied_answers", "careless_onset", "drift", "unlike_others", "not_played", "faster_than_clip")
    assert not any(found[kind] for kind in kinds)
