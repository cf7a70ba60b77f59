from typing import Any

import pytest

from agreement.consensus.method import Consensus
from agreement.consensus.sources import FOR_ADJUDICATORS, OPEN, SETTLED, Need, needs_adjudication, settled_by
from tests.agreement.consensus.material import LINK, labelled, profile, raters, small


def labels(*found: str) -> dict[str, Consensus]:
    return {str(place): Consensus(None if each in OPEN else "x", each, {}) for place, each in enumerate(found)}


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (["unanimous", "unanimous", "not_asked"], "unanimous"),
        (["unanimous", "majority"], "majority"),
        (["majority", "single"], "single"),
        (["majority", "tie", "ends_not_settled"], "tie"),
        (["not_admitted", "tie"], "not_admitted"),
        (["dawid_skene", "unanimous"], "dawid_skene"),
        (["decision", "not_asked"], "decision"),
        (["incomplete", "incomplete"], "incomplete"),
        (["elsewhere", "unanimous"], "elsewhere"),
        (["elsewhere", "none"], "none"),
        ([], "none"),
    ],
)
def test_the_weakest_source_stands_for_the_utterance(found: list[str], expected: str) -> None:
    assert settled_by(labels(*found)) == expected


@pytest.mark.parametrize("source", [*SETTLED, *OPEN])
def test_only_what_an_adjudicator_can_settle_needs_adjudication(source: str) -> None:
    need = needs_adjudication(labels("unanimous", source))
    assert need == (Need(source, ("1",)) if source in FOR_ADJUDICATORS else None)


@pytest.mark.parametrize(
    ("answers", "expected"),
    [
        ([profile(), profile(mood="bad")], Need("tie", ("mood",))),
        (
            [profile(irony="yes", irony_mood=1), profile(mood="bad", irony="yes", irony_mood=0)],
            Need("tie", ("mood", LINK)),
        ),
        ([profile(tags=["plain"]), profile(tags=["loud"]), profile(tags=["sad"])], Need("not_admitted", ("tags",))),
        ([profile(mood="cannot_judge")] * 2, Need("cannot_judge", ("mood",))),
        ([profile(), profile()], None),
        ([], None),
    ],
)
def test_an_utterance_that_the_majority_leaves_open_needs_adjudication(
    answers: list[dict[str, Any]], expected: Need | None
) -> None:
    assert needs_adjudication(labelled(small(), raters(*answers))) == expected
