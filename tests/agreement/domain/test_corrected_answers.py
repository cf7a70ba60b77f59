"""Agreement uses the answers handed in first, releases use the corrected ones, and both say how many differ."""

import csv
import io
import json
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from agreement.domain.reports import annotations_since, request_report
from agreement.domain.self_agreement import self_agreement
from agreement.judgements.raters import chosen_raters
from agreement.judgements.tables import read_tables
from agreement.models import Report
from common.jobs.queue import execute
from corpus.domain.annotations.revisions import NewRevision, commit_revision
from corpus.models import Annotation, Corpus, Membership, Purpose, Revision
from tests.agreement.domain.test_self_agreement import retest
from tests.agreement.material import judged, utterances
from tests.annotator.material import answered
from tests.factories import MembershipFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.database]
SLIP = {"reason": "slip", "comment": ""}


def correct(corpus: Corpus, slug: str, place: int, *, purpose: str = Purpose.MAIN, **answers: Any) -> None:
    assert corpus.codebook
    commit_revision(
        NewRevision(
            rater=corpus.raters.get(slug=slug),
            utterance=utterances(corpus)[place],
            codebook=corpus.codebook,
            author=UserFactory(),
            answers=answered(**answers),
            purpose=purpose,
            cause=Revision.Cause.CORRECT,
            correction=SLIP,
            is_handed_in=True,
        )
    )


def computed(corpus: Corpus) -> Report:
    report = request_report(corpus=corpus)
    assert report.job
    execute(str(report.job.public_id))
    report.refresh_from_db()
    return report


def test_corrections_change_no_figure_and_are_counted() -> None:
    corpus = judged({"a": "+0-+", "b": "+0-0"})
    for annotation in Annotation.objects.all():
        Revision.objects.create(annotation=annotation, number=1, cause="commit", codebook=annotation.codebook)
    before = computed(corpus)
    correct(corpus, "b", 3, sentiment="positive")
    correct(corpus, "a", 0, sentiment="negative")
    correct(corpus, "a", 0, sentiment="positive")  # back to the first answers
    assert annotations_since(before) == 0
    after = computed(corpus)
    assert after.figures == before.figures
    assert after.selection["digest"] == before.selection["digest"]
    assert (before.selection["corrected"], after.selection["corrected"]) == (0, 1)
    assert after.selection["annotations"] == 8


def test_an_answer_by_shortcut_stays_one_after_its_correction() -> None:
    corpus = judged({"a": "+0", "b": "+0"})
    assert corpus.codebook
    annotation = Annotation.objects.filter(rater__slug="a").order_by("utterance__dialogue__order")[0]
    Revision.objects.create(
        annotation=annotation, number=1, cause="commit", codebook=corpus.codebook, shortcut="all_default"
    )
    correct(corpus, "a", 0, sentiment="negative")
    tables = read_tables(codebook=corpus.codebook, raters=chosen_raters(corpus, ()), shortcuts=False)
    assert (tables.annotations, tables.corrected) == (3, 0)


def test_self_agreement_compares_first_answers() -> None:
    corpus = judged({"a": "+-0+", "b": "0000"})
    retest(corpus, "a", "+-00")
    before = self_agreement(corpus=corpus)[0].figures
    correct(corpus, "a", 3, sentiment="neutral")
    correct(corpus, "a", 0, purpose=Purpose.RETEST, sentiment="negative")
    assert self_agreement(corpus=corpus)[0].figures == before


def test_page_command_and_downloads_say_how_many_were_corrected(client: Client) -> None:
    corpus = judged({"a": "+0-+", "b": "+0-0"})
    correct(corpus, "b", 3, sentiment="positive")
    report = computed(corpus)
    membership = MembershipFactory(corpus=corpus, role=Membership.Role.MANAGER)
    client.force_login(membership.user)
    page = client.get(reverse("agreement:report", args=[corpus.slug, report.public_id])).text
    assert "1 annotation was corrected after it was submitted; agreement uses the first answers" in " ".join(
        page.split()
    )
    text = client.get(reverse("agreement:download_csv", args=[corpus.slug, report.public_id])).text
    rows = {row["measure"]: row["value"] for row in csv.DictReader(io.StringIO(text)) if not row["question"]}
    assert rows == {"annotations": "8", "corrected": "1"}
    download = client.get(reverse("agreement:download_json", args=[corpus.slug, report.public_id])).json()
    assert download["selection"]["corrected"] == 1
    out = io.StringIO()
    call_command("agreement", corpus.slug, stdout=out)
    assert "1 annotations corrected after handing in; agreement uses the first answers" in out.getvalue()


def test_a_release_has_the_corrections_and_the_agreement_of_the_first_answers(tmp_path: Path) -> None:
    corpus = judged({"a": "+0-+0-", "b": "+0-+0-", "c": "+0-+00"})
    for name in ("before", "after"):
        if name == "after":
            correct(corpus, "a", 5, sentiment="neutral")
        call_command("export_corpus", corpus.slug, "--out", str(tmp_path / name), stdout=io.StringIO())
    manifests = [json.loads((tmp_path / name / "manifest.json").read_text()) for name in ("before", "after")]
    assert manifests[0]["agreement"] == manifests[1]["agreement"]
    assert manifests[0]["answers"] == {
        "annotations": 18,
        "corrected": 0,
        "labels": "corrected",
        "agreement": "first",
    }
    assert manifests[1]["answers"]["corrected"] == 1
    code = utterances(corpus)[5].dialogue.code
    labels = []
    for name in ("before", "after"):
        rows = [
            json.loads(line) for file in (tmp_path / name).glob("*.jsonl") for line in file.read_text().splitlines()
        ]
        [row] = [each for each in rows if each["dialogue"] == code]
        labels.append(row["labels"]["sentiment"]["label"])
    assert labels == ["negative", "neutral"]


def test_the_moment_of_a_report_still_counts_new_answers() -> None:
    corpus = judged({"a": "+0", "b": "+0"})
    moment = timezone.now()
    report = computed(corpus)
    Annotation.objects.filter(rater__slug="a").update(updated_at=moment.replace(year=moment.year + 1))
    assert annotations_since(report) == 2
