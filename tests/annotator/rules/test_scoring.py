from typing import Any

import pytest

from annotator.rules.scoring import Score, agreed, by_question, is_possible, score, verdicts
from corpus.rules.codebook import Codebook, parse
from tests.annotator.material import CODEBOOK, answered

RULES: Codebook = parse(CODEBOOK)
GLAD = answered(sentiment="positive", emotion="joy", emotion_sentiment=2)
KEY: dict[str, list[Any]] = {"sentiment": ["positive"], "emotion": ["joy"], "emotion_sentiment": [2, 1]}


def judged(acceptable: dict[str, list[Any]] = KEY, **answers: Any) -> dict[str, bool]:
    return verdicts(RULES, acceptable, GLAD | answers)


def test_each_of_several_acceptable_answers_is_right() -> None:
    assert judged() == {"sentiment": True, "emotion": True, "emotion_sentiment": True}
    assert judged(emotion_sentiment=1)["emotion_sentiment"]
    assert not judged(emotion_sentiment=-1)["emotion_sentiment"]


def test_a_wrong_end_of_a_link_is_one_mistake() -> None:
    assert judged(emotion="anger", emotion_sentiment=-2) == {"sentiment": True, "emotion": False}
    assert judged(emotion="neutral", emotion_sentiment="not_applicable") == {"sentiment": True, "emotion": False}


def test_a_link_that_was_not_asked_is_not_scored() -> None:
    calm = {"sentiment": ["neutral"], "emotion": ["neutral", "joy"], "emotion_sentiment": ["not_applicable"]}
    assert verdicts(RULES, calm, answered()) == {"sentiment": True, "emotion": True}
    # the link has no acceptable values
    assert verdicts(RULES, calm, answered(emotion="joy", emotion_sentiment=1)) == {"sentiment": True, "emotion": True}


def test_a_link_counts_where_its_ends_are_not_judged() -> None:
    assert verdicts(RULES, {"emotion_sentiment": [1]}, GLAD) == {"emotion_sentiment": False}


def test_cannot_judge_is_right_only_where_it_is_acceptable() -> None:
    unsure = answered(emotion="cannot_judge")
    assert verdicts(RULES, {"emotion": ["joy"]}, unsure) == {"emotion": False}
    assert verdicts(RULES, {"emotion": ["joy", "cannot_judge"]}, unsure) == {"emotion": True}


def test_a_question_without_acceptable_answers_is_not_judged() -> None:
    assert judged({"sentiment": ["positive"], "emotion": []}) == {"sentiment": True}
    assert judged({}) == {}


def test_scores_add_up_over_all_and_by_question() -> None:
    both = [judged(), judged(sentiment="neutral")]
    assert score(both) == Score(4, 5)
    assert by_question(both) == {"sentiment": Score(1, 2), "emotion": Score(2, 2), "emotion_sentiment": Score(1, 1)}


@pytest.mark.parametrize(
    ("right", "judged", "low", "high"),
    # Newcombe 1998, table I, method 3
    [(81, 263, 0.2553, 0.3662), (15, 148, 0.0624, 0.1605), (0, 20, 0.0, 0.1611), (29, 29, 0.8830, 1.0)],
)
def test_the_interval_is_wilsons(right: int, judged: int, low: float, high: float) -> None:
    assert Score(right, judged).interval == pytest.approx((low, high), abs=5e-5)


def test_without_judged_answers_there_is_no_score() -> None:
    assert (Score().share, Score().interval, Score().reaches(1)) == (None, None, False)


def test_the_pass_mark_is_reached_exactly() -> None:
    assert Score(4, 5).reaches(80)
    assert not Score(79, 99).reaches(80)


def test_equal_answers_of_experts_become_one() -> None:
    other = GLAD | {"sentiment": "neutral"}
    assert agreed([GLAD, GLAD], unanimous=True) == {
        "sentiment": ["positive"],
        "emotion": ["joy"],
        "emotion_sentiment": [2],
    }
    assert "sentiment" not in agreed([GLAD, other], unanimous=True)
    assert agreed([GLAD, other], unanimous=False)["sentiment"] == ["positive", "neutral"]


def test_only_possible_answers_can_be_acceptable() -> None:
    possible = [("emotion", "joy"), ("emotion", "cannot_judge"), ("emotion_sentiment", -2)]
    possible += [("emotion_sentiment", "not_applicable")]
    assert all(is_possible(RULES, slug, value) for slug, value in possible)
    wrong: list[tuple[str, Any]] = [("emotion", "pride"), ("emotion_sentiment", 3), ("mood", "joy")]
    wrong += [("emotion", ["joy"]), ("emotion_sentiment", True)]
    assert not any(is_possible(RULES, slug, value) for slug, value in wrong)
