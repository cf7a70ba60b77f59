from pathlib import Path

import pytest

from corpus.domain.codebooks.shipped_codebooks import shipped_codebook
from corpus.importers.table.mapping import Column
from corpus.importers.table.proposal import own_parts, proposed_mapping
from corpus.importers.table.sheet import open_table
from corpus.rules.codebook import parse

OWN = """Dialog;Nr;Who;Line;From;To;Rater A;Rater B;Fun
d1;1;Ann;Did you eat my pudding?;0:01.0;0:02.5;neg;negative;no
d1;2;Ben;I would never.;0:02.6;0:04.0;neutral;pos;yes
d2;1;Cho;What a day!;;;positive;positive;no
"""


@pytest.fixture
def own(tmp_path: Path) -> dict[str, Column]:
    path = tmp_path / "own.csv"
    path.write_text(OWN, encoding="utf-8")
    return proposed_mapping(open_table(path), parse(shipped_codebook("affect-dialogue"))).columns


def test_columns_are_recognised_by_name_and_content(own: dict[str, Column]) -> None:
    fields = {name: column.field for name, column in own.items()}
    assert [fields[name] for name in ("Dialog", "Nr", "Who", "Line")] == ["dialogue", "order", "speaker", "text"]


def test_a_column_of_times_called_from_is_no_speaker(own: dict[str, Column]) -> None:
    assert (own["From"].field, own["To"].field) == ("start", "end")


def test_numbers_may_name_speakers(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_text("dialogue,speaker id,text\nd1,1,Hello\nd1,2,No\n", encoding="utf-8")
    columns = proposed_mapping(open_table(path), None).columns
    assert columns["speaker id"].field == "speaker"


@pytest.mark.parametrize(
    ("scenes", "expected"),
    [
        ("1 1 1 2 2", "dialogue"),
        ("a a b b b", "ignore"),  # changes elsewhere
        ("1 1 1 1 1", "ignore"),  # never changes
        ("1 1 1 2 1", "ignore"),  # comes back
    ],
)
def test_a_column_that_changes_where_the_order_starts_again_is_the_dialogue(
    scenes: str, expected: str, tmp_path: Path
) -> None:
    lines = [f"{scene};{turn};Satz {turn}" for scene, turn in zip(scenes.split(), "12312", strict=True)]
    path = tmp_path / "own.csv"
    path.write_text("\n".join(["Szene;Nr;Satz", *lines]), encoding="utf-8")
    columns = proposed_mapping(open_table(path), None).columns
    assert (columns["Szene"].field, columns["Nr"].field, columns["Satz"].field) == (expected, "order", "text")


def test_columns_with_answers_to_one_question_are_raters(own: dict[str, Column]) -> None:
    assert own["Rater A"] == Column("answer", "sentiment", "Rater A")
    assert own["Rater B"] == Column("answer", "sentiment", "Rater B")


@pytest.mark.parametrize(
    ("names", "own"),
    [
        (["情感_甲", "情感_乙"], ["甲", "乙"]),
        (["mood.A1", "mood.A2"], ["A1", "A2"]),
        (["rater1", "rater2"], ["rater1", "rater2"]),
        (["Rater A", "Rater B"], ["Rater A", "Rater B"]),
        (["mood_", "mood_b"], ["mood_", "mood_b"]),
    ],
)
def test_raters_have_the_parts_in_which_the_names_of_their_columns_differ(names: list[str], own: list[str]) -> None:
    assert own_parts(names) == own


def test_values_that_two_questions_share_prove_neither(own: dict[str, Column]) -> None:
    assert own["Fun"].field == "ignore"


def test_bare_numbers_without_a_telling_name_are_no_answers(tmp_path: Path) -> None:
    path = tmp_path / "own.csv"
    path.write_text("text,count,emotion sentiment\nHello,1,1\nNo,2,-2\n", encoding="utf-8")
    columns = proposed_mapping(open_table(path), parse(shipped_codebook("affect-dialogue"))).columns
    assert columns["count"].field == "ignore"
    assert columns["emotion sentiment"].task == "emotion_sentiment"
