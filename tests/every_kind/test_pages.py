"""Every page that can be reached by links, for each role, on a corpus with a task of every kind."""

import re
from collections import Counter
from html import unescape

import pytest
from django.test import Client
from django.urls import resolve, reverse

from agreement.domain.reports import request_report
from common.jobs.queue import execute
from corpus.models import Corpus, Membership
from export.domain.options import Options
from export.domain.releases import request_release
from export.formats.registry import FORMATS, NATIVE
from tests.every_kind.material import labelled, with_calibration, with_late_work, with_retest
from tests.factories import MembershipFactory

pytestmark = pytest.mark.django_db

# pages that links lead to; the others of a corpus need media, messages or a file that is open
EXPECTED = {
    "manager": {
        *(f"corpus:{page}" for page in ("overview", "codebook", "codebook_version", "guideline", "members", "jobs")),
        *(
            f"annotator:{page}"
            for page in ("progress", "batches", "batch", "calibration", "person", "flags", "late_work")
        ),
        *(f"annotator:{page}" for page in ("calibration_answers", "calibration_person")),
        *(f"agreement:{page}" for page in ("reports", "report", "self_agreement", "download_csv", "download_json")),
        *(f"export:{page}" for page in ("releases", "release", "download", "manifest")),
    },
    "adjudicator": {"corpus:codebook", "agreement:reports", "agreement:report", "agreement:self_agreement"},
    "annotator": {"corpus:overview", "corpus:codebook", "corpus:guideline", "annotator:label"},
}


def run_jobs(corpus: Corpus) -> None:
    report = request_report(corpus=corpus)
    options = Options(formats=tuple(name for name in FORMATS if name != NATIVE.name))
    release = request_release(corpus=corpus, name="v1", options=options, here=True)
    for made in (report, release):
        assert made.job
        execute(str(made.job.public_id))
        made.refresh_from_db()
        assert made.job.error_code == "", made.job


ESCAPED_TAG = re.compile(r"&lt;/?(?:a|b|code|div|p|small|span|strong|svg)\b")
MOST = 40  # addresses of one page: the filters of the label browser combine without end


def crawled(client: Client, corpus: Corpus) -> set[str]:
    """Follow the links within a corpus; return the names of the pages."""
    waiting = [reverse("corpus:overview", args=[corpus.slug])]
    seen: set[str] = set()
    times: Counter[str] = Counter()
    names: set[str] = set()
    while waiting:
        address = waiting.pop()
        if address in seen:
            continue
        seen.add(address)
        page = resolve(address.partition("?")[0]).view_name
        times[page] += 1
        if times[page] > MOST:
            continue
        response = client.get(address, follow=True)
        assert response.status_code == 200, (address, response.status_code)
        names.add(resolve(response.request["PATH_INFO"]).view_name)
        if response.get("Content-Type", "").startswith("text/html"):
            text = response.content.decode()
            assert not ESCAPED_TAG.search(text), (address, "shows a tag as text")
            found = re.findall(r'href="(/c/[^"#]+)', text)
            waiting += [unescape(each) for each in found if each.startswith(f"/c/{corpus.slug}/")]
    return names


@pytest.mark.parametrize("language", ["en", "zh-hans"])
def test_every_page_opens(every_kind: str, language: str) -> None:
    corpus = labelled(every_kind)
    manager = MembershipFactory(corpus=corpus, role="manager")
    with_retest(corpus, manager.user)
    with_calibration(corpus)
    with_late_work(corpus)
    run_jobs(corpus)
    adjudicator = MembershipFactory(corpus=corpus, role="adjudicator")
    annotator = Membership.objects.get(rater__slug="bob", corpus=corpus)
    people: dict[str, Membership] = {"manager": manager, "adjudicator": adjudicator, "annotator": annotator}
    for role, member in people.items():
        client = Client(headers={"accept-language": language})
        client.force_login(member.user)
        assert EXPECTED[role] - crawled(client, corpus) == set(), role


@pytest.mark.parametrize(
    "how",
    [{"without": "carried_by"}, {"without": "arousal"}, {"without": "intensity"}, {"finished": False}],
    ids=["no set of choices", "no number", "no order", "nothing finished"],
)
def test_a_task_without_a_comparable_answer_takes_no_other_down(
    every_kind: str, how: dict[str, object], client: Client
) -> None:
    corpus = labelled(every_kind, **how)  # type: ignore[arg-type]
    report = request_report(corpus=corpus)
    assert report.job
    execute(str(report.job.public_id))
    report.refresh_from_db()
    assert report.figures
    found = {each["slug"]: each["alpha"] for each in report.figures["questions"]}
    compared = {slug for slug, figure in found.items() if figure["value"] is not None}
    without = how.get("without", "")
    assert compared == (set() if not without else set(found) - {without, *links_of(corpus, str(without))})
    assert all(found[slug]["reason"] for slug in set(found) - compared)
    client.force_login(MembershipFactory(corpus=corpus, role="manager").user)
    assert "agreement:report" in crawled(client, corpus)


def links_of(corpus: Corpus, task: str) -> set[str]:
    assert corpus.codebook
    return {link.slug for link in corpus.codebook.rules().links if task in (link.source, link.target)}
