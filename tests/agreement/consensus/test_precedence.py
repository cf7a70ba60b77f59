from agreement.consensus.method import Consensus
from agreement.consensus.precedence import Settled, final_labels

LABELS = {
    "mood": Consensus("good", "majority", {"a": "good"}, {"good": 1.0}),
    "link": Consensus(None, "tie", {"a": 1, "b": 0}),
}


def test_without_a_decision_the_method_settles() -> None:
    assert final_labels(LABELS, None) == LABELS


def test_an_incomplete_utterance_has_no_label_but_keeps_its_answers() -> None:
    found = final_labels(LABELS, None, is_incomplete=True)
    assert found["mood"] == Consensus(None, "incomplete", {"a": "good"}, {"good": 1.0})
    assert found["link"].source == "incomplete"


def test_a_decision_settles_an_incomplete_utterance_too() -> None:
    found = final_labels(LABELS, Settled("decision", {"mood": "bad", "link": "not_applicable"}), is_incomplete=True)
    assert [(each.label, each.source) for each in found.values()] == [
        ("bad", "decision"),
        ("not_applicable", "decision"),
    ]
    assert found["mood"].answers == {"a": "good"}


def test_what_a_decision_leaves_open_has_no_label() -> None:
    found = final_labels(LABELS, Settled("decision", {"mood": "cannot_judge"}))
    assert [(each.label, each.source) for each in found.values()] == [(None, "undecidable"), (None, "incomparable")]
    assert {each.source for each in final_labels(LABELS, Settled("discussion", None)).values()} == {"discussion"}
