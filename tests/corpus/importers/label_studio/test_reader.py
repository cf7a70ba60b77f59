from pathlib import Path

from corpus.importers.registry import IMPORTERS, recognised
from corpus.rules.codebook import parse
from tests.corpus.importers.label_studio import folder


def test_tasks_become_dialogues_with_the_answers_of_each_annotator(tmp_path: Path) -> None:
    source = IMPORTERS["label-studio"].read(folder.write(tmp_path))
    first, second = source.read_dialogues()
    assert (first.code, [each.text for each in first.utterances]) == ("d2", ["Look.", "It is snowing!"])
    answers = first.utterances[1].answers
    assert {rater: given.answers for rater, given in answers.items()} == {
        "anna-lab": {"emotion": ["joy"], "arousal": "4"},
        "annotator-7": {"emotion": ["joy", "surprise"]},
    }
    assert answers["annotator-7"].raw == {"emotion": "Joy|Surprise"}
    assert [each.speaker for each in second.utterances] == ["A", "B"]
    assert second.utterances[0].answers == {}
    assert second.utterances[1].answers["annotator-7"].answers == {"act": "refusal"}
    assert [(each.row, each.problem) for each in source.remarks] == [
        (1, "cancelled"),
        (2, "kind_unknown"),
        (3, "no_text"),
    ]
    tasks = {task.slug: (task.slugs(), task.many) for task in parse(source.codebook_yaml).tasks}
    assert tasks == {
        "emotion": (("joy", "surprise"), True),
        "arousal": (("4", "other"), False),
        "act": (("refusal", "other"), False),
    }


def test_the_export_is_recognised_by_its_content(tmp_path: Path) -> None:
    assert recognised(folder.write(tmp_path)) == "label-studio"
