import csv
import json
import re
from collections import Counter

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils.html import escape

from agreement.domain.reports import request_report
from agreement.models import Report
from agreement.statistics.measures.registry import MEASURES
from common.jobs.queue import execute
from common.models import Job
from corpus.models import Corpus, Membership
from tests.agreement.material import judge, judged, put_in_use, source, utterances
from tests.annotator.material import corpus_with_work
from tests.factories import CorpusFactory, MembershipFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def corpus(client: Client) -> Corpus:
    made = judged({"a": "+0-+0", "b": "+0-0?", "c": "+0+0+"})
    sign_in(client, made)
    return made


def sign_in(client: Client, corpus: Corpus, role: str = "manager") -> Membership:
    membership: Membership = MembershipFactory(corpus=corpus, role=role)
    client.force_login(membership.user)
    return membership


def computed(corpus: Corpus, *raters: str) -> Report:
    report = request_report(corpus=corpus, raters=raters)
    assert report.job is not None
    execute(str(report.job.public_id))
    report.refresh_from_db()
    return report


def page(client: Client, report: Report, name: str = "report") -> str:
    return client.get(reverse(f"agreement:{name}", args=[report.corpus.slug, report.public_id])).content.decode()


def test_a_manager_asks_for_a_report_and_watches_it_become_one(client: Client, corpus: Corpus) -> None:
    response = client.post(reverse("agreement:make", args=[corpus.slug]), {"raters": ["a", "c"], "reason": " hasty "})
    report = Report.objects.get()
    assert report.job is not None
    assert response["Location"] == reverse("agreement:report", args=[corpus.slug, report.public_id])
    selection = {"raters": ["a", "c"], "excluded": ["b"], "reason": "hasty"}
    assert (report.selection, report.job.state) == (selection, Job.State.QUEUED)
    assert f'id="job-{report.job.public_id}"' in page(client, report)
    execute(str(report.job.public_id))
    text = page(client, report)
    assert re.findall(r'<section class="card" id="(\w+)"', text) == ["sentiment", "emotion", "emotion_sentiment"]
    assert (text.count('class="alphas-point"'), text.count('class="alphas-undefined"')) == (1, 2)
    assert "undefined: no variation" in text


def test_a_report_says_how_its_figures_are_computed(client: Client, corpus: Corpus) -> None:
    text = page(client, computed(corpus))
    shown = ("alpha", "fleiss", "percent", "ac1", "alpha_of_label", "specific_agreement", "cohen")
    for name in shown:
        assert escape(MEASURES[name].formula) in text
        assert escape(MEASURES[name].source) in text
    assert escape(MEASURES["alpha_custom"].formula) not in text  # the codebook states no distances
    assert ("ordinal: squared difference of the mid-ranks" in text, "interval: squared" in text) == (True, False)
    assert "fewer than 25 dialogues contain the rarer answers" in text
    assert "Its parts compare whether it applies" in text


def test_a_single_rater_has_nothing_to_compare(client: Client) -> None:
    corpus = corpus_with_work(dialogues=2)
    published = source(corpus)
    for utterance in utterances(corpus):
        judge(published, utterance)
    sign_in(client, corpus)
    text = page(client, computed(corpus))
    assert "There is nothing to compare: only published has answers" in text
    assert ('<svg class="alphas"' in text, "Specific agreement" in text) == (False, False)


def test_a_corpus_without_answers_has_nothing_to_compare(client: Client) -> None:
    corpus = corpus_with_work()
    sign_in(client, corpus)
    assert "no annotator has finished a dialogue yet" in page(client, computed(corpus))
    listed = client.get(reverse("agreement:reports", args=[corpus.slug])).content.decode()
    assert "Create report" not in listed


def test_the_list_offers_the_members_and_shows_alpha_of_each_report(client: Client, corpus: Corpus) -> None:
    judge(source(corpus), utterances(corpus)[0])
    report = computed(corpus)
    text = client.get(reverse("agreement:reports", args=[corpus.slug])).content.decode()
    assert re.findall(r'name="raters" value="([\w-]+)" (checked)?', text) == [
        ("a", "checked"),
        ("b", "checked"),
        ("c", "checked"),
        ("published", ""),
    ]
    assert report.figures is not None
    assert f"{report.figures['questions'][0]['alpha']['value']:.3f}" in text
    assert "since this report was made" not in text


def test_a_report_shows_the_number_of_newer_annotations(client: Client, corpus: Corpus) -> None:
    report = computed(corpus)
    corpus.raters.get(slug="a").annotations.first().delete()  # type: ignore[union-attr]
    judge(corpus.raters.get(slug="a"), utterances(corpus)[0], sentiment="negative")
    assert "1 annotation was added or changed since this report was made." in page(client, report)


def test_managers_see_the_names_of_raters_and_adjudicators_do_not(client: Client, corpus: Corpus) -> None:
    report = computed(corpus)
    membership = corpus.raters.get(slug="a").membership
    assert membership is not None
    person = f"({membership.user})"
    assert person in page(client, report)
    sign_in(client, corpus, "adjudicator")
    assert person not in page(client, report)


@pytest.mark.parametrize("name", ["report", "download_csv", "download_json"])
def test_annotators_and_other_corpora_get_nothing(client: Client, corpus: Corpus, name: str) -> None:
    report = computed(corpus)
    address = reverse(f"agreement:{name}", args=[corpus.slug, report.public_id])
    sign_in(client, corpus, "annotator")
    assert client.get(address).status_code == 403
    other = judged({"a": "+"})
    sign_in(client, other)
    assert client.get(address).status_code == 404
    assert client.get(reverse(f"agreement:{name}", args=[other.slug, report.public_id])).status_code == 404


def test_downloads_hold_every_figure(client: Client, corpus: Corpus) -> None:
    report = computed(corpus)
    whole = json.loads(page(client, report, "download_json"))
    assert report.figures is not None
    assert {key: whole[key] for key in report.figures} == report.figures
    assert whole["selection"]["digest"] == report.selection["digest"]
    rows = list(csv.DictReader(page(client, report, "download_csv").splitlines()))
    sentiment = [row for row in rows if row["question"] == "sentiment"]
    assert [row["measure"] for row in sentiment][:4] == ["alpha", "fleiss", "ac1", "percent"]
    level = {measure.name: measure.scope for measure in MEASURES.values() if "ordinal" in measure.levels}
    counted = Counter(row["measure"] for row in sentiment)
    assert counted == Counter(
        {name: 1 if scope == "question" else 3 for name, scope in level.items() if name != "alpha_custom"}
        | {"gwet_error": 3, "coverage": 5}
    )
    assert float(sentiment[0]["value"]) == report.figures["questions"][0]["alpha"]["value"]
    last = [row for row in sentiment if row["measure"] == "cohen"][-1]
    assert (last["of"], last["n_units"]) == ("b c", "4")
    emotion = next(row for row in rows if row["question"] == "emotion")
    assert (emotion["value"], emotion["reason"]) == ("", "no_variation")


def test_a_report_that_is_not_computed_has_no_downloads(client: Client, corpus: Corpus) -> None:
    report = request_report(corpus=corpus)
    address = reverse("agreement:download_csv", args=[corpus.slug, report.public_id])
    assert client.get(address).status_code == 404


def test_a_missing_codebook_is_reported(client: Client) -> None:
    corpus = CorpusFactory()
    sign_in(client, corpus)
    response = client.post(reverse("agreement:make", args=[corpus.slug]), follow=True)
    assert "The corpus has no codebook yet" in response.content.decode()


def test_the_list_costs_the_same_for_any_number_of_reports(client: Client, corpus: Corpus) -> None:
    def cost() -> int:
        with CaptureQueriesContext(connection) as asked:
            client.get(reverse("agreement:reports", args=[corpus.slug]))
        return len(asked)

    computed(corpus)
    for_one = cost()
    computed(corpus)
    computed(corpus)
    assert cost() == for_one


def test_a_report_shows_that_its_job_failed(client: Client, corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    def crash(**_: object) -> None:
        raise ValueError("as if the program had a fault")

    monkeypatch.setattr("agreement.domain.reports.read_tables", crash)
    text = page(client, computed(corpus))
    assert "This report could not be computed" in text
    assert "banner-error" in text


def test_answers_left_out_are_shown_before_and_in_a_report(client: Client, corpus: Corpus) -> None:
    put_in_use(corpus, "[negative, neutral, positive]", "[bad, neutral, positive]")
    shown = " ".join(client.get(reverse("agreement:reports", args=[corpus.slug])).content.decode().split())
    assert "15 annotations were given under codebook version 1, which asks these questions differently" in shown
    report = computed(corpus)
    text = " ".join(page(client, report).split())
    assert "None of the answers to this question can be compared." in text
    assert text.count("all answers left out as incomparable") == 2
    assert "14 answers (raters: 3) given under codebook version 1 are left out" in text
    assert '<a href="#sentiment">sentiment</a> (14)' in text
    rows = csv.DictReader(page(client, report, "download_csv").splitlines())
    coverage = {
        row["of"]: row["value"] for row in rows if (row["question"], row["measure"]) == ("sentiment", "coverage")
    }
    assert coverage == {
        "labels": "0",
        "cannot_judge": "1",
        "not_applicable": "0",
        "unanswered": "0",
        "incomparable": "14",
    }
