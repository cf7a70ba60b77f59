"""The figures by which the protocol of adjudication measures itself."""

import pytest

from agreement.domain.adjudication.protocol import adjudicator_agreement
from agreement.domain.audit import ANY, audit, error_document, read_audit
from agreement.models import AdjudicationCase, Decision
from corpus.models import Corpus
from tests.agreement.api.adjudicators import Adjudicator, decide, take, undo
from tests.agreement.domain.adjudication.material import cases, queued
from tests.agreement.material import utterances

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def decide_all(person: Adjudicator, mood: str) -> int:
    """Decide everything that is left for a person without seeing answers; return how much it was."""
    count = 0
    while (response := person.ask()).status_code == 200:
        case = response.json()
        assert case["blind"]
        assert case["columns"] == []
        person.acks(case, decide(sentiment=mood))
        count += 1
    return count


def test_only_blind_decisions_of_two_give_the_agreement_of_adjudicators() -> None:
    corpus = queued({"a": "++++", "b": "0000", "c": "----"}, blind=100, double=100)
    assert (agreed := adjudicator_agreement(corpus=corpus)) is not None
    assert (agreed.utterances, agreed.figures) == (0, [])
    first, second = Adjudicator(corpus), Adjudicator(corpus)
    assert decide_all(first, "positive") == 4
    case = second.claim()
    second.acks(case, decide(sentiment="positive"))
    second.end(case, "reveal")
    other = second.claim()
    slip = decide(sentiment="positive")
    second.acks(other, slip, undo(slip), decide(sentiment="negative"))
    third = second.claim()
    second.acks(third, decide("undecidable"))
    # afterwards, with the answers in view: does not count
    mine = first.claim(utterance=case["utterance"])
    first.end(mine, "reveal")
    shown = first.show(mine)
    assert first.acks(shown, take(shown, "A")) in (["applied"], ["adjudication.second_is_done"])
    agreed = adjudicator_agreement(corpus=corpus)
    assert agreed is not None
    assert (agreed.utterances, agreed.dialogues, agreed.unlike) == (2, 2, 1)
    sentiment = next(each for each in agreed.figures if each["slug"] == "sentiment")
    assert sentiment["percent"]["value"] == 0.5


def test_a_decision_on_an_utterance_that_was_chosen_does_not_count() -> None:
    corpus = queued({"a": "+", "b": "0", "c": "-"}, blind=100, double=100)
    chosen = str(utterances(corpus)[0].public_id)
    for person in (Adjudicator(corpus), Adjudicator(corpus)):
        response = person.ask(utterance=chosen)
        if response.status_code == 200:
            person.acks(response.json(), decide(sentiment="positive"))
    agreed = adjudicator_agreement(corpus=corpus)
    assert agreed is not None
    assert agreed.utterances == 0


@pytest.fixture
def audited() -> Corpus:
    """30 unanimous and 10 majority utterances, two in a dialogue; all are audited."""
    return queued({"a": "+" * 40, "b": "+" * 40, "c": "+" * 30 + "0" * 10}, per_dialogue=2, audit=100)


def test_the_audit_estimates_the_error_of_the_consensus(audited: Corpus) -> None:
    before = audit(corpus=audited)
    assert before is not None
    assert (before.audited, before.waiting, before.by_question[ANY].value) == (0, 40, None)
    assert {case.agreement for case in cases(audited)} == {"unanimous", "majority"}
    person, wrong = Adjudicator(audited), 0
    while (response := person.ask()).status_code == 200:
        case = response.json()
        assert (case["blind"], case["columns"]) == (True, [])
        row = AdjudicationCase.objects.get(utterance__public_id=case["utterance"])
        is_wrong = row.agreement == "majority" and wrong < 4
        wrong += is_wrong
        person.acks(case, decide(sentiment="negative" if is_wrong else "positive"))
    found = audit(corpus=audited)
    assert found is not None
    assert (found.audited, found.waiting, found.undecided) == (40, 0, 0)
    overall, emotion = found.by_question[ANY], found.by_question["emotion"]
    assert (overall.errors, overall.units, overall.clusters) == (4, 40, 20)
    assert overall.value == pytest.approx(0.1)
    assert found.by_question["sentiment"].value == pytest.approx(0.1)
    assert emotion.value == 0
    assert overall.low is not None
    assert overall.high is not None
    assert 0 < overall.low < 0.1 < overall.high < 0.4
    assert found.by_agreement["unanimous"][ANY].value == 0
    assert found.by_agreement["majority"][ANY].value == pytest.approx(0.4)


def test_the_error_is_given_by_split_and_undecided_audits_are_in_no_rate(audited: Corpus) -> None:
    person = Adjudicator(audited)
    person.acks(person.claim(), decide("discussion"))
    decide_all(person, "positive")
    dialogues = list(audited.dialogues.order_by("order").values_list("pk", flat=True))
    splits = {key: "train" if place < 15 else "test" for place, key in enumerate(dialogues)}
    found = audit(corpus=audited, splits=splits)
    assert found is not None
    assert (found.audited, found.undecided) == (39, 1)
    assert {name: rates[ANY].population for name, rates in found.by_split.items()} == {"train": 30, "test": 10}
    assert sum(rates[ANY].units for rates in found.by_split.values()) == 39


def test_an_audited_utterance_whose_annotators_now_disagree_leaves_the_sample(audited: Corpus) -> None:
    decide_all(Adjudicator(audited), "positive")
    case = cases(audited)[0]
    AdjudicationCase.objects.filter(pk=case.pk).update(agreement="split")
    found = audit(corpus=audited)
    assert found is not None
    assert found.audited == 39
    assert Decision.objects.count() == 40


def test_a_release_states_the_error_of_its_own_splits(audited: Corpus) -> None:
    decide_all(Adjudicator(audited), "positive")
    codes = list(audited.dialogues.order_by("order").values_list("code", flat=True))
    split_of = {code: "train" if place < 10 else "test" for place, code in enumerate(codes[:-2])}
    sample = read_audit(corpus=audited)
    assert sample is not None
    document = error_document(sample, split_of)
    assert (document["audited"], document["waiting"], list(document["splits"])) == (36, 0, ["all", "test", "train"])
    rates = {name: each["any"] for name, each in document["splits"].items()}
    assert {name: (rate["units"], rate["population"]) for name, rate in rates.items()} == {
        "all": (36, 36),
        "test": (16, 16),
        "train": (20, 20),
    }
    assert document["splits"]["train"]["questions"]["sentiment"]["value"] == 0
    assert document["splits"]["train"]["unanimous"]["high"] < 1
