from baseline.data.predictions import as_prediction, as_set


def test_list_of_labels_becomes_a_set() -> None:
    assert as_prediction(["joy", "anger"]) == frozenset({"anger", "joy"})


def test_single_label_stays_as_it_is() -> None:
    assert (as_prediction("joy"), as_prediction(-1)) == ("joy", -1)


def test_labels_and_predictions_are_compared_as_sets() -> None:
    assert as_set(["joy"]) == as_set(frozenset({"joy"})) == as_set("joy") == {"joy"}
