from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import uuid4

import pytest

from annotator.domain.allocation.assignments import finish
from annotator.domain.allocation.claims import claim
from annotator.domain.allocation.daily_limit import Day, day_of
from annotator.domain.hours.sheets import sheet_of
from annotator.domain.labelling.operations import Operation, apply_operations
from annotator.models import Assignment
from common.errors import Refused
from corpus.models import Rater, Revision
from tests.annotator.material import answered, corpus_with_work
from tests.factories import RaterFactory

pytestmark = [pytest.mark.django_db, pytest.mark.database]
NOON = datetime(2026, 3, 3, 12, tzinfo=UTC)


@pytest.fixture
def rater() -> Rater:
    corpus = corpus_with_work(dialogues=2)
    corpus.daily_limit_minutes = 2
    corpus.save()
    rater: Rater = RaterFactory(corpus=corpus)
    return rater


def label(rater: Rater, assignment: Assignment, *, active_ms: int, at: datetime, **more: Any) -> None:
    assert rater.membership
    apply_operations(
        assignment=assignment,
        token=assignment.token,
        author=rater.membership.user,
        operations=[
            Operation(
                id=uuid4(),
                kind="commit",
                utterance=assignment.dialogue.utterances.get().public_id,
                answers=answered(**more),
                active_ms=active_ms,
            )
        ],
        now=at,
    )


def test_a_day_contains_the_work_since_midnight(rater: Rater) -> None:
    first = claim(rater=rater, now=NOON)
    assert first
    label(rater, first, active_ms=50_000, at=NOON - timedelta(hours=13))
    label(rater, first, active_ms=60_000, at=NOON, sentiment="positive")
    label(rater, first, active_ms=1_000, at=NOON)
    other = RaterFactory(corpus=rater.corpus)
    theirs = claim(rater=other, now=NOON)
    assert theirs
    label(other, theirs, active_ms=7_000, at=NOON)
    finish(assignment=first, token=first.token, now=NOON)
    assert day_of(rater=rater, now=NOON) == Day(
        dialogues=1, utterances=1, active_ms=61_000, limit_minutes=2, rest_minutes=60
    )
    assert day_of(rater=rater, now=NOON + timedelta(days=1)) == Day(0, 0, 0, 2, 60)


def test_a_rater_over_the_limit_gets_no_new_dialogue_but_can_finish_the_open_one(rater: Rater) -> None:
    in_hand = claim(rater=rater, now=NOON)
    assert in_hand
    label(rater, in_hand, active_ms=120_000, at=NOON)
    assert claim(rater=rater, now=NOON) == in_hand
    finish(assignment=in_hand, token=in_hand.token, now=NOON)
    with pytest.raises(Refused) as refused:
        claim(rater=rater, now=NOON)
    assert (refused.value.code, refused.value.params) == ("annotator.daily_limit", {"minutes": 2})
    assert Assignment.objects.count() == 1
    assert claim(rater=rater, now=NOON + timedelta(hours=12)) is not None


def test_without_a_limit_no_claim_is_refused(rater: Rater) -> None:
    rater.corpus.daily_limit_minutes = None
    rater.corpus.save()
    first = claim(rater=rater, now=NOON)
    assert first
    label(rater, first, active_ms=10**8, at=NOON)
    finish(assignment=first, token=first.token, now=NOON)
    assert claim(rater=rater, now=NOON) is not None


@pytest.mark.parametrize("cause", Revision.Cause.values)
def test_utterances_of_a_day_are_those_on_the_page_of_hours(rater: Rater, cause: str) -> None:
    first = claim(rater=rater, now=NOON - timedelta(days=1))
    assert first
    label(rater, first, active_ms=1_000, at=NOON - timedelta(days=1))
    before = Revision.objects.get()
    Revision.objects.create(
        annotation=before.annotation,
        author=before.author,
        codebook=before.codebook,
        number=2,
        cause=cause,
        correction="slip" if cause == "correct" else None,
        created_at=NOON,
    )
    answered = day_of(rater=rater, now=NOON).utterances
    assert answered == sheet_of(corpus=rater.corpus, first=NOON.date(), last=NOON.date()).total.utterances
    assert answered == (cause in ("commit", "correct"))
