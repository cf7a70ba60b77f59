"""Labels with their caches equal those computed for each utterance on its own, by every consensus method."""

import json
from types import SimpleNamespace
from typing import Any, cast

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from agreement.consensus.labelling import labels as consensus_labels
from agreement.consensus.patterns import PatternCollector
from agreement.consensus.precedence import Settled, final_labels
from agreement.consensus.registry import METHODS, choose
from agreement.consensus.sources import settled_by
from agreement.judgements.reader import JudgementReader
from corpus.rules.codebook import CANNOT_JUDGE, CodeLayout, settle
from export.rows.answer_block import NO_ANSWERS, AnswerBlock
from export.rows.labels import Labeller
from tests.agreement.consensus.material import profile, small

RULES = small()
LAYOUT = CodeLayout(RULES)
RATERS = ["anna", "ben", "cleo", "dan"]
ANSWERS = st.builds(
    lambda mood, irony, tags, link: settle(RULES, profile(mood=mood, irony=irony, tags=tags, irony_mood=link)),
    st.sampled_from(["bad", "even", "good", CANNOT_JUDGE]),
    st.sampled_from(["no", "yes", CANNOT_JUDGE]),
    st.lists(st.sampled_from(["plain", "loud", "sad"]), min_size=1, unique=True).map(sorted),
    st.sampled_from([-1, 0, 1]),
)
UTTERANCES = st.lists(st.dictionaries(st.sampled_from(range(4)), ANSWERS, max_size=4), min_size=1, max_size=6)
SETTLED = st.one_of(
    st.none(),
    st.just(Settled("discussion", None)),
    ANSWERS.map(lambda answers: Settled("decision", answers)),
    ANSWERS.map(lambda answers: Settled("accepted", {"mood": answers["mood"]})),
)


def block(utterances: list[dict[int, Any]], labeller: Labeller) -> AnswerBlock:
    """Return the answers of utterances 1, 2, … with the raters in the opposite order, as a database may sort them."""
    rows = [
        (key, rater, np.frombuffer(LAYOUT.encode(answers), dtype="<i2"))
        for key, given_answers in enumerate(utterances, start=1)
        for rater, answers in sorted(given_answers.items(), reverse=True)
    ]
    return AnswerBlock(
        utterance=np.array([row[0] for row in rows], dtype=np.int64),
        rater=np.array([row[1] for row in rows], dtype=np.int64),
        codes=np.array([row[2] for row in rows], dtype=np.int16).reshape(len(rows), LAYOUT.width),
        keys=labeller.keys,
    )


def plain_cells(found: Any, raters: list[int], withheld: frozenset[str], *, is_soft: bool) -> dict[str, Any]:
    """Return the cells of an utterance, built as dictionaries."""
    cells = {}
    for slug, each in found.items():
        has_label = each.label is not None and each.label != "not_applicable"
        cells[slug] = {
            "label": each.label if has_label else None,
            "state": "labelled" if has_label else each.label or "missing",
            "source": each.source,
            "votes": [],
        }
        for rater in sorted(raters):
            answer = each.answers.get(RATERS[rater])
            state = "missing" if answer is None else answer if answer in ("cannot_judge", "not_applicable") else "given"
            if RATERS[rater] not in withheld:
                vote = {"rater": RATERS[rater], "answer": answer if state == "given" else None, "state": state}
                cells[slug]["votes"].append(vote)
        if is_soft:
            shares = (each.distribution or {}).items()
            cells[slug]["distribution"] = [
                {"answer": int(one) if slug == "irony_mood" else one, "probability": share} for one, share in shares
            ]
    return cells


@pytest.mark.parametrize("name", sorted(METHODS))
@settings(max_examples=30, deadline=None)
@given(utterances=UTTERANCES, settled=SETTLED, is_incomplete=st.booleans(), hides=st.booleans())
def test_cached_labels_equal_those_of_each_utterance(
    name: str, utterances: list[dict[int, Any]], settled: Settled | None, is_incomplete: bool, hides: bool
) -> None:
    method, withheld = choose(name), frozenset({"ben"} if hides else ())
    decide = method.fit(PatternCollector(RULES, tuple(RATERS)).patterns())
    labeller = Labeller(
        rules=RULES,
        reader=cast("JudgementReader", SimpleNamespace(raters=RATERS, layout=LAYOUT)),
        decide=decide,
        is_soft=method.method.is_soft,
        tells_raters_apart=method.method.tells_raters_apart,
        withheld=withheld,
    )
    answers = block(utterances, labeller)
    for key, own in enumerate(utterances, start=1):
        named = {RATERS[rater]: given_answers for rater, given_answers in own.items()}
        expected = final_labels(consensus_labels(RULES, named, decide), settled, is_incomplete=is_incomplete)
        span = answers.spans.get(key, NO_ANSWERS)
        for _again in range(2):
            found = labeller.labels(answers, span, settled, is_incomplete=is_incomplete)
            cells = plain_cells(expected, list(own), withheld, is_soft=method.method.is_soft)
            assert json.loads(bytes(found.encoded)) == cells
            assert list(json.loads(bytes(found.encoded))) == list(cells)
            assert found.sources == tuple(each.source for each in expected.values())
            assert found.source == settled_by(expected)
