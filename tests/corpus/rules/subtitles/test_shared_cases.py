"""The published cases of subtitles as found: speaker and text of each utterance, in order."""

import json
from pathlib import Path

from corpus.rules.subtitles.cue_reading import read_cues
from corpus.rules.subtitles.cues_to_turns import into_turns


def test_every_case_gives_the_expected_utterances(shared: Path) -> None:
    folder = shared / "cases" / "subtitles"
    expected = json.loads((folder / "expected.json").read_text())
    found = {
        name: [[turn.speaker, turn.text] for turn in into_turns(read_cues(path.read_bytes(), name), merge_gap_ms=600)]
        for name in expected
        if (path := folder / name)
    }
    assert found == {name: case["utterances"] for name, case in expected.items()}


def test_an_utterance_spans_the_cues_of_its_words(shared: Path) -> None:
    data = (shared / "cases" / "subtitles" / "rolling-captions.vtt").read_bytes()
    [turn] = into_turns(read_cues(data, "x"), merge_gap_ms=600)
    assert (turn.start_ms, turn.end_ms) == (500, 7500)
