from datetime import timedelta

import pytest
from django.utils import timezone

from annotator.domain.allocation.assignments import release
from annotator.domain.allocation.claims import claim
from annotator.domain.allocation.leases import LEASE, heartbeat
from annotator.models import Assignment
from common.errors import Refused
from corpus.models import Corpus, Rater
from tests.annotator.material import corpus_with_work
from tests.factories import RaterFactory

pytestmark = [pytest.mark.django_db, pytest.mark.database]
NOW = timezone.now()
LATER = NOW + LEASE + timedelta(seconds=1)


def person(corpus: Corpus) -> Rater:
    return RaterFactory(corpus=corpus)


def test_a_token_grows_with_time_and_does_not_count_those_who_had_the_slot() -> None:
    corpus = corpus_with_work(dialogues=2, k=1)
    tokens: list[int] = []
    for moment in (NOW, NOW, NOW + timedelta(minutes=1)):
        taken = claim(rater=person(corpus), now=moment)
        assert taken
        tokens.append(taken.token - tokens[0] if tokens else taken.token)
        release(assignment=taken, now=moment)
    assert tokens[1:] == [1, 60]
    held = [claim(rater=person(corpus), now=NOW + timedelta(minutes=2)) for _ in range(2)]
    assert [each and (each.dialogue.order, each.token - tokens[0]) for each in held] == [(0, 120), (1, 120)]


def test_an_abandoned_slot_goes_to_someone_else_only_when_no_other_is_free() -> None:
    corpus = corpus_with_work(dialogues=2, k=1)
    first = claim(rater=person(corpus), now=NOW)
    later = NOW + LEASE + timedelta(seconds=1)
    second = claim(rater=person(corpus), now=later)
    third = claim(rater=person(corpus), now=later)
    assert first
    assert second
    assert third
    assert (second.dialogue.order, third.slot, third.token > first.token) == (1, first.slot, True)
    first.refresh_from_db()
    assert first.state == Assignment.State.RELEASED


def test_a_heartbeat_renews_even_an_expired_lease() -> None:
    assignment = claim(rater=person(corpus_with_work()), now=NOW)
    assert assignment
    later = NOW + 3 * LEASE
    heartbeat(assignment=assignment, token=assignment.token, now=later)
    assignment.refresh_from_db()
    assert assignment.lease_until == later + LEASE


def test_a_heartbeat_after_a_release_is_refused_as_superseded() -> None:
    assignment = claim(rater=person(corpus_with_work()), now=NOW)
    assert assignment
    release(assignment=assignment, now=NOW)
    assignment.refresh_from_db()
    with pytest.raises(Refused) as refused:
        heartbeat(assignment=assignment, token=assignment.token, now=NOW)
    assert refused.value.code == "annotator.superseded"


@pytest.mark.parametrize(("expiry", "goes_on"), [("reopen", True), ("keep", False), ("manager", False)])
def test_the_policy_of_the_codebook_decides_what_happens_after_expiry(expiry: str, goes_on: bool) -> None:
    corpus = corpus_with_work(dialogues=1, k=1, expiry=expiry)
    first = claim(rater=person(corpus), now=NOW)
    assert first
    second = claim(rater=person(corpus), now=LATER)
    assert (second is not None) == goes_on
    first.refresh_from_db()
    assert first.state == ("released" if goes_on else "open")
