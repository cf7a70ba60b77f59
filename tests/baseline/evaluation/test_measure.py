from baseline.data.predictions import Prediction
from baseline.evaluation.measure import measure
from tests.baseline.material import LINK, MOODS, SENTIMENT, utterance


def test_rows_without_a_label_are_ignored() -> None:
    rows = [utterance(sentiment="neutral"), utterance(sentiment=None), utterance()]
    figures = measure(rows, {"sentiment": ["neutral", "positive", "negative"]}, [SENTIMENT])["sentiment"]
    assert (figures.n, figures.accuracy, figures.mean_absolute_error) == (1, 1, None)


def test_link_has_a_mean_absolute_error() -> None:
    rows = [utterance(moods_sentiment=-2), utterance(moods_sentiment=1)]
    figures = measure(rows, {"moods_sentiment": [0, 1]}, [LINK])["moods_sentiment"]
    assert figures.mean_absolute_error == 1


def test_many_answers_are_compared_as_sets() -> None:
    rows = [utterance(moods=["joy", "anger"]), utterance(moods=[])]
    predictions: list[Prediction] = [frozenset({"anger", "joy"}), frozenset({"joy"})]
    assert measure(rows, {"moods": predictions}, [MOODS])["moods"].accuracy == 0.5
