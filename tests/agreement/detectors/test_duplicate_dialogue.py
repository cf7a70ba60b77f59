from agreement.detectors.duplicate_dialogue import DuplicateDialogue
from tests.agreement.detectors.material import ListMaterial, answered


def planted() -> ListMaterial:
    """Material with one case: the third dialogue repeats the first."""
    material = answered({"emotion": ["joy"] * 30})
    copied = [
        later._replace(text=earlier.text, speaker=earlier.speaker)
        for earlier, later in zip(material.lines[:10], material.lines[20:], strict=True)
    ]
    return ListMaterial(material.questions, [*material.lines[:20], *copied])


def test_a_dialogue_with_equal_speakers_and_texts_is_found() -> None:
    [case] = DuplicateDialogue().detect(planted())
    assert case.rows == {"dialogues": ["id-0", "id-2"], "file": "all.csv", "first_row": 22}
    assert (case.extent_count, case.extent_share, case.severity) == (1, 1 / 3, "note")
    assert case.evidence == {"first": "D_0", "dialogue": "D_2"}


def test_another_speaker_or_a_missing_line_makes_another_dialogue() -> None:
    lines = planted().lines
    other = [*lines[:-1], lines[-1]._replace(speaker="C")]
    assert not list(DuplicateDialogue().detect(ListMaterial([], other)))
    assert not list(DuplicateDialogue().detect(ListMaterial([], lines[:-1])))
