from pathlib import Path

import pytest

from common.errors import Refused
from corpus.importers.registry import IMPORTERS
from tests.corpus.importers.eaf import folder
from tests.corpus.importers.eaf.folder import EAF


def test_tiers_become_speakers_and_answers(tmp_path: Path) -> None:
    source = IMPORTERS["eaf"].read(folder.write(tmp_path))
    [dialogue] = source.read_dialogues()
    assert [(each.speaker, each.text, each.start_ms, each.end_ms) for each in dialogue.utterances] == [
        ("Ada", "We won.", 100, 900),
        ("Lev", "You shouted.", 1000, 1500),
    ]
    assert dialogue.utterances[0].answers["r1"].answers == {"emotion": ["joy", "sadness"]}
    assert dialogue.utterances[1].answers["eaf"].answers == {"sarcasm": "yes"}
    assert [(each.column, each.raw, each.problem) for each in source.remarks] == [
        ("ada", "", "no_text"),
        ("sarcasm@Lev", "no", "no_utterance"),
    ]


def test_times_without_a_value_are_left_empty(tmp_path: Path) -> None:
    text = EAF.replace(' TIME_VALUE="900"', "")
    source = IMPORTERS["eaf"].read(folder.write(tmp_path, text))
    [dialogue] = source.read_dialogues()
    assert [each.start_ms for each in dialogue.utterances] == [1000, None]
    assert "time_unreadable" in source.remarks.counts()


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ('<!DOCTYPE a [<!ENTITY b "c">]><ANNOTATION_DOCUMENT/>', "DTD"),
        ("<ANNOTATION_DOCUMENT>", "no element|not well-formed|unclosed"),
        ("<tt/>", "not ANNOTATION_DOCUMENT"),
    ],
)
def test_other_xml_is_refused(tmp_path: Path, text: str, words: str) -> None:
    with pytest.raises(Refused, match=words) as caught:
        IMPORTERS["eaf"].read(folder.write(tmp_path, text))
    assert (caught.value.code, caught.value.params["row"]) == ("import.xml", 1)
