import csv
import re
import xml.etree.ElementTree as ET
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
from django.test import Client
from django.urls import reverse

from agreement.models import Report
from corpus.models import Corpus, Membership
from tests.agreement.material import judge, judged, source, utterances
from tests.agreement.views.test_reports import computed, sign_in

pytestmark = pytest.mark.django_db
LINK = re.compile(r'href="([^"]*/labels/[^"]*)"')


@pytest.fixture
def corpus(client: Client) -> Corpus:
    made = judged({"a": "+0-+0-", "b": "+0-0?-", "c": "+0+0+ "}, utterances_per_dialogue=2)
    sign_in(client, made)
    return made


def page(client: Client, report: Report, query: str = "") -> str:
    return client.get(
        reverse("agreement:pictures", args=[report.corpus.slug, report.public_id]) + query
    ).content.decode()


def file(client: Client, report: Report, name: str, suffix: str, question: str = "sentiment"):  # type: ignore[no-untyped-def]
    return client.get(
        reverse(
            "agreement:download_picture",
            kwargs={
                "slug": report.corpus.slug,
                "public_id": report.public_id,
                "question": question,
                "name": name,
                "suffix": suffix,
            },
        )
    )


def names(text: str) -> list[str]:
    return re.findall(r'<figure class="picture-frame-of" id="([\w-]+)"', text)


def test_a_page_has_every_picture_with_its_table(client: Client, corpus: Corpus) -> None:
    text = page(client, computed(corpus))
    assert names(text) == [
        *("pairs", "confusion", "use", "answers", "weeks", "dialogues", "without"),
        *("confusion-a-b", "confusion-a-c", "confusion-b-c"),
    ]
    assert text.count('<svg class="picture"') == 10
    assert text.count("<table") == 11  # one more of the dialogues with most disagreement
    assert "style=" not in text


def test_every_link_leads_to_utterances_that_fit(client: Client, corpus: Corpus) -> None:
    text = page(client, computed(corpus))
    addresses = {unescape(each) for each in LINK.findall(text)}
    assert len(addresses) > 30
    for address in sorted(addresses):
        answer = client.get(address)
        assert answer.status_code == 200, address
        assert "page-faults" not in answer.content.decode()
    pair = next(
        each for each in addresses if parse_qs(urlsplit(each).query).get("answer.b") == ["sentiment == neutral"]
    )
    query = parse_qs(urlsplit(pair).query)
    assert query["version"] == ["first"]


def test_the_counts_of_a_pair_are_those_of_their_links(client: Client, corpus: Corpus) -> None:
    report = computed(corpus)
    rows = list(csv.DictReader(file(client, report, "confusion-a-b", "csv").content.decode().splitlines()))
    counted = {(row["a"], row["b"]): int(row["Utterances"]) for row in rows}
    assert counted["positive", "neutral"] == 1
    assert sum(counted.values()) == 5
    for (one, other), count in counted.items():
        query = {"answer.a": f"sentiment == {one}", "answer.b": f"sentiment == {other}", "version": "first"}
        found = client.get(reverse("agreement:labels_count", args=[corpus.slug]), query).content.decode()
        assert found.startswith(f"{count} of 6")


def test_another_question_is_shown_on_request_and_an_unknown_one_is_not(client: Client, corpus: Corpus) -> None:
    report = computed(corpus)
    assert "<h1>emotion</h1>" in page(client, report, "?question=emotion")
    address = reverse("agreement:pictures", args=[corpus.slug, report.public_id])
    assert client.get(f"{address}?question=nothing").status_code == 404
    assert "No utterance has answers to this question" in page(client, report, "?question=emotion_sentiment")


def test_of_many_pairs_one_is_chosen(client: Client) -> None:
    corpus = judged({"a": "+0", "b": "+0", "c": "+-", "d": "0+"})
    sign_in(client, corpus)
    report = computed(corpus)
    everything = page(client, report)
    assert sum(each.startswith("confusion-") for each in names(everything)) == 6
    larger = judged({"a": "+0-", "b": "+0-", "c": "+-0", "d": "0+0", "e": "+0-"})
    sign_in(client, larger)
    report = computed(larger)
    assert [each for each in names(page(client, report, "?pair=1")) if each.startswith("confusion-")] == [
        "confusion-a-c"
    ]
    assert "confusion-a-b" not in names(page(client, report, "?pair=99"))  # the one that agrees least
    assert file(client, report, "confusion-b-e", "svg").status_code == 200


def test_files_are_pictures_and_tables(client: Client, corpus: Corpus) -> None:
    report = computed(corpus)
    drawn = file(client, report, "use", "svg")
    assert drawn["Content-Type"].startswith("image/svg+xml")
    assert ET.fromstring(drawn.content).tag.endswith("svg")  # noqa: S314 -- our own
    assert r"\begin{tabular}" in file(client, report, "answers", "tex").content.decode()
    for name, suffix in (("nothing", "svg"), ("use", "pdf")):
        assert file(client, report, name, suffix).status_code == 404
    assert file(client, report, "use", "svg", question="nothing").status_code == 404


def test_adjudicators_get_no_links_that_name_raters(client: Client, corpus: Corpus) -> None:
    report = computed(corpus)
    sign_in(client, corpus, "adjudicator")
    text = page(client, report)
    assert "confusion" in names(text)
    assert "rater=" not in text
    assert "answer.a" not in text


def test_a_manager_who_labels_sees_no_picture_of_raters(client: Client, corpus: Corpus) -> None:
    report = computed(corpus)
    corpus.allows_several_roles = True
    corpus.save()
    both = sign_in(client, corpus)
    Membership.objects.filter(pk=both.pk).update(is_annotator=True)
    text = page(client, report)
    assert names(text) == ["confusion", "answers", "weeks", "dialogues"]
    assert "Dialogues with most disagreement" not in text
    assert file(client, report, "use", "csv").status_code == 404
    assert file(client, report, "confusion", "csv").status_code == 200
    small = computed(corpus, "a", "b")
    assert names(page(client, small)) == []
    assert file(client, small, "confusion", "csv").status_code == 403


def test_an_earlier_report_has_no_pictures(client: Client, corpus: Corpus) -> None:
    report = computed(corpus)
    assert report.figures is not None
    del report.figures["pictures"]
    report.save()
    assert "made by an earlier version" in page(client, report)
    assert file(client, report, "use", "svg").status_code == 404
    shown = client.get(reverse("agreement:report", args=[corpus.slug, report.public_id])).content.decode()
    assert reverse("agreement:pictures", args=[corpus.slug, report.public_id]) not in shown


@pytest.mark.parametrize("name", ["download_latex", "download_markdown"])
def test_tables_of_a_report_carry_the_warnings_of_the_page(client: Client, corpus: Corpus, name: str) -> None:
    judge(source(corpus), utterances(corpus)[0])
    report = computed(corpus)
    answer = client.get(reverse(f"agreement:{name}", args=[corpus.slug, report.public_id]))
    text = answer.content.decode()
    assert "attachment" in answer["Content-Disposition"]
    assert report.figures is not None
    alpha = report.figures["questions"][0]["alpha"]
    assert f"{alpha['value']:.3f}" in text
    assert "Only 3 dialogues contain the rarer answers" in text
    assert "too few dialogues" in text
    assert "undefined: no variation" in text
    assert "Cohen" in text
    assert text.count(r"\begin{tabular}" if name == "download_latex" else "| --- |") >= 3
    Membership.objects.update(is_annotator=True)
    hidden = client.get(reverse(f"agreement:{name}", args=[corpus.slug, report.public_id])).content.decode()
    assert "Cohen" not in hidden
