from baseline.evaluation.majority import predict_majority
from tests.baseline.material import MOODS, SENTIMENT, utterance

ROWS = [utterance(), utterance()]


def test_most_frequent_label_is_predicted_for_every_row() -> None:
    train = [utterance(sentiment="positive")] * 2 + [utterance(sentiment="negative")] + [utterance(sentiment=None)] * 9
    assert predict_majority(train, ROWS, [SENTIMENT]) == {"sentiment": ["positive", "positive"]}


def test_first_class_of_the_codebook_wins_among_equals() -> None:
    train = [utterance(sentiment="positive"), utterance(sentiment="neutral")]
    assert predict_majority(train, ROWS, [SENTIMENT]) == {"sentiment": ["neutral", "neutral"]}


def test_many_answers_have_a_most_frequent_set() -> None:
    train = [utterance(moods=["joy", "anger"]), utterance(moods=["anger", "joy"]), utterance(moods=["joy"])]
    assert predict_majority(train, ROWS, [MOODS]) == {"moods": [frozenset({"joy", "anger"})] * 2}


def test_empty_set_is_predicted_without_labels() -> None:
    assert predict_majority([utterance()], ROWS, [MOODS]) == {"moods": [frozenset()] * 2}
