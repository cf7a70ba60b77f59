"""Tables as laboratories keep them, with the defaults that the page proposes."""

import json
from pathlib import Path
from typing import Any

import pytest

from corpus.domain.codebooks.shipped_codebooks import shipped_codebook
from corpus.importers.source import Source
from corpus.importers.table.mapping import read_mapping
from corpus.importers.table.proposal import proposed_mapping
from corpus.importers.table.reader import read_table
from corpus.importers.table.sheet import open_table
from corpus.rules.codebook import Codebook, parse

MANY = """
name: emotions
tasks:
  emotion: {scale: nominal, many: true, choices: [joy, sadness, anger], default: joy, perspective: speaker}
"""
CASES = ("wide.csv", "long.csv", "unlabelled.jsonl", "multi-label.csv", "damaged.csv")


def codebook(name: str) -> Codebook:
    return parse(MANY if name.startswith("multi") else shipped_codebook("affect-dialogue"))


def read(path: Path, **confirmed: dict[str, str]) -> Source:
    table = open_table(path)
    mapping = read_mapping(proposed_mapping(table, codebook(path.name)).as_yaml())
    mapping.values |= confirmed
    return read_table(table, mapping, codebook(path.name))


@pytest.mark.parametrize("name", CASES)
def test_a_shared_case_is_read_as_expected(shared: Path, name: str) -> None:
    folder = shared / "cases" / "tables"
    expected = json.loads((folder / "expected.json").read_text(encoding="utf-8"))[name]
    source = read(folder / name)
    dialogues = list(source.read_dialogues())
    utterances = [each for dialogue in dialogues for each in dialogue.utterances]
    given = [answers for each in utterances for answers in each.answers.values()]
    assert (len(dialogues), len(utterances)) == (expected["dialogues"], expected["utterances"])
    assert sorted({remark.row for remark in source.remarks}) == sorted(map(int, expected["report_rows"]))
    if "raters" in expected:
        assert [rater.slug for rater in source.raters] == expected["raters"]
    if isinstance(expected["answers"], int):
        assert sum(len(each.answers) for each in given) == expected["answers"]
    else:
        found: dict[str, Any] = {}
        for number, each in enumerate(utterances, start=1):
            found[str(number)] = each.answers["source"].answers["emotion"] if each.answers else None
        assert found == expected["answers"]


def test_a_proposed_value_counts_once_it_is_confirmed(shared: Path) -> None:
    path = shared / "cases" / "tables" / "wide.csv"
    source = read(path, emotion={"suprise": "surprise"})
    answers = [given for dialogue in source.read_dialogues() for each in dialogue.utterances for given in each.answers]
    assert len(answers) == 14


def test_times_in_seconds_are_recognised(shared: Path) -> None:
    source = read(shared / "cases" / "tables" / "unlabelled.jsonl")
    first = next(source.read_dialogues()).utterances[0]
    assert (first.start_ms, first.end_ms) == (400, 1200)


def test_splits_are_told_by_their_values_and_times_by_usual_names(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_text(
        "scene,said,starts,ends,part,kind\na,Hello,0:01,0:02,train,train\nb,No,0:03,0:04,holdout,other\n",
        encoding="utf-8",
    )
    mapping = proposed_mapping(open_table(path), codebook(path.name))
    fields = {name: column.field for name, column in mapping.columns.items()}
    assert (fields["starts"], fields["ends"]) == ("start", "end")
    assert (fields["part"], fields["kind"]) == ("ignore", "ignore")  # `holdout` is no known split
    path.write_text(path.read_text(encoding="utf-8").replace("holdout", "dev"), encoding="utf-8")
    mapping = proposed_mapping(open_table(path), codebook(path.name))
    assert mapping.columns["part"].field == "split"
