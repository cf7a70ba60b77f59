import pytest

from agreement.statistics.intervals import figures
from baseline.evaluation.bootstrap import FEW_DIALOGUES
from baseline.evaluation.pictures import GREY, intervals
from baseline.evaluation.tables import few_dialogues, latex, markdown, text

ROW = {"first": "a", "second": "b", "question": "q", "value": 0.1, "low": 0.0, "high": 0.2, "p": 0.03, "p_holm": 0.03}


def document(dialogues: int | None) -> dict[str, object]:
    counts = {} if dialogues is None else {"dialogues": {"dev": dialogues, "test": dialogues}}
    comparison = {"measure": "macro-f1", "split": "test", "family": 1, "rows": [ROW]}
    return {"corpus": "c", "questions": [], "dev": {}, "test": {}, "models": {}, "comparison": comparison, **counts}


def test_pages_and_baselines_agree_on_how_many_dialogues_are_few() -> None:
    assert figures.FEW_DIALOGUES == FEW_DIALOGUES


@pytest.mark.parametrize("write", [text, markdown, latex])
def test_tables_of_few_dialogues_state_it_and_others_do_not(write: object) -> None:
    assert callable(write)
    assert "too few dialogues (9 of at least 25): the intervals are too narrow" in write(document(9))
    assert "too few" not in write(document(25))
    assert few_dialogues(document(None), "test") == ""


def test_intervals_of_few_dialogues_are_grey_with_the_reason_below_them() -> None:
    rows = [("linear", 0.5, 0.4, 0.6)]
    grey = intervals("macro F1", rows, "too few dialogues")
    assert f'stroke="{GREY}"' in grey
    assert ">too few dialogues</text>" in grey
    assert GREY not in intervals("macro F1", rows)
