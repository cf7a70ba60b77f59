from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from common.errors import Refused
from corpus.domain.findings import NewFinding, acknowledge_finding, record_findings
from corpus.models import Corpus, Finding
from tests.factories import CorpusFactory, SourceRaterFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.database]

MONDAY, TUESDAY = datetime(2026, 3, 2, tzinfo=UTC), datetime(2026, 3, 3, tzinfo=UTC)


def case(first: str = "a", **changes: Any) -> NewFinding:
    fields: dict[str, Any] = {"kind": "block", "extent_count": 10, "extent_share": 0.5, "severity": "severe"}
    return NewFinding(rows={"first": first, "last": "z"}, **(fields | changes))


@pytest.fixture
def corpus() -> Any:
    return CorpusFactory()


def record(corpus: Corpus, *findings: NewFinding, now: datetime = MONDAY, source: str = "blocks") -> list[Finding]:
    return record_findings(corpus=corpus, source=source, findings=iter(findings), now=now)


def test_a_finding_is_recorded_with_its_extent_and_evidence(corpus: Corpus) -> None:
    rater = SourceRaterFactory(corpus=corpus)
    record(corpus, case(task="emotion", rater=rater, evidence={"period": 200}))
    finding = Finding.objects.get()
    assert (finding.corpus, finding.source, finding.kind, finding.task) == (corpus, "blocks", "block", "emotion")
    assert (finding.rater, finding.rows) == (rater, {"first": "a", "last": "z"})
    assert (finding.extent_count, finding.extent_share, finding.severity) == (10, 0.5, "severe")
    assert (finding.evidence, finding.found_at, finding.gone_at) == ({"period": 200}, MONDAY, None)


def test_a_second_run_keeps_the_row_and_its_acknowledgement(corpus: Corpus) -> None:
    [first] = record(corpus, case())
    user = UserFactory()
    acknowledge_finding(finding=first, user=user, comment=" known ", now=MONDAY)
    record(corpus, case(extent_count=12, severity="warning"), now=TUESDAY)
    finding = Finding.objects.get()
    assert (finding.pk, finding.found_at, finding.extent_count, finding.severity) == (first.pk, MONDAY, 12, "warning")
    assert (finding.acknowledged_by, finding.acknowledged_at, finding.comment) == (user, MONDAY, "known")


def test_cases_that_no_longer_hold_are_removed_or_marked_as_gone(corpus: Corpus) -> None:
    seen, unseen, _stays = record(corpus, case("a"), case("b"), case("c"))
    acknowledge_finding(finding=seen, user=UserFactory(), comment="intended")
    record(corpus, case("c"), now=TUESDAY)
    assert not Finding.objects.filter(pk=unseen.pk).exists()
    assert dict(Finding.objects.values_list("rows__first", "gone_at")) == {"a": TUESDAY, "c": None}
    record(corpus, case("a"), case("c"), now=TUESDAY)
    assert set(Finding.objects.values_list("gone_at", flat=True)) == {None}


def test_another_source_and_another_corpus_are_not_changed(corpus: Corpus) -> None:
    record(corpus, case(), source="other")
    record(CorpusFactory(), case())
    record(corpus)
    assert Finding.objects.count() == 2


def test_the_rater_and_the_task_tell_cases_apart(corpus: Corpus) -> None:
    rater = SourceRaterFactory(corpus=corpus)
    assert len(record(corpus, case(), case(task="emotion"), case(rater=rater), case(kind="run"), case())) == 4


@pytest.mark.parametrize(
    "wrong",
    [
        {"extent_share": 1.5},
        {"extent_share": -0.1},
        {"severity": "dire"},
        {"comment": "seen"},
        {"gone_at": MONDAY},
    ],
)
def test_the_database_refuses_impossible_findings(corpus: Corpus, wrong: dict[str, Any]) -> None:
    [finding] = record(corpus, case())
    with pytest.raises(IntegrityError), transaction.atomic():
        Finding.objects.filter(pk=finding.pk).update(**wrong)


def test_an_acknowledgement_of_a_removed_finding_is_refused(corpus: Corpus) -> None:
    [finding] = record(corpus, case())
    with pytest.raises(Refused) as caught:
        acknowledge_finding(finding=finding, user=UserFactory(), comment="x" * 2001)
    assert caught.value.code == "finding.comment_too_long"
    record(corpus)
    with pytest.raises(Refused) as caught:
        acknowledge_finding(finding=finding, user=UserFactory(), comment="intended")
    assert caught.value.code == "finding.gone"


def test_a_finding_is_dismissed_with_a_reason_alone(corpus: Corpus) -> None:
    [finding] = record(corpus, case())
    with pytest.raises(Refused) as caught:
        acknowledge_finding(finding=finding, user=UserFactory(), comment="  ")
    assert caught.value.code == "finding.reason_missing"


def test_a_case_with_an_identity_keeps_its_row_while_it_grows(corpus: Corpus) -> None:
    record(corpus, case("a", identity="first half", p_value=1e-4))
    [grown] = record(corpus, case("b", identity="first half", p_value=1e-6), now=TUESDAY)
    finding = Finding.objects.get()
    assert (finding.pk, finding.found_at, finding.seen_at) == (grown.pk, MONDAY, TUESDAY)
    assert (finding.rows["first"], finding.p_value) == ("b", 1e-6)
