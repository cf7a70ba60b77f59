from pathlib import Path

from corpus.importers.registry import IMPORTERS, recognised
from tests.corpus.importers.doccano import folder


def test_a_file_per_annotator_gives_the_answers_of_each(tmp_path: Path) -> None:
    source = IMPORTERS["doccano"].read(folder.write(tmp_path))
    dialogues = {each.code: each for each in source.read_dialogues()}
    first, second = dialogues["d1"].utterances
    assert (first.speaker, second.speaker) == ("Mina", "Oto")
    assert {rater: given.answers for rater, given in first.answers.items()} == {
        "anna": {"label": ["joy"]},
        "bo": {"label": ["joy", "surprise"]},
    }
    assert first.answers["bo"].raw == {"label": "surprise|joy"}
    assert second.answers == {}
    assert dialogues["document-4"].utterances[0].answers == {}
    assert [(each.file, each.row, each.problem) for each in source.remarks] == [
        ("anna.jsonl", 3, "no_text"),
        ("anna.jsonl", 4, "kind_unknown"),
    ]


def test_the_export_is_recognised_and_a_plain_table_is_not(tmp_path: Path) -> None:
    assert recognised(folder.write(tmp_path)) == "doccano"
    (tmp_path / "bo.jsonl").write_text('{"text": "No label here."}\n', encoding="utf-8")
    assert recognised(tmp_path) == ""
