from annotator.charts import EDGE, HEIGHT, WIDTH, score_chart
from annotator.domain.calibration.results import trend
from annotator.rules.scoring import Score


def test_marks_lie_between_none_and_all_accepted() -> None:
    chart = score_chart([Score(0, 4), Score(4, 4)], percent=50)
    assert [(point.x, point.y) for point in chart.points] == [(EDGE, HEIGHT - EDGE), (WIDTH - EDGE, EDGE)]
    assert chart.mark == HEIGHT / 2
    assert all(point.high <= point.y <= point.low for point in chart.points)


def test_an_empty_score_has_no_mark() -> None:
    assert score_chart([Score(), Score(1, 2)], percent=80).points[0].x == WIDTH / 2
    assert score_chart([], percent=80).points == ()


def test_a_long_trend_is_shown_in_ten_sections() -> None:
    scores = [Score(1, 2)] * 25
    assert trend(scores[:3]) == (Score(1, 2),) * 3
    assert (len(trend(scores)), sum(trend(scores), Score())) == (9, Score(25, 50))
    assert trend([]) == ()
