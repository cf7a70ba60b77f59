from collections import Counter
from pathlib import Path

import pytest

from common.errors import Refused
from corpus.importers.registry import IMPORTERS
from tests.corpus.importers.emotionlines import folder


def test_five_votes_are_five_raters(tmp_path: Path) -> None:
    source = IMPORTERS["emotionlines"].read(folder.write(tmp_path))
    dialogues = list(source.read_dialogues())
    assert [each.code for each in dialogues] == ["friends-1", "friends-3"]
    answers = dialogues[0].utterances[0].answers
    votes = Counter(given.answers["emotion"] for given in answers.values())
    assert votes == {"fear": 2, "anger": 1, "surprise": 2}
    assert sorted(answers) == [f"vote-{number}" for number in range(1, 6)]
    assert {given.raw["annotation"] for given in answers.values()} == {"0002120"}
    assert [(each.row, each.column, each.problem, each.action) for each in source.remarks] == [
        (2, "dialogue", "empty_dialogue", "skipped"),
        (3, "emotion", "majority_differs", "kept; the votes say neutral"),
    ]


@pytest.mark.parametrize("votes", ["000212", "0002121", "abcdefg"])
def test_a_string_that_counts_no_five_votes_is_refused(tmp_path: Path, votes: str) -> None:
    line = {"speaker": "A", "utterance": "B", "emotion": "joy", "annotation": votes}
    source = IMPORTERS["emotionlines"].read(folder.write(tmp_path, [[line]]))
    with pytest.raises(Refused, match="votes") as caught:
        list(source.read_dialogues())
    assert (caught.value.code, caught.value.params["value"]) == ("import.votes", votes)


def test_a_line_without_votes_is_refused_with_what_was_found(tmp_path: Path) -> None:
    source = IMPORTERS["emotionlines"].read(folder.write(tmp_path, [[{"speaker": "A", "utterance": "B"}]]))
    with pytest.raises(Refused) as caught:
        list(source.read_dialogues())
    assert (caught.value.code, caught.value.params["expected"]) == ("import.json_entry", "annotation")
    assert caught.value.params["found"] == "speaker, utterance"


def test_parts_beside_the_whole_are_not_read_twice(tmp_path: Path) -> None:
    folder.write(tmp_path)
    (tmp_path / "friends_train.json").write_text("[]", encoding="utf-8")
    assert len(list(IMPORTERS["emotionlines"].read(tmp_path).read_dialogues())) == 2


def test_the_published_file_has_the_known_votes(shared: Path) -> None:
    source = IMPORTERS["emotionlines"].read(shared / "data" / "emotionlines_friends")
    undecided = answers = 0
    for dialogue in source.read_dialogues():
        for each in dialogue.utterances:
            votes = Counter(given.answers["emotion"] for given in each.answers.values())
            answers += votes.total()
            undecided += votes.most_common(1)[0][1] < 3
    assert (source.counts.utterances, answers, undecided) == (14503, 72515, 2772)
