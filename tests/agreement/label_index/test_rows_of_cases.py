"""The filters of the label browser to which figures of adjudication, rulings, retests and releases link."""

from typing import Any
from urllib.parse import urlencode

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from pytest_django import DjangoAssertNumQueries

from agreement.domain.adjudication.acceptances import preview, request_acceptance
from agreement.domain.adjudication.overview import means
from agreement.domain.rulings.asking import ask_again
from agreement.label_index import rows_of_queries, search
from agreement.label_index.index import LabelIndex
from agreement.label_index.resolution import resolve
from agreement.label_index.rows_of_tables import finding_mask
from agreement.models import Decision
from annotator.models import Assignment, Flag, Slot
from common.jobs.queue import execute
from corpus.domain.findings import NewFinding, record_findings
from corpus.models import Annotation, Corpus, Purpose, Rater, Utterance
from corpus.rules.label_selection import CASES, MAJORITIES, ORIGINS, parse
from export.models import Release
from tests.agreement.api.adjudicators import Adjudicator, decide, letter_with, take
from tests.agreement.domain.adjudication.material import build, queued
from tests.agreement.domain.rulings.test_rulings import answer_again, manager, ruled
from tests.agreement.domain.rulings.test_rulings import corpus as ruling_corpus  # noqa: F401 -- a fixture
from tests.agreement.label_index.test_search import found
from tests.agreement.material import utterances
from tests.annotator.material import answered
from tests.factories import AnnotationFactory, MembershipFactory

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture(params=["at once", "by blocks", "by blocks, then at once", "by blocks of scattered keys"], autouse=True)
def reading(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Read the rows of queries in each of the ways that depend on their number."""
    first = {"at once": 0, "by blocks, then at once": 2}.get(request.param, rows_of_queries.FIRST)
    monkeypatch.setattr(rows_of_queries, "FIRST", first)
    monkeypatch.setattr(search, "FEW", 2)
    monkeypatch.setattr(search, "BLOCK", 3)
    if request.param == "by blocks of scattered keys":
        monkeypatch.setattr(rows_of_queries, "SCATTERED", 0)
        monkeypatch.setattr(rows_of_queries, "PIECE", 2)


def places(corpus: Corpus, *pairs: tuple[str, str]) -> list[int]:
    """Return the places of the utterances that fit filters."""
    selection, faults = parse(pairs)
    assert not faults
    codes = [each.code for each in utterances(corpus)]
    return [codes.index(code) for code in found(corpus, LabelIndex.build(corpus), selection)]


def faults(corpus: Corpus, *pairs: tuple[str, str]) -> list[str]:
    selection = parse(pairs)[0]
    resolution = resolve(selection, corpus=corpus, index=LabelIndex.build(corpus), visible=None)
    return [each.code for each in resolution.faults]


def accept(corpus: Corpus, agreement: str) -> None:
    made = request_acceptance(corpus=corpus, agreement=agreement, requested_by=None, here=True)
    assert made.job
    execute(str(made.job.public_id))


def decided(corpus: Corpus, place: int, **answers: Any) -> None:
    person = Adjudicator(corpus)
    case = person.claim(utterance=str(utterances(corpus)[place].public_id))
    operation = decide(**answers) if answers else take(case, letter_with(case, sentiment="positive"))
    assert person.acks(case, operation) == ["applied"]


def test_each_number_of_the_pages_of_adjudication_is_that_of_its_filter() -> None:
    corpus = queued({"a": "+++++++", "b": "++++0+0", "c": "+++0--0"})
    flagged = utterances(corpus)[2]
    assignment = Assignment.objects.filter(dialogue=flagged.dialogue)[0]
    Flag.objects.create(utterance=flagged, reason="other", corpus=corpus, assignment=assignment)
    build(corpus)
    decided(corpus, 4)
    decided(corpus, 5, comment="heard", sentiment="neutral")
    assert places(corpus, ("case", "acceptable_unanimous")) == [0, 1]
    assert places(corpus, ("case", "held_back_unanimous")) == [2]
    assert places(corpus, ("case", "acceptable_majority")) == [3, 6]
    assert places(corpus, ("case", "decided_majority")) == [5]
    assert places(corpus, ("case", "taken")) == [4]
    assert places(corpus, ("case", "mixed")) == [5]
    accept(corpus, "majority")
    assert places(corpus, ("case", "accepted_majority")) == [3, 6]
    assert places(corpus, ("case", "accepted_majority"), ("case", "taken")) == [3, 4, 6]
    assert places(corpus, ("origin", "accepted")) == places(corpus, ("origin", "sentiment:accepted")) == [3, 6]
    assert places(corpus, ("origin", "decision")) == [4, 5]
    assert places(corpus, ("origin", "sentiment:unanimous")) == [0, 1, 2]
    assert places(corpus, ("majority", "sentiment:majority")) == [3, 5, 6]  # as if nothing was decided or accepted
    assert places(corpus, ("majority", "sentiment:tie")) == [4]
    counts = means(corpus)
    for word, name in (("taken", "taken"), ("mixed", "mixed"), ("accepted_majority", "majority")):
        assert len(places(corpus, ("case", word))) == counts[name]
    for agreement in ("unanimous", "majority"):
        shown = preview(corpus=corpus, agreement=agreement)
        numbers = (shown.utterances, shown.suspicious, shown.accepted, shown.decided)
        words = ("acceptable", "held_back", "accepted", "decided")
        assert tuple(len(places(corpus, ("case", f"{word}_{agreement}"))) for word in words) == numbers


def test_audited_utterances_cannot_be_found_before_they_are_decided() -> None:
    corpus = queued({"a": "++", "b": "++"}, blind=100, double=100, audit=100)
    people = Adjudicator(corpus), Adjudicator(corpus)
    assert places(corpus, ("case", "audited")) == []
    for number, person in enumerate(people):
        case = person.claim()
        assert person.acks(case, decide(sentiment="positive")) == ["applied"]
        seen = places(corpus, ("case", "audited"))
        assert seen == places(corpus, ("case", "audited_unanimous")) == places(corpus, ("case", "double"))
        # the second adjudicator of the first one's case may be yet to come
        assert len(seen) == (1 if number and Decision.objects.count() == 1 else 0)
    assert places(corpus, ("case", "audited_majority")) == []


def test_a_ruling_finds_what_two_people_answered_again(ruling_corpus: Corpus) -> None:  # noqa: F811
    corpus = ruling_corpus
    ruling = ruled(corpus)
    assert places(corpus, ("ruling", "1")) == []
    ask_again(ruling=ruling, membership=manager(corpus), now=timezone.now())
    affected = utterances(corpus)[1]
    for number, slug in enumerate(("a", "b")):
        answer_again(corpus, Rater.objects.get(corpus=corpus, slug=slug), affected, "negative")
        assert places(corpus, ("ruling", "1")) == ([1] if number else [])
    assert places(corpus, ("again", "ruling")) == [1]
    assert places(corpus, ("again", "ruling"), ("rater", "c")) == []
    for unknown in ("2", "x", "9" * 12):
        assert faults(corpus, ("ruling", unknown)) == ["labels.filter.unknown_ruling"]


def test_a_retest_finds_what_a_rater_answered_twice_once_it_is_handed_in() -> None:
    corpus = queued({"a": "+-", "b": "+-"})
    assert corpus.codebook
    again = utterances(corpus)[1]
    rater = Rater.objects.get(corpus=corpus, slug="a")
    slot = Slot.objects.create(
        dialogue=again.dialogue, number=1, purpose=Purpose.RETEST, batch=again.dialogue.slots.all()[0].batch, rank=0
    )
    assignment = Assignment.objects.create(
        slot=slot,
        dialogue=again.dialogue,
        rater=rater,
        purpose=Purpose.RETEST,
        codebook=corpus.codebook,
        token=1,
        lease_until=timezone.now(),
    )
    AnnotationFactory(
        rater=rater, utterance=again, codebook=corpus.codebook, purpose=Purpose.RETEST, answers=answered()
    )
    assert places(corpus, ("again", "retest")) == []
    Assignment.objects.filter(pk=assignment.pk).update(state="done", ended_at=timezone.now())
    assert places(corpus, ("again", "retest")) == [1]
    assert places(corpus, ("again", "retest"), ("rater", "a")) == [1]
    assert places(corpus, ("again", "retest"), ("rater", "b")) == []
    assert Annotation.objects.filter(purpose=Purpose.RETEST).count() == 1


def test_a_finding_is_read_once_and_again_when_a_run_finds_other_rows(
    django_assert_num_queries: DjangoAssertNumQueries,
) -> None:
    corpus = queued({"a": "+-0", "b": "+-0"})
    codes = [each.code for each in utterances(corpus)]
    index, selection = LabelIndex.build(corpus), parse([("finding", "any")])[0]

    def record(*places: int) -> None:
        rows = {"utterances": [str(utterances(corpus)[place].public_id) for place in places]}
        new = NewFinding(kind="kind", rows=rows, extent_count=1, extent_share=0.5, severity="note", identity="case")
        record_findings(corpus=corpus, source="test", findings=[new])

    def seen() -> list[int]:
        return [codes.index(code) for code in found(corpus, index, selection)]

    record(0)
    assert seen() == [0]
    with django_assert_num_queries(1) as queries:
        finding_mask(corpus, index, ["any"])
    assert "rows" not in queries.captured_queries[0]["sql"]
    record(1, 2)
    assert seen() == [1, 2]
    record_findings(corpus=corpus, source="test", findings=[])
    assert seen() == []


def test_the_splits_of_a_release_are_those_it_was_made_with() -> None:
    corpus = queued({"a": "+-0", "b": "+-0"})
    codes = [each.dialogue.code for each in Utterance.objects.order_by("dialogue__order").select_related("dialogue")]
    splits = dict(zip(codes, ("train", "test", "train"), strict=True)) | {"gone since": "train"}
    Release.objects.create(corpus=corpus, name="first", options={}, assignment=splits)
    assert places(corpus, ("release_split", "first:train")) == [0, 2]
    assert places(corpus, ("release_split", "first:train"), ("release_split", "first:test")) == [0, 1, 2]
    for value in ("first:dev", "second:train", "first", ":train"):
        assert faults(corpus, ("release_split", value)) == ["labels.filter.unknown_release"]


def test_the_page_names_every_filter_in_both_languages() -> None:
    corpus = queued({"a": "+-", "b": "+-"})
    client = Client()
    client.force_login(MembershipFactory(corpus=corpus, role="manager").user)
    query = [("case", word) for word in CASES] + [("again", "retest"), ("again", "ruling"), ("answered", "sentiment")]
    query += [("origin", word) for word in ORIGINS] + [("majority", f"sentiment:{word}") for word in MAJORITIES]
    for language in ("en", "zh-hans"):
        address = f"{reverse('agreement:labels', args=[corpus.slug])}?{urlencode(query)}"
        page = client.get(address, headers={"accept-language": language})
        assert page.status_code == 200
        assert "accepted_majority</" not in page.text
        assert not [word for word in ("feedback_after", "ends_not_settled") if f"{word}</" in page.text]
