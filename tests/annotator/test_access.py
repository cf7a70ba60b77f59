from typing import Any
from uuid import uuid4

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from agreement.models import Report
from annotator.domain.allocation.assignments import finish, release
from annotator.domain.allocation.claims import claim
from annotator.domain.labelling.operations import Operation, apply_operations
from annotator.models import AnswerSet, CalibrationDialogue, ClosedDialogue, LateOperation, Result, ResultItem
from corpus.models import Corpus, Dialogue, Membership
from export.models import Release
from tests.annotator.material import answered, corpus_with_work
from tests.factories import AssignmentFactory, MembershipFactory, RaterFactory

pytestmark = pytest.mark.django_db
NOW = timezone.now()
CLOSE = {"close_dialogues": "1"}


@pytest.fixture
def both(client: Client) -> Membership:
    """A signed-in manager who also labels, in a corpus in which somebody else has labelled one of two dialogues."""
    corpus = corpus_with_work(dialogues=2)
    Corpus.objects.filter(pk=corpus.pk).update(allows_several_roles=True)
    member: Membership = MembershipFactory(corpus=corpus, roles=["manager", "annotator"])
    RaterFactory(corpus=corpus, membership=member)
    other = RaterFactory(corpus=corpus)
    label(other)
    client.force_login(member.user)
    return member


def label(rater: Any) -> Any:
    assignment = claim(rater=rater, now=NOW)
    assert assignment
    operation = Operation(
        id=uuid4(), kind="commit", utterance=assignment.dialogue.utterances.get().public_id, answers=answered()
    )
    apply_operations(
        assignment=assignment, token=assignment.token, author=rater.membership.user, operations=[operation], now=NOW
    )
    finish(assignment=assignment, token=assignment.token, now=NOW)
    return assignment


def address(name: str, member: Membership, *args: Any) -> str:
    return reverse(name, args=[member.corpus.slug, *args])


def closed(member: Membership) -> list[int]:
    return sorted(ClosedDialogue.objects.filter(rater=member.rater).values_list("dialogue__order", flat=True))


def report_of(member: Membership, raters: int) -> Report:
    assert member.corpus.codebook
    names = [f"annotator-{n}" for n in range(raters)]
    report: Report = Report.objects.create(
        corpus=member.corpus,
        codebook=member.corpus.codebook,
        selection={"annotations": 1, "utterances": 1, "dialogues": 1, "raters": names},
        figures={"raters": names, "questions": []},
    )
    return report


def test_a_release_opens_only_after_its_dialogues_are_closed(client: Client, both: Membership) -> None:
    release_ = Release.objects.create(corpus=both.corpus, name="v1", options={})
    url = address("export:download", both, release_.public_id)
    asked = client.get(url)
    assert (asked.status_code, asked.context["codes"]) == (409, [Dialogue.objects.get(order=0).code])
    assert closed(both) == []
    assert client.post(url, CLOSE)["Location"] == url
    assert closed(both) == [0]
    assert client.get(url).status_code == 404  # there is no file in this test: the view itself answers now


def test_a_dialogue_in_hand_must_be_finished_first(client: Client, both: Membership) -> None:
    claim(rater=both.rater, now=NOW)
    url = address("export:download", both, Release.objects.create(corpus=both.corpus, name="v1", options={}).public_id)
    asked = client.post(url, CLOSE)
    assert asked.status_code == 409
    assert next(str(message) for message in asked.context["messages"]).startswith("You are labelling")
    assert closed(both) == []


def test_the_answers_of_calibration_close_their_dialogue(client: Client, both: Membership) -> None:
    dialogue = Dialogue.objects.get(order=1)
    CalibrationDialogue.objects.create(dialogue=dialogue, use="gold")
    for url in (
        address("annotator:calibration_answers", both, dialogue.public_id),
        address("annotator:calibration_person", both, both.rater.public_id),
    ):
        assert client.get(url).status_code == 409
        assert client.post(url, {"some": "answer"}).status_code == 409
        assert client.post(url, CLOSE).status_code == 302
        assert client.get(url).status_code == 200
        assert closed(both) == [1]
        ClosedDialogue.objects.all().delete()


def test_late_work_is_hidden_until_its_dialogue_is_closed(client: Client, both: Membership) -> None:
    other = RaterFactory(corpus=both.corpus)
    held = claim(rater=other, now=NOW)
    assert held
    release(assignment=held, now=NOW)
    utterance = held.dialogue.utterances.get()
    LateOperation.objects.create(
        assignment=held,
        operation=uuid4(),
        token=held.token,
        payload={"utterance": str(utterance.public_id), "answers": answered(sentiment="positive")},
    )
    url = address("annotator:late_work", both)
    assert "positive" not in client.get(url).content.decode()
    assert closed(both) == []
    client.post(address("annotator:close_dialogue", both, held.dialogue.public_id))
    assert "positive" in client.get(url).content.decode()


def test_figures_of_single_annotators_are_hidden(client: Client, both: Membership) -> None:
    small, large = report_of(both, 2), report_of(both, 3)
    for report, status in ((small, 403), (large, 200)):
        page = client.get(address("agreement:report", both, report.public_id))
        assert (page.context["hides_raters"], page.context["hides_report"]) == (True, status == 403)
        assert client.get(address("agreement:download_json", both, report.public_id)).status_code == status
    assert client.get(address("agreement:self_agreement", both)).context["hides_raters"]


def test_they_are_shown_when_no_dialogue_is_left_to_give(client: Client, both: Membership) -> None:
    while claim(rater=both.rater, now=NOW):
        label(both.rater)
    page = client.get(address("agreement:report", both, report_of(both, 2).public_id))
    assert not page.context["hides_raters"]


def test_a_manager_who_does_not_label_is_not_asked_but_remembered(client: Client, both: Membership) -> None:
    manager = MembershipFactory(corpus=both.corpus, role="manager")
    client.force_login(manager.user)
    dialogue = Dialogue.objects.get(order=1)
    assert client.get(address("annotator:calibration_answers", both, dialogue.public_id)).status_code == 200
    manager.refresh_from_db()
    assert manager.saw_answers_at is not None


def test_contents_of_a_release_are_hidden_and_its_manifest_asks_first(client: Client, both: Membership) -> None:
    release_ = Release.objects.create(corpus=both.corpus, name="v1", options={}, manifest={})
    assert client.get(address("export:release", both, release_.public_id)).context["hides_raters"]
    url = address("export:manifest", both, release_.public_id)
    assert client.get(url).status_code == 409
    assert client.post(url, CLOSE).status_code == 302
    assert closed(both) == [0]


def test_results_of_a_dialogue_that_is_no_longer_in_use_ask_first(client: Client, both: Membership) -> None:
    other = RaterFactory(corpus=both.corpus)
    dialogue = Dialogue.objects.get(order=1)
    CalibrationDialogue.objects.create(dialogue=dialogue, use="training")
    assert both.corpus.codebook
    scored = AnswerSet.objects.create(
        utterance=dialogue.utterances.get(),
        version=1,
        codebook=both.corpus.codebook,
        acceptable={},
        reasons={},
        origin="typed",
    )
    assignment = AssignmentFactory(rater=other, dialogue=dialogue, purpose="training", state="done", ended_at=NOW)
    result = Result.objects.create(assignment=assignment, rater=other, purpose="training", right=0, judged=1)
    ResultItem.objects.create(result=result, answer_set=scored, answers={}, verdicts={})
    CalibrationDialogue.objects.all().delete()
    url = address("annotator:calibration_person", both, other.public_id)
    assert client.get(url).status_code == 409
    assert client.get(address("annotator:calibration", both)).context["people"] == []


def test_the_list_of_reports_hides_figures_of_one_or_two_raters(client: Client, both: Membership) -> None:
    for raters in (2, 3):
        report = report_of(both, raters)
        assert report.figures
        report.figures["questions"] = [{"slug": "sentiment", "alpha": {"value": 0.5, "reason": ""}}]
        report.save()
    rows = client.get(address("agreement:reports", both)).context["rows"]
    assert [figures[0][1] is None for _, figures in rows] == [False, True]
