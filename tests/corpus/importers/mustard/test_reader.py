from pathlib import Path

import pytest

from common.errors import Refused
from corpus.importers.registry import IMPORTERS
from corpus.rules.codebook import parse
from tests.corpus.importers.mustard import folder
from tests.corpus.importers.mustard.folder import ITEMS, PLUS


def test_an_item_is_its_context_and_the_utterance_with_the_answer(tmp_path: Path) -> None:
    source = IMPORTERS["mustard"].read(folder.write(tmp_path))
    first, second = source.read_dialogues()
    assert [(each.speaker, each.text, sorted(each.answers)) for each in first.utterances] == [
        ("BEN", "I found it.", []),
        ("ANN", "And the plan?", []),
        ("ANN", "A privilege to watch.", ["mustard"]),
    ]
    given = first.utterances[-1].answers["mustard"]
    assert (given.answers, given.raw) == ({"sarcasm": "yes"}, {"sarcasm": "true", "fold": "2"})
    assert second.utterances[-1].answers["mustard"].answers == {"sarcasm": "no"}
    assert [(each.row, each.raw, each.problem) for each in source.remarks] == [(2, "1_61", "speakers_missing")]
    assert second.utterances[0].speaker == ""


def test_mustard_plus_plus_has_answers_on_the_last_row_of_a_scene(tmp_path: Path) -> None:
    source = IMPORTERS["mustard"].read(folder.write_plus(tmp_path))
    first, second = source.read_dialogues()
    assert first.utterances[0].answers == {}
    assert first.utterances[1].answers["mustard"].answers == {
        "sarcasm": "yes",
        "sarcasm_type": "propositional",
        "implicit_emotion": "anger",
        "explicit_emotion": "happiness",
        "valence": "3",
        "arousal": "6",
    }
    assert "implicit_emotion" not in second.utterances[0].answers["mustard"].answers
    assert [(each.row, each.column, each.raw, each.problem) for each in source.remarks] == [
        (3, "Explicit_Emotion", "Happines", "label_misspelt"),
        (4, "Implicit_Emotion", "Boredom", "answer_unknown"),
    ]
    assert {task.slug for task in parse(source.codebook_yaml).tasks} == set(
        first.utterances[1].answers["mustard"].answers
    )


def test_unknown_sarcasm_is_refused(tmp_path: Path) -> None:
    source = IMPORTERS["mustard"].read(folder.write_plus(tmp_path, PLUS.replace(",1,PRO", ",maybe,PRO")))
    with pytest.raises(Refused, match="maybe"):
        list(source.read_dialogues())


def test_an_item_of_another_form_is_refused(tmp_path: Path) -> None:
    wrong = {"1_60": {**ITEMS["1_60"], "sarcasm": "yes"}}
    with pytest.raises(Refused) as caught:
        list(IMPORTERS["mustard"].read(folder.write(tmp_path, wrong)).read_dialogues())
    assert caught.value.params["expected"] == "sarcasm"


def test_the_published_file_has_690_items(shared: Path) -> None:
    source = IMPORTERS["mustard"].read(shared / "data" / "mustard")
    last = [dialogue.utterances[-1].answers["mustard"] for dialogue in source.read_dialogues()]
    assert len(last) == 690
    assert sum(given.answers["sarcasm"] == "yes" for given in last) == 345
    assert {given.raw["fold"] for given in last} == set("12345")
    assert source.remarks.counts() == {}
