from pathlib import Path

from agreement.detectors.duplicate_dialogue import DuplicateDialogue
from agreement.detectors.repeated_block import RepeatedBlock
from corpus.importers.registry import IMPORTERS
from tests.agreement.detectors.material import source_material


def test_cmma_has_two_repeated_blocks_and_a_duplicate_dialogue(shared: Path) -> None:
    material = source_material(IMPORTERS["cmma"].read(shared / "data" / "cmma"), "cmma")
    blocks = [(each.task, each.rows, each.extent_share, each.evidence) for each in RepeatedBlock().detect(material)]
    assert [(task, rows["file"], rows["first_row"], rows["last_row"]) for task, rows, *_ in blocks] == [
        ("emotion_sentiment", "train.csv", 2491, 13789),
        ("emotion_sentiment", "test.csv", 3721, 3962),
    ]
    assert [(round(share, 2), evidence["period"]) for *_, share, evidence in blocks] == [(0.82, 200), (0.06, 32)]
    twins = [(each.evidence, each.rows["file"]) for each in DuplicateDialogue().detect(material)]
    assert twins == [({"first": "C_205", "dialogue": "C_206"}, "train.csv")]
