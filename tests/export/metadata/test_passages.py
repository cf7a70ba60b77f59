from types import SimpleNamespace
from typing import Any, cast

from export.metadata.passages import agreement
from export.metadata.release_facts import ReleaseFacts


def facts(note: str, raters: int = 3) -> ReleaseFacts:
    alpha = {"value": 0.71, "low": 0.6, "high": 0.8, "wide_low": 0.5, "wide_high": 0.9, "note": note}
    figures: dict[str, Any] = {
        "raters": ["r"] * raters,
        "questions": [{"slug": "humor", "level": "nominal", "alpha": alpha}],
    }
    made = SimpleNamespace(
        manifest={"agreement": figures}, table=SimpleNamespace(slugs=["humor"]), alpha=lambda _slug: alpha
    )
    return cast("ReleaseFacts", made)


def test_a_trusted_interval_has_no_note() -> None:
    assert agreement(facts("")) == (
        "Krippendorff's alpha with its 95 % interval for these annotators, by dialogues as units: "
        "humor (nominal) 0.71 [0.60, 0.80]."
    )


def test_an_interval_that_is_grey_on_the_pages_says_so() -> None:
    text = agreement(facts("few_dialogues"))
    assert "humor (nominal) 0.71 [0.60, 0.80] (too few dialogues)." in text
    assert "fewer than 25 contain an answer other than the most frequent one" in text


def test_from_six_raters_on_the_interval_holds_for_others_too() -> None:
    text = agreement(facts("", raters=6))
    assert (
        "interval also for other annotators like these, by dialogues as units: humor (nominal) 0.71 [0.50, 0.90]."
        in text
    )
