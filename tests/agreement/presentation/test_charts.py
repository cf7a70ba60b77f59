from typing import Any

import pytest

from agreement.presentation.charts import LEFT, RIGHT, alphas


def figure(
    value: float | None, low: float | None = None, high: float | None = None, dialogues: int = 60
) -> dict[str, Any]:
    return {
        "value": value,
        "low": low,
        "high": high,
        "n_dialogues": dialogues,
        "reason": "" if value else "no_variation",
    }


def test_the_axis_runs_from_zero_to_one_and_every_mark_lies_on_it() -> None:
    chart = alphas([("Sentiment", figure(0.5, 0.25, 0.75)), ("Emotion", figure(1.0))])
    first, second = chart.marks
    width = RIGHT - LEFT
    assert (first.low, first.at, first.high) == (LEFT + width / 4, LEFT + width / 2, LEFT + 3 * width / 4)
    assert (second.low, second.at, second.high) == (None, RIGHT, None)
    assert (first.name, second.y - first.y) == ("Sentiment", 34)
    assert [label for _, label in chart.ticks] == ["0.0", "0.2", "0.4", "0.6", "0.8", "1.0"]
    assert [label for _, label in chart.thresholds] == ["0.667", "0.8"]
    assert chart.thresholds[1][0] == pytest.approx(LEFT + 0.8 * width)


def test_the_axis_reaches_below_the_lowest_whisker() -> None:
    chart = alphas([("Sentiment", figure(0.1, -0.25, 0.45)), ("Emotion", figure(-0.1))])
    assert [label for _, label in chart.ticks][:4] == ["-0.4", "-0.2", "0.0", "0.2"]
    assert (chart.ticks[0][0], chart.ticks[-1][0]) == (LEFT, RIGHT)


def test_an_undefined_figure_has_no_position_and_few_dialogues_are_marked() -> None:
    undefined, few = alphas([("Humor", figure(None)), ("Emotion", figure(0.3, dialogues=49))]).marks
    assert (undefined.at, undefined.low, undefined.high, undefined.few) == (None, None, None, False)
    assert few.few is True


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Sarcasm → humor", "Sarcasm → humor"),
        ("w" * 24, "w" * 24),
        ("w" * 25, "w" * 23 + "…"),
        ("W" * 18, "W" * 18),
        ("W" * 19, "W" * 17 + "…"),
        ("情绪" * 6, "情绪" * 6),
        ("情绪" * 7, "情绪" * 5 + "情…"),
    ],
)
def test_a_long_name_is_cut_to_the_room_beside_the_axis(name: str, shown: str) -> None:
    figure = {"value": None, "low": None, "high": None, "n_dialogues": 1}
    assert [mark.short_name for mark in alphas([(name, figure)]).marks] == [shown]
