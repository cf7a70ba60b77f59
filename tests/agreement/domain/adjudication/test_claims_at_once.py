# Many adjudicators claim and decide at once, from several processes, on a real database.

from collections import Counter
from multiprocessing import get_context

import pytest

from agreement.models import AdjudicationCase, CaseHold, CaseRank, Decision, DecisionRevision
from corpus.models import Membership
from tests.agreement.domain.adjudication.claimants import Results, together
from tests.agreement.domain.adjudication.material import adjudicator, queued
from tests.connections import wait_for_connections

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database, pytest.mark.xdist_group("connections")]
PROCESSES = 4
ADJUDICATORS = 64
UTTERANCES = 128


def adjudicate_all(people: list[Membership]) -> Results:
    """Let the adjudicators work until nothing is left, in several processes."""
    wait_for_connections()
    forked = get_context("fork")
    answers = forked.Queue()
    children = [
        forked.Process(target=together, args=([each.pk for each in people[n::PROCESSES]], answers), daemon=True)
        for n in range(PROCESSES)
    ]
    for child in children:
        child.start()
    try:
        results = [each for _ in children for each in answers.get(timeout=120)]
        for child in children:
            child.join()
    finally:
        for child in children:
            child.kill()  # one that hangs would keep the database from the next tests
    assert [child.exitcode for child in children] == [0] * PROCESSES
    return results


@pytest.mark.parametrize("double", [0, 30], ids=["one decides", "some are decided by two"])
def test_64_adjudicators_at_once_decide_each_utterance_once_and_lose_none(double: int) -> None:
    marks = {"a": "+" * UTTERANCES, "b": "0" * UTTERANCES, "c": "-" * UTTERANCES}
    corpus = queued(marks, per_dialogue=8, blind=double, double=double)
    doubles = set(AdjudicationCase.objects.filter(is_double=True).values_list("utterance", flat=True))
    assert bool(doubles) == bool(double)
    results = adjudicate_all([adjudicator(corpus) for _ in range(ADJUDICATORS)])
    assert {status for *_, status in results} == {"applied"}
    times = Counter(utterance for _, utterance, _ in results)
    assert len(times) == UTTERANCES
    assert {utterance for utterance, number in times.items() if number == 2} == doubles
    assert set(times.values()) <= {1, 2}
    assert len(set(results)) == len(results) == UTTERANCES + len(doubles)  # nobody decided one utterance twice
    assert Decision.objects.count() == UTTERANCES
    assert DecisionRevision.objects.filter(second=False).count() == UTTERANCES
    assert DecisionRevision.objects.filter(second=True).count() == len(doubles)
    assert not CaseRank.objects.exists()
    assert not CaseHold.objects.filter(state="open").exists()
