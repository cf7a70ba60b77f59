import random
from dataclasses import replace
from itertools import combinations

import pytest

from agreement.detectors.kinds import duplicate_dialogue as duplicate_dialogue_module
from agreement.detectors.kinds.duplicate_dialogue import (
    COMMON,
    LEAST_SHARE,
    LEAST_UTTERANCES,
    DuplicateDialogue,
    DuplicatesDiffer,
    near_duplicates,
)
from agreement.detectors.lines import Lines, Row
from agreement.detectors.material import Material
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


def by_pairs_of_texts(lines: list[Row]) -> list[tuple[int, int, list[list[int]]]]:
    """Near-duplicates by the definition: every text with every other."""
    dialogues: dict[str, list[int]] = {}
    for row, line in enumerate(lines):
        dialogues.setdefault(line.dialogue, []).append(row)
    holders: dict[str, set[str]] = {}
    for line in lines:
        holders.setdefault(line.text, set()).add(line.dialogue)
    found = []
    for (_, one), (_, other) in combinations(dialogues.items(), 2):
        first = {lines[row].text: row for row in reversed(one)}
        second = {lines[row].text: row for row in reversed(other)}
        pairs = sorted([first[text], second[text]] for text in first.keys() & second if len(holders[text]) <= COMMON)
        if len(pairs) >= max(LEAST_UTTERANCES, LEAST_SHARE * max(len(one), len(other))):
            found.append((one[0], other[0], pairs))
    return found


@pytest.mark.parametrize("seed", range(4))
def test_near_duplicates_are_those_of_the_definition(monkeypatch: pytest.MonkeyPatch, seed: int) -> None:
    monkeypatch.setattr(duplicate_dialogue_module, "AT_ONCE", 7)
    chance = random.Random(seed)
    lines: list[Row] = []
    for number in range(60):
        copied = chance.randrange(number) if number and chance.random() < 0.7 else None
        texts = [line.text for line in lines if line.dialogue == f"d-{copied}"] or [
            f"t{chance.randrange(200)}" for _ in range(chance.randrange(3, 9))
        ]
        changed = [text if chance.random() < 0.9 else f"t{chance.randrange(200)}" for text in texts]
        lines += [Row(f"d-{number}", "", f"u-{len(lines) + n}", "", None, "S", text) for n, text in enumerate(changed)]
    found = near_duplicates(Material(codebook=None, lines=Lines(lines)))
    assert [(one, other, rows.tolist()) for one, other, rows in found] == by_pairs_of_texts(lines)
    assert len(found) > 5
