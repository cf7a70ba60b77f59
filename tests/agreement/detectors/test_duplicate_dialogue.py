from dataclasses import replace

from agreement.detectors.kinds.duplicate_dialogue import DuplicateDialogue, DuplicatesDiffer
from agreement.detectors.lines import Lines
from tests.agreement.detectors.planted import duplicate_dialogue


def test_a_dialogue_with_equal_speakers_and_texts_is_found() -> None:
    [case] = DuplicateDialogue().detect(duplicate_dialogue())
    assert case.rows == {"dialogues": ["id-0", "id-2"], "file": "all.csv", "first_row": 22}
    assert (case.extent_count, case.extent_share, case.severity) == (1, 1 / 3, "note")
    assert case.evidence == {"first": "D_0", "dialogue": "D_2"}


def test_another_speaker_or_a_missing_line_makes_another_dialogue() -> None:
    material = duplicate_dialogue()
    lines = list(material.lines)
    other = replace(material, lines=Lines([*lines[:-1], lines[-1]._replace(speaker="C")]), _kept={})
    assert not list(DuplicateDialogue().detect(other))
    assert not list(DuplicateDialogue().detect(replace(material, lines=Lines(lines[:-1]), _kept={})))


def test_different_answers_to_nearly_the_same_text_are_one_case_of_their_rater() -> None:
    [case] = DuplicatesDiffer().detect(duplicate_dialogue())
    assert (case.rater, case.extent_count) == ("source", 20)
    assert case.evidence == {"first": "D_0", "dialogue": "D_2", "different": 10, "compared": 10}
