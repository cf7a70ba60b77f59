import json
from pathlib import Path
from typing import Any

import pytest

from common.errors import Refused
from corpus.domain.codebooks.shipped_codebooks import shipped_codebook
from corpus.importers.source import Source, SourceDialogue
from corpus.importers.table.mapping import Column, TableMapping, read_mapping
from corpus.importers.table.reader import read_table
from corpus.importers.table.sheet import open_table
from corpus.rules.codebook import parse

FIELDS = ("dialogue", "order", "speaker", "text", "start", "end", "episode", "split", "code", "rater")
CODEBOOK = parse(shipped_codebook("affect-dialogue"))


def read(folder: Path, text: str, **options: Any) -> tuple[Source, list[SourceDialogue]]:
    path = folder / "table.csv"
    path.write_text(text, encoding="utf-8")
    table = open_table(path)
    columns = {name: Column(name) for name in table.header if name in FIELDS}
    columns |= {
        name: Column("answer", name.split("_")[0], name.partition("_")[2])
        for name in table.header
        if name not in FIELDS
    }
    source = read_table(table, TableMapping(columns=columns, **options), CODEBOOK)
    return source, list(source.read_dialogues())


def remarks(source: Source) -> list[tuple[int, str, str]]:
    return [(each.row, each.column, each.problem) for each in source.remarks]


def test_rows_of_a_dialogue_need_not_stand_together(tmp_path: Path) -> None:
    text = "dialogue,order,text\na,2,A2\nb,1,B1\n\na,1,A1\n"
    source, dialogues = read(tmp_path, text)
    assert [(each.code, [line.text for line in each.utterances]) for each in dialogues] == [
        ("a", ["A1", "A2"]),
        ("b", ["B1"]),
    ]
    assert remarks(source) == [(4, "", "blank_row")]


def test_a_repeated_header_is_skipped(tmp_path: Path) -> None:
    source, [dialogue] = read(tmp_path, "dialogue,text\na,One\nDialogue,Text\na,Two\n")
    assert [line.text for line in dialogue.utterances] == ["One", "Two"]
    assert remarks(source) == [(3, "", "header_repeated")]


@pytest.mark.parametrize(
    ("row", "column", "problem"),
    [
        (",1,One", "dialogue", "no_dialogue"),
        ("a,1,", "text", "no_text"),
        ("a,,One", "order", "order_missing"),
        ("a,first,One", "order", "order_no_number"),
        ("a,nan,One", "order", "order_no_number"),
        ("a,9,Again", "order", "order_twice"),
        ("a,1,One,more", "", "too_many_cells"),
        (f"{'x' * 81},1,One", "dialogue", "name_too_long"),
    ],
)
def test_a_row_is_rejected_alone(tmp_path: Path, row: str, column: str, problem: str) -> None:
    source, dialogues = read(tmp_path, f"dialogue,order,text\na,9,Kept\n{row}\n")
    assert [line.text for each in dialogues for line in each.utterances] == ["Kept"]
    assert remarks(source) == [(3, column, problem)]


@pytest.mark.parametrize(
    ("start", "end", "problem"),
    [
        ("x", "2", "time_unreadable"),
        ("1", "", "time_missing"),
        ("2", "1", "ends_before_start"),
        ("1", "1", "no_length"),
    ],
)
def test_unusable_times_are_left_empty(tmp_path: Path, start: str, end: str, problem: str) -> None:
    source, [dialogue] = read(tmp_path, f"dialogue,text,start,end\na,One,{start},{end}\na,Two,3,4.5\n")
    assert [(line.start_ms, line.end_ms) for line in dialogue.utterances] == [(None, None), (3000, 4500)]
    assert [each[2] for each in remarks(source)] == [problem]


@pytest.mark.parametrize(
    ("times", "cell", "expected"),
    [
        ("auto", "1.5", 1500),
        ("ms", "1500", 1500),
        ("auto", "00:00:01,500", 1500),
        ("frames", "50", 2000),
        ("auto", "90000", 90000),
        ("auto", "1:01:01.5", 3661500),
    ],
)
def test_notations_of_time(tmp_path: Path, times: str, cell: str, expected: int) -> None:
    _source, [dialogue] = read(tmp_path, f'dialogue,text,start,end\na,One,0,"{cell}"\n', times=times)
    assert dialogue.utterances[0].end_ms == expected


def test_a_row_per_rater_is_one_utterance(tmp_path: Path) -> None:
    text = (
        "dialogue,text,rater,emotion\n"
        "a,Well.,张三,joy\na,Well.,李四,anger\n"
        "a,Well.,张三,fear\n"  # said twice: a rater comes again, so it is the next utterance
        "a,No.,,joy\n"
    )
    source, [dialogue] = read(tmp_path, text)
    assert [
        [(rater, given.answers["emotion"]) for rater, given in line.answers.items()] for line in dialogue.utterances
    ] == [
        [("rater-1", "joy"), ("rater-2", "anger")],
        [("rater-1", "fear")],
    ]
    assert [(each.slug, each.name) for each in source.raters] == [("rater-1", "张三"), ("rater-2", "李四")]
    assert remarks(source) == [(5, "rater", "no_rater")]


def test_a_second_row_of_a_rater_with_the_same_number_is_rejected(tmp_path: Path) -> None:
    source, [dialogue] = read(tmp_path, "dialogue,order,text,rater,emotion\na,1,Well.,r1,joy\na,1,Well.,r1,fear\n")
    assert dialogue.utterances[0].answers["r1"].answers == {"emotion": "joy"}
    assert remarks(source) == [(3, "rater", "rater_twice")]


def test_values_are_mapped_and_left_out(tmp_path: Path) -> None:
    text = "dialogue,text,emotion_anna\na,One,glad\na,Two, JOY \na,Three,meh\na,Four,生气\na,Five,skip\n"
    source, [dialogue] = read(tmp_path, text, values={"emotion": {"glad": "joy", "skip": ""}})
    answers = [line.answers["anna"].answers["emotion"] if line.answers else None for line in dialogue.utterances]
    assert answers == ["joy", "joy", None, "anger", None]
    assert dialogue.utterances[1].answers["anna"].raw == {"emotion_anna": " JOY "}
    assert remarks(source) == [
        (3, "emotion_anna", "answer_reworded"),
        (4, "emotion_anna", "answer_unknown"),
        (6, "emotion_anna", "answer_left_out"),
    ]


def test_splits_are_read_by_their_common_names(tmp_path: Path) -> None:
    source, dialogues = read(tmp_path, "dialogue,text,split\na,One,Valid\nb,Two,holdout\nc,Three,验证集\n")
    assert [each.split for each in dialogues] == ["dev", "", "dev"]
    assert remarks(source) == [(3, "split", "split_unknown")]


def test_an_apostrophe_before_a_formula_is_taken_away_on_request(tmp_path: Path) -> None:
    text = "dialogue,text\na,'=2+5\na,'tis so\n"
    source, [dialogue] = read(tmp_path, text, unescape=True)
    assert [line.text for line in dialogue.utterances] == ["=2+5", "'tis so"]
    assert remarks(source) == [(2, "text", "formula_restored")]
    assert read(tmp_path, text)[1][0].utterances[0].text == "'=2+5"


def test_ids_of_utterances_that_repeat_are_numbered(tmp_path: Path) -> None:
    source, [dialogue] = read(tmp_path, "dialogue,text,code\na,One,u1\na,Two,u1\n")
    assert [line.code for line in dialogue.utterances] == ["a-1", "a-2"]
    assert remarks(source) == [(3, "code", "id_repeated")]
    source, [dialogue] = read(tmp_path, "dialogue,text,code\na,One,u1\na,Two,\n")
    assert remarks(source) == [(3, "code", "id_missing")]


def test_characters_that_cannot_be_stored_are_removed(tmp_path: Path) -> None:
    path = tmp_path / "t.jsonl"
    path.write_text('{"text": "a\\u0000b"}\n', encoding="utf-8")
    source = read_table(open_table(path), TableMapping(columns={"text": Column("text")}), None)
    assert [line.text for each in source.read_dialogues() for line in each.utterances] == ["ab"]
    assert remarks(source) == [(1, "text", "control_removed")]


@pytest.mark.parametrize("unstorable", ["\0", "\ud800"])
@pytest.mark.parametrize("rows", [["a"], ["a", "b", "a"]], ids=["in order", "mixed"])
def test_characters_that_cannot_be_stored_are_removed_from_every_field(
    tmp_path: Path, unstorable: str, rows: list[str]
) -> None:
    fields = ["dialogue", "series", "episode", "speaker", "text", "code", "topic", "split", "rater"]
    entries = [
        {f"{field}{unstorable}": f"{name}{unstorable}{name}" for field in fields}
        | {"text": f"{at}", f"code{unstorable}": f"{at}{unstorable}a"}
        for at, name in enumerate(rows)
    ]
    path = tmp_path / "t.jsonl"
    path.write_text("".join(f"{json.dumps(entry)}\n" for entry in entries), encoding="utf-8")
    columns = {field: Column(field) for field in fields}
    source = read_table(open_table(path), TableMapping(columns=columns), None)
    [dialogue, *_] = source.read_dialogues()
    [line, *_] = dialogue.utterances
    found = [dialogue.code, dialogue.series, dialogue.episode, dialogue.topic, line.speaker, line.code]
    assert found == [*["aa"] * 5, "0a"]
    assert (source.series[0].name, source.series[0].episodes[0].title) == ("aa", "aa")
    assert {column for _row, column, problem in remarks(source) if problem == "control_removed"} >= {*fields} - {"text"}


def test_a_zero_byte_in_a_speaker_or_an_answer_of_a_csv_is_removed(tmp_path: Path) -> None:
    source, [dialogue] = read(tmp_path, "dialogue,speaker,text,emotion\na,An\0na,Hello,j\0oy\n")
    [line] = dialogue.utterances
    assert (line.speaker, line.answers["source"].answers) == ("Anna", {"emotion": "joy"})
    assert remarks(source) == [(2, "speaker", "control_removed"), (2, "emotion", "control_removed")]


def test_without_a_dialogue_column_each_row_is_one(tmp_path: Path) -> None:
    source, dialogues = read(tmp_path, "text\nOne\nTwo\n")
    assert [each.code for each in dialogues] == ["row-2", "row-3"]
    assert source.raters == []


def test_columns_that_the_mapping_names_must_exist(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("a,b\n1,2\n", encoding="utf-8")
    with pytest.raises(Refused) as caught:
        read_table(open_table(tmp_path / "t.csv"), TableMapping(columns={"said": Column("text")}), None)
    assert (caught.value.params["expected"], caught.value.params["found"]) == ("said", "a, b")


@pytest.mark.parametrize(
    ("yaml", "code"),
    [
        ("columns: {a: {field: text}, b: {field: text}}", "table.field_twice"),
        ("columns: {a: {field: speaker}}", "table.no_text_column"),
        ("columns: {a: text, b: {field: answer}}", "table.no_task"),
        ("columns: {a: text, b: {field: answer, task: x}, c: {field: answer, task: x}}", "table.answer_twice"),
        ("columns: {a: nonsense}", "table.mapping_wrong"),
        ("columns: [a]", "table.mapping_wrong"),
        ("times: years\ncolumns: {a: text}", "table.mapping_wrong"),
        ("fps: 0\ncolumns: {a: text}", "table.mapping_wrong"),
        ("format: other\ncolumns: {a: text}", "table.mapping_wrong"),
        ("values: [x]\ncolumns: {a: text}", "table.mapping_wrong"),
        ("columns: {a: text", "table.mapping_broken"),
    ],
)
def test_a_wrong_mapping_is_refused(yaml: str, code: str) -> None:
    with pytest.raises(Refused) as caught:
        read_mapping(yaml)
    assert caught.value.code == code


def test_a_mapping_survives_as_yaml() -> None:
    mapping = TableMapping(
        columns={"话语": Column("text"), "情感_r": Column("answer", "emotion", "r")},
        values={"emotion": {"no": "joy", "1": ""}},
        splits={"fold 1": "train"},
        times="frames",
        fps=29.97,
        separator="|",
        series="剧",
        sheet="S",
        unescape=True,
    )
    assert read_mapping(mapping.as_yaml()) == mapping


def test_a_table_without_a_mapped_column_is_refused_with_both_headers(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("said,mood\nHello,joy\n", encoding="utf-8")
    mapping = TableMapping(columns={"text": Column("text"), "mood": Column("ignore")})
    with pytest.raises(Refused) as caught:
        read_table(open_table(tmp_path / "t.csv"), mapping, None)
    params = {"file": "t.csv", "missing": "text", "expected": "text, mood", "found": "said, mood"}
    assert (caught.value.code, caught.value.params) == ("table.columns_missing", params)


def test_answers_need_a_codebook_with_their_task(tmp_path: Path) -> None:
    (tmp_path / "t.csv").write_text("said,mood\nHello,joy\n", encoding="utf-8")
    table = open_table(tmp_path / "t.csv")
    mapping = TableMapping(columns={"said": Column("text"), "mood": Column("answer", "mood", "anna")})
    with pytest.raises(Refused) as caught:
        read_table(table, mapping, None)
    assert caught.value.code == "table.no_codebook"
    with pytest.raises(Refused) as caught:
        read_table(table, mapping, CODEBOOK)
    assert (caught.value.code, caught.value.params) == ("table.unknown_task", {"task": "mood"})
