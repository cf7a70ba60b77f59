import json
import re
from pathlib import Path
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from annotator.domain.allocation.assignments import release
from annotator.domain.allocation.claims import claim
from annotator.models import Assignment
from annotator.views.labelling.page import MODULES
from corpus.models import Corpus, GuidelineVersion
from tests.annotator.material import corpus_with_work
from tests.factories import RaterFactory

pytestmark = pytest.mark.django_db
ROOT = Path(__file__).resolve().parents[4]


def opened(client: Client, corpus: Corpus, language: str = "en") -> str:
    rater = RaterFactory(corpus=corpus, membership__corpus=corpus)
    client.force_login(rater.membership.user)
    response = client.get(f"/c/{corpus.slug}/label/", headers={"Accept-Language": language})
    assert response.status_code == 200
    assert client.cookies["csrftoken"].value
    return response.content.decode()


def data_of(page: str) -> Any:
    return json.loads(re.findall(r'<script id="label-data" type="application/json">(.*?)</script>', page)[0])


def test_every_module_is_fetched_at_once() -> None:
    folder = ROOT / "static/js/label"
    modules = {path.relative_to(folder).with_suffix("").as_posix() for path in folder.rglob("*.js")}
    assert set(MODULES) == modules - {"types"}  # contains no code


def test_the_page_starts_without_a_dialogue(client: Client) -> None:
    corpus = corpus_with_work()
    page = opened(client, corpus)
    utterance = corpus.dialogues.get().utterances.get()
    assert utterance.text not in page
    data = data_of(page)
    assert (data["root"], data["corpus"], data["work"]) == ("/api/v1/", corpus.slug, None)
    assert Assignment.objects.count() == 0


def test_the_page_contains_the_open_dialogue(client: Client) -> None:
    corpus = corpus_with_work(dialogues=2)
    rater = RaterFactory(corpus=corpus, membership__corpus=corpus)
    other = RaterFactory(corpus=corpus, membership__corpus=corpus)
    mine, theirs = (claim(rater=each, now=timezone.now()) for each in (rater, other))
    assert mine
    assert theirs
    client.force_login(rater.membership.user)
    page = client.get(f"/c/{corpus.slug}/label/").content.decode()
    from_api = client.get(f"/api/v1/assignments/{mine.public_id}/").json()
    assert data_of(page)["work"] == from_api
    assert str(theirs.public_id) not in page
    release(assignment=mine, now=timezone.now())
    assert data_of(client.get(f"/c/{corpus.slug}/label/").content.decode())["work"] is None


def test_the_page_has_no_inline_script_or_style(client: Client) -> None:
    page = opened(client, corpus_with_work())
    assert re.findall(r"<script(?![^>]*(?:src=|application/json))[^>]*>|style=|<style|\son\w+=", page) == []


@pytest.mark.parametrize(("language", "text"), [("en", "joy means joy"), ("zh-hans", "喜悦就是喜悦")])
def test_the_guideline_is_in_the_readers_language(client: Client, language: str, text: str) -> None:
    corpus = corpus_with_work()
    texts = {"en": "# Emotion {#emotion}\njoy means joy", "zh": "# 情绪 {#emotion}\n喜悦就是喜悦"}
    corpus.guideline = GuidelineVersion.objects.create(corpus=corpus, version=1, texts=texts)
    corpus.save()
    page = opened(client, corpus, language)
    assert text in page
    assert 'id="emotion"' in page
