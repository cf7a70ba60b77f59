"""A codebook with a condition of 800 comparisons, as earlier versions accepted it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest
from django.core.management import call_command
from django.test import Client
from django.urls import reverse

from agreement.domain.reports import request_report
from common.jobs.queue import execute
from corpus.models import Annotation, CodebookVersion, Corpus
from corpus.models.codebooks import _CACHE
from corpus.rules.codebook import as_document, conditions, parse
from tests.annotator.material import CODEBOOK, answered, corpus_with_work
from tests.factories import CodebookVersionFactory, RaterFactory

pytestmark = [pytest.mark.django_db, pytest.mark.database]

COMPARISONS = 800


@pytest.fixture
def corpus() -> Corpus:
    tree: list[Any] = ["!=", "emotion", "neutral"]
    for _ in range(COMPARISONS - 1):
        tree = ["and", tree, ["!=", "emotion", "neutral"]]
    document = as_document(parse(CODEBOOK))
    document["links"][0]["condition"] = tree
    corpus = corpus_with_work(dialogues=3)
    corpus.codebook = CodebookVersionFactory(corpus=corpus, version=2, source="long", document=document)
    corpus.save()
    _CACHE.clear()  # as in another process
    return corpus


def deep(levels: int, call: Callable[[], Any]) -> Any:
    """Call a function so many calls deeper, as a server with more middleware does."""
    return call() if levels == 0 else deep(levels - 1, call)


def test_it_is_read_with_shorter_trees(corpus: Corpus) -> None:
    version = deep(200, lambda: CodebookVersion.objects.get(corpus=corpus, version=2))
    (link,) = version.rules().links
    assert conditions.depth(link.condition) == 2
    assert len(list(conditions.comparisons(link.condition))) == COMPARISONS


def test_it_can_be_labelled_reported_and_released(client: Client, corpus: Corpus, tmp_path: Path) -> None:
    rater = RaterFactory(corpus=corpus)
    client.force_login(rater.membership.user)

    def post(path: str, body: dict[str, Any] | None = None) -> Any:
        response = deep(200, lambda: client.post(f"/api/v1/{path}", body or {}, content_type="application/json"))
        assert response.status_code < 300, response.content
        return response.json() if response.content else None

    given = answered(emotion="joy", emotion_sentiment=2)
    for _ in range(3):
        work = post(f"corpora/{corpus.slug}/claim/")
        assert deep(200, lambda: client.get(reverse("annotator:label", args=[corpus.slug]))).status_code == 200
        operation = {"id": str(uuid4()), "kind": "commit", "utterance": work["utterances"][0]["id"], "answers": given}
        held = {"token": work["token"], "author": work["author"]}
        (ack,) = post(f"assignments/{work['id']}/operations/", held | {"operations": [operation]})["acks"]
        assert ack["status"] == "applied"
        post(f"assignments/{work['id']}/finish/", {"token": work["token"]})
    assert [each.answers for each in Annotation.objects.all()] == [given] * 3
    report = request_report(corpus=corpus)
    assert report.job
    execute(str(report.job.public_id))
    report.refresh_from_db()
    assert report.figures
    target = str(tmp_path / "out")
    call_command("export_corpus", corpus.slug, "--out", target, "--incomplete", "include", verbosity=0)
