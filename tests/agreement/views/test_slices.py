import csv
import json
import re
from datetime import UTC, datetime, timedelta

import pytest
from django.test import Client
from django.urls import reverse

from agreement.models import Report
from agreement.presentation.parts import slice_table
from corpus.models import Annotation, Corpus, Revision
from tests.agreement.material import judged
from tests.agreement.views.test_reports import computed, page, sign_in
from tests.factories import MembershipFactory

pytestmark = pytest.mark.django_db

MONDAY = datetime(2026, 9, 14, 9, tzinfo=UTC)


@pytest.fixture
def corpus(client: Client) -> Corpus:
    made = judged({"a": "+0-+0-+0", "b": "+0-00-++", "c": "00-+0+0 "}, utterances_per_dialogue=2)
    sign_in(client, made)
    for place, annotation in enumerate(Annotation.objects.order_by("utterance__dialogue__order", "utterance", "rater")):
        Revision.objects.create(
            annotation=annotation,
            number=1,
            cause="commit",
            codebook=annotation.codebook,
            created_at=MONDAY + timedelta(days=2 * place),
            shortcut="all_default" if place == 0 else "",
        )
    return made


def shown(client: Client, report: Report, **chosen: str) -> str:
    address = reverse("agreement:slices", args=[report.corpus.slug, report.public_id])
    return client.get(address, chosen).content.decode()


def rows(text: str) -> list[str]:
    found = re.findall(r'<th scope="row">(.*?)</th>', text, re.DOTALL)
    return [re.sub(r"<[^>]+>", "", each).strip() for each in found]


def test_the_first_slicing_and_question_are_shown_until_others_are_chosen(client: Client, corpus: Corpus) -> None:
    report = computed(corpus)
    text = shown(client, report)
    assert rows(text)[0] == "week of 2026-09-14"
    assert rows(text)[-2:] == ["mixed", "Whole corpus"]
    assert "sentiment, by week" in text
    assert sorted(rows(shown(client, report, by="annotator"))) == ["Whole corpus", "a", "b", "c"]
    assert rows(shown(client, report, by="nothing", question="nothing")) == rows(text)


@pytest.mark.parametrize(
    ("by", "link"),
    [
        ("week", "answers_min=2&amp;version=first&amp;from=2026-09-14&amp;to=2026-09-20"),
        ("annotator", "rater=a&amp;answers_min=1&amp;version=first"),
        ("series", "series=Series"),
        ("speaker", "speaker=Speaker"),
        ("dialogue", "dialogue=D_"),
    ],
)
def test_a_slice_links_to_its_utterances(client: Client, corpus: Corpus, by: str, link: str) -> None:
    text = shown(client, computed(corpus), by=by)
    assert link in text
    address = re.search(r'<th scope="row">\s*<a\s+href="([^"]+)"', text)
    assert address is not None
    assert client.get(address[1].replace("&amp;", "&")).status_code == 200


def test_the_totals_link_to_the_utterances_of_the_whole_report(client: Client, corpus: Corpus) -> None:
    total = shown(client, computed(corpus), by="week").split("<tfoot>")[1]
    links = [each.replace("&amp;", "&") for each in re.findall(r'href="([^"]+)"', total)]
    assert ["differs=sentiment" in each for each in links] == [True, False, False]
    for link in links:
        assert client.get(link).context["page"].rows, link


def test_slices_that_are_not_shown_are_summed_up(
    client: Client, corpus: Corpus, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(slice_table, "SHOWN", 1)
    report = computed(corpus)
    text = shown(client, report, by="dialogue")
    assert rows(text)[1:] == ["all others", "Whole corpus"]
    assert "3 more parts are summed up" in text
    newest = rows(shown(client, report, by="week"))[0]
    assert newest > "week of 2026-10"


def test_a_question_without_variation_says_so(client: Client, corpus: Corpus) -> None:
    assert "undefined: no variation" in shown(client, computed(corpus), by="series", question="emotion")


def test_a_question_without_pairs_says_so(client: Client, corpus: Corpus) -> None:
    text = shown(client, computed(corpus), by="series", question="emotion_sentiment")
    assert "nothing to compare" in text
    assert rows(text) == []


def test_a_report_of_an_earlier_version_has_no_parts(client: Client, corpus: Corpus) -> None:
    report = computed(corpus)
    figures = {name: each for name, each in (report.figures or {}).items() if name not in {"slicings", "links"}}
    Report.objects.update(figures=figures, slices=None)
    assert "earlier version" in shown(client, report)
    assert client.get(reverse("agreement:slices_csv", args=[corpus.slug, report.public_id])).status_code == 404
    assert 'class="alphas"' in page(client, report)


def test_one_part_alone_is_said(client: Client, corpus: Corpus) -> None:
    report = computed(corpus)
    Report.objects.update(figures={**(report.figures or {}), "slicings": []}, slices={})
    assert "one part only" in shown(client, report)


def test_the_downloads_hold_every_slice(client: Client, corpus: Corpus) -> None:
    report = computed(corpus)
    text = client.get(reverse("agreement:slices_csv", args=[corpus.slug, report.public_id])).content.decode()
    lines = list(csv.DictReader(text.splitlines()))
    sums: dict[str, float] = {}
    for line in lines:
        if line["question"] == "sentiment" and line["value"]:
            slicing = line["slicing"]
            sums[slicing] = sums.get(slicing, 0) + float(line["share"]) * float(line["value"])
    alpha = (report.figures or {})["questions"][0]["alpha"]["value"]
    assert set(sums) == {"annotator", "dialogue", "series", "speaker", "week"}
    assert list(sums.values()) == pytest.approx([alpha] * 5)
    document = json.loads(client.get(reverse("agreement:slices_json", args=[corpus.slug, report.public_id])).content)
    assert set(document["slices"]) == set(sums)
    assert document["columns"][0] == "value"


def test_members_who_must_stay_blind_see_no_slices_of_single_raters(client: Client, corpus: Corpus) -> None:
    corpus.allows_several_roles = True
    corpus.save()
    report = computed(corpus)
    reader = MembershipFactory(corpus=corpus, roles=["adjudicator", "annotator"])
    client.force_login(reader.user)
    text = shown(client, report, by="annotator")
    assert re.findall(r'<option value="(\w+)"', text)[:2] == ["week", "series"]
    assert "rater=" not in text
    document = json.loads(client.get(reverse("agreement:slices_json", args=[corpus.slug, report.public_id])).content)
    assert set(document["slices"]) == {"week", "series"}
    two = computed(corpus, "a", "b")
    address = reverse("agreement:slices", args=[corpus.slug, two.public_id])
    assert client.get(address).status_code == 302
    assert client.get(reverse("agreement:slices_csv", args=[corpus.slug, two.public_id])).status_code == 403


def test_the_report_has_the_parts_of_links_and_alpha_with_everyone(client: Client, corpus: Corpus) -> None:
    report = computed(corpus, "a", "b")
    text = page(client, report)
    assert "without" in text
    assert "no reason given" in text
    assert text.count("With everyone") >= 1
    download = client.get(reverse("agreement:download_csv", args=[corpus.slug, report.public_id])).content.decode()
    measures = {line["measure"] for line in csv.DictReader(download.splitlines())}
    assert {"alpha_with_everyone", "link_sign", "link_strength_percent", "link_association"} <= measures
    assert (report.figures or {})["everyone"]["raters"] == ["a", "b", "c"]
