import csv
import io
import zipfile

import pytest
from django.test import Client
from django.urls import reverse

from agreement.label_index import registry
from common.models import Job
from corpus.models import Corpus, Dialogue, Membership, Speaker
from tests.agreement.material import judge, judged, source, utterances
from tests.agreement.views.test_reports import computed, sign_in
from tests.factories import CorpusFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def corpus(client: Client) -> Corpus:
    made = judged({"a": "+0-+0-", "b": "+0-+0-", "c": "+0+0+-"}, utterances_per_dialogue=2)
    Dialogue.objects.filter(corpus=made, order=0).update(source_split="train")
    Dialogue.objects.filter(corpus=made, order__gt=0).update(source_split="test")
    sign_in(client, made)
    return made


def page(client: Client, corpus: Corpus, query: str = "") -> str:
    return client.get(reverse("agreement:corpus_figures", args=[corpus.slug]) + query).content.decode()


def table(client: Client, corpus: Corpus, name: str, query: str = "") -> list[dict[str, str]]:
    address = reverse("agreement:download_corpus_figure", args=[corpus.slug, name, "csv"])
    return list(csv.DictReader(client.get(address + query).content.decode().splitlines()))


def test_sizes_are_given_for_each_split(client: Client, corpus: Corpus) -> None:
    text = page(client, corpus)
    assert "Size of the corpus" in text
    rows = {row[""]: row for row in table(client, corpus, "sizes")}
    assert (rows["Dialogues"]["All"], rows["Dialogues"]["train"], rows["Dialogues"]["test"]) == ("3", "1", "2")
    assert (rows["Utterances"]["All"], rows["Speaker turns per dialogue, mean"]["All"]) == ("6", "1.0")
    assert "Hours of speech" in rows


def test_labels_are_divided_by_a_group_and_lead_to_their_utterances(client: Client, corpus: Corpus) -> None:
    Speaker.objects.filter(series__dialogues__order=0).update(gender="female")
    Speaker.objects.filter(series__dialogues__order=1).update(gender="male")
    text = page(client, corpus, "?by=gender")
    assert "sentiment by gender" in text
    assert "gender=male&amp;answer=sentiment+%3D%3D+negative&amp;of=label" in text
    address = reverse("agreement:labels", args=[corpus.slug])
    found = client.get(f"{address}?gender=male&answer=sentiment+%3D%3D+negative&of=label").content.decode()
    assert [place for place, each in enumerate(utterances(corpus)) if f"{each.text}<" in found] == [2]
    refused = client.get(f"{address}?gender=nobody").content.decode()
    assert "No speaker of this corpus has this gender: nobody" in refused
    assert "sentiment by split" in page(client, corpus, "?by=nothing")
    (everything, train, test) = table(client, corpus, "labels-sentiment-by-split")
    assert [everything[each] for each in ("negative", "neutral", "positive")] == ["2", "2", "2"]
    assert [train[each] for each in ("negative", "neutral", "positive")] == ["0", "1", "1"]
    assert [test[each] for each in ("negative", "neutral", "positive")] == ["2", "1", "1"]
    assert "answer=sentiment+%3D%3D+negative&amp;of=label&amp;split=test" in page(client, corpus, "?by=split")


def test_labels_of_sources_are_shown_on_request(client: Client, corpus: Corpus) -> None:
    assert "Labels of" not in page(client, corpus)
    judge(source(corpus), utterances(corpus)[0], sentiment="negative")
    registry.forget()  # the answer was written without a revision, which the index looks for
    text = page(client, corpus, "?of=sources")
    assert "4 utterances of dialogues without answers are left out" in text
    assert "kind=sources" in text
    assert table(client, corpus, "labels-sentiment", "?of=sources")[0]["negative"] == "1"
    assert table(client, corpus, "labels-sentiment", "?of=nothing")[0]["negative"] == "2"


def test_the_zip_has_figures_and_tables_and_repeats(client: Client, corpus: Corpus) -> None:
    computed(corpus)
    address = reverse("agreement:download_corpus_figures", args=[corpus.slug])
    content = client.get(address).content
    assert content == client.get(address).content
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        names = set(archive.namelist())
    assert {
        *("tables/sizes.csv", "tables/sizes.tex", "figures/length-utterances.svg", "figures/labels-sentiment.svg"),
        *("figures/labels-emotion-by-split.svg", "figures/together-emotion_sentiment.svg"),
        *("figures/links-emotion_sentiment.svg", "tables/associations.tex", "figures/agreement.svg"),
    } <= names
    assert "figures/sizes.svg" not in names


def test_unknown_files_are_not_found(client: Client, corpus: Corpus) -> None:
    for name, suffix in (("nothing", "csv"), ("sizes", "svg"), ("sizes", "pdf")):
        address = reverse("agreement:download_corpus_figure", args=[corpus.slug, name, suffix])
        assert client.get(address).status_code == 404
    drawn = client.get(reverse("agreement:download_corpus_figure", args=[corpus.slug, "labels-emotion", "svg"]))
    assert drawn.content.startswith(b"<?xml")


def test_a_corpus_without_labels_says_what_to_do(client: Client) -> None:
    corpus = judged({"a": "  "})
    sign_in(client, corpus)
    assert "No labels yet" in page(client, corpus)
    address = reverse("agreement:download_corpus_figures", args=[corpus.slug])
    assert client.get(address).status_code == 404


def test_a_corpus_without_a_codebook_is_refused(client: Client) -> None:
    corpus = CorpusFactory()
    sign_in(client, corpus)
    assert "banner-warning" in page(client, corpus)
    assert client.get(reverse("agreement:download_corpus_figures", args=[corpus.slug])).status_code == 404


def test_a_large_corpus_waits_for_its_index(client: Client, corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(registry, "SMALL", 1)
    registry.forget()
    assert "The answers are being read for the first time" in page(client, corpus)
    assert Job.objects.filter(kind=registry.KIND).exists()


def test_a_manager_who_labels_sees_only_what_is_closed_to_them(client: Client, corpus: Corpus) -> None:
    computed(corpus, "a", "b")
    corpus.allows_several_roles = True
    corpus.save()
    both = sign_in(client, corpus)
    Membership.objects.filter(pk=both.pk).update(is_annotator=True)
    assert "No labels yet" in page(client, corpus)
    own = corpus.raters.get(slug="a").membership
    assert own is not None
    own.is_manager = True
    own.save()
    client.force_login(own.user)
    assert "labels-sentiment" in page(client, corpus)


def test_managers_and_adjudicators_find_the_page(client: Client, corpus: Corpus) -> None:
    address = reverse("agreement:corpus_figures", args=[corpus.slug])
    for role, shown in (("manager", True), ("adjudicator", True), ("annotator", False)):
        sign_in(client, corpus, role)
        overview = client.get(reverse("corpus:overview", args=[corpus.slug])).content.decode()
        assert (address in overview) is shown
