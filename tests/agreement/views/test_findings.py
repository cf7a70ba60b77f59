import csv
import io
import json

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from agreement.domain.findings.listing import concerned, severe_findings
from agreement.domain.reports import request_report
from agreement.models import DetectionSettings, ExclusionRules, Report
from common.jobs.queue import execute
from common.models import Job
from corpus.domain.findings import DETECT, NewFinding, record_findings
from corpus.models import Corpus, Finding, Membership, Rater
from tests.agreement.material import judged, utterances
from tests.factories import MembershipFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def corpus(client: Client) -> Corpus:
    made = judged({"a": "+0-+0", "b": "+0-0?"})
    sign_in(client, made)
    record_findings(
        corpus=made,
        source="copied_answers",
        findings=[
            NewFinding(
                kind="copied_answers",
                rater=Rater.objects.get(corpus=made, slug="b"),
                rows={"utterances": [str(each.public_id) for each in utterances(made)[:2]]},
                extent_count=2,
                extent_share=0.4,
                severity="severe",
                evidence={"other": "a", "identical": 9, "compared": 20, "expected": "0.4"},
                p_value=3e-7,
                identity="a",
            )
        ],
    )
    return made


def sign_in(client: Client, corpus: Corpus, role: str = "manager") -> Membership:
    membership: Membership = MembershipFactory(corpus=corpus, role=role)
    client.force_login(membership.user)
    return membership


def text_of(client: Client, name: str, corpus: Corpus) -> str:
    return client.get(reverse(name, args=[corpus.slug])).content.decode()


def test_a_finding_shows_its_evidence_certainty_and_utterances(client: Client, corpus: Corpus) -> None:
    finding = Finding.objects.get()
    page = text_of(client, "agreement:findings", corpus)
    assert "9 of 20 contested dialogues without a single difference; 0.4 expected" in page
    assert "3 · 10⁻⁷" in page
    assert f"?finding={finding.public_id}" in page
    rows = client.get(reverse("agreement:labels", args=[corpus.slug]), {"finding": str(finding.public_id)})
    assert rows.status_code == 200


def test_a_severe_finding_is_on_the_overview_until_it_is_dismissed_with_a_reason(
    client: Client, corpus: Corpus
) -> None:
    finding = Finding.objects.get()
    assert "1 severe finding concerns these data" in text_of(client, "corpus:overview", corpus)
    address = reverse("agreement:dismiss_finding", args=[corpus.slug, finding.public_id])
    client.post(address, {"reason": " "})
    finding.refresh_from_db()
    assert finding.acknowledged_at is None
    client.post(address, {"reason": "they sat together in training"})
    assert "severe finding concerns" not in text_of(client, "corpus:overview", corpus)
    assert "they sat together in training" in text_of(client, "agreement:findings", corpus)


def test_an_adjudicator_learns_of_severe_findings_without_names(client: Client, corpus: Corpus) -> None:
    sign_in(client, corpus, "adjudicator")
    page = text_of(client, "corpus:overview", corpus)
    assert "1 severe finding concerns these data" in page
    assert "contested dialogues" not in page
    assert client.get(reverse("agreement:findings", args=[corpus.slug])).status_code == 403


def test_the_check_the_rules_and_pausing_are_set_from_the_page(client: Client, corpus: Corpus) -> None:
    client.post(reverse("agreement:look_for_findings", args=[corpus.slug]))
    assert Job.objects.filter(kind=DETECT).count() == 1
    client.post(reverse("agreement:save_exclusion_rules", args=[corpus.slug]), {"text": "Copies are excluded."})
    assert ExclusionRules.objects.get().annotations == 10
    client.post(reverse("agreement:save_pausing", args=[corpus.slug]), {"pauses": "on"})
    assert DetectionSettings.objects.get().pauses
    page = text_of(client, "agreement:findings", corpus)
    assert "Copies are excluded." in page
    assert "after 10 annotations" in page


def test_a_severe_finding_is_named_with_its_rater_and_question(client: Client, corpus: Corpus) -> None:
    Finding.objects.update(task="sentiment")
    banner = " ".join(
        text_of(client, "corpus:overview", corpus).partition("banner-error")[2].partition("</div>")[0].split()
    )
    assert (
        "<strong>Pairs of annotators whose answers are too similar</strong> · b · sentiment: with a: 9 of 20" in banner
    )


def test_a_finding_concerns_the_figures_of_its_rater_and_without_a_question_all_of_them(corpus: Corpus) -> None:
    (finding,) = severe_findings(corpus)
    assert concerned([finding], ["sentiment", "humor"], ["a", "b"]) == {"sentiment", "humor"}
    assert concerned([finding], ["sentiment", "humor"], ["a", "c"]) == set()
    finding.task = "humor"
    assert concerned([finding], ["sentiment", "humor"], ["b"]) == {"humor"}
    finding.rater = None
    assert concerned([finding], ["sentiment", "humor"], ["a"]) == {"humor"}


def test_the_command_and_the_downloads_carry_severe_findings(client: Client, corpus: Corpus) -> None:
    Finding.objects.update(task="sentiment")
    out = io.StringIO()
    call_command("agreement", corpus.slug, stdout=out)
    line = "Pairs of annotators whose answers are too similar · b · sentiment: with a: 9 of 20 contested dialogues"
    assert f"severe finding: {line}" in out.getvalue()
    report = Report.objects.get()

    def download(name: str) -> str:
        return client.get(reverse(f"agreement:{name}", args=[corpus.slug, report.public_id])).content.decode()

    assert json.loads(download("download_json"))["severe_findings"][0].startswith(line)
    rows = [row for row in csv.DictReader(io.StringIO(download("download_csv"))) if row["measure"] == "severe_finding"]
    assert [(row["question"], row["kind"], row["value"]) for row in rows] == [("sentiment", "copied_answers", "2")]
    parts = [row for row in csv.DictReader(io.StringIO(download("slices_csv"))) if row["slicing"] == "severe_finding"]
    assert [(row["kind"], row["question"]) for row in parts] == [("copied_answers", "sentiment")]
    assert json.loads(download("slices_json"))["severe_findings"][0].startswith(line)
    for name in ("download_markdown", "download_latex"):
        assert "Pairs of annotators whose answers are too similar" in download(name)
    Finding.objects.update(acknowledged_at=timezone.now())
    assert json.loads(download("download_json"))["severe_findings"] == []


def test_the_list_of_reports_marks_figures_of_the_raters_that_a_finding_concerns(
    client: Client, corpus: Corpus
) -> None:
    Finding.objects.update(task="sentiment")
    report = request_report(corpus=corpus)
    assert report.job is not None
    execute(str(report.job.public_id))
    assert text_of(client, "agreement:reports", corpus).count('class="severe-mark"') == 1
    Finding.objects.update(rater=Rater.objects.create(corpus=corpus, slug="c", kind="source"))
    assert 'class="severe-mark"' not in text_of(client, "agreement:reports", corpus)


def test_a_severe_finding_is_beside_the_figures_of_its_question(client: Client, corpus: Corpus) -> None:
    Finding.objects.update(task="sentiment")
    report = request_report(corpus=corpus)
    assert report.job is not None
    execute(str(report.job.public_id))
    page = client.get(reverse("agreement:report", args=[corpus.slug, report.public_id])).content.decode()
    assert page.count(">severe finding<") == 2  # in the table of all questions, and on the card of the question
