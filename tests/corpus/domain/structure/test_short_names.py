"""Present and former short names."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from common.errors import Refused
from corpus.domain.structure.archiving import archive
from corpus.domain.structure.corpora import create_corpus, free_slug
from corpus.domain.structure.short_names import change_short_name, corpus_named
from corpus.models import Corpus, Membership, Revision
from tests.annotator.calibrated import newcomer, take
from tests.annotator.material import answered, corpus_with_work
from tests.factories import CorpusFactory, MembershipFactory, UserFactory

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def renamed(corpus: Corpus, slug: str) -> Corpus:
    return change_short_name(corpus=corpus, slug=slug, changed_by=UserFactory())


def test_the_former_name_leads_to_the_corpus() -> None:
    corpus = CorpusFactory(slug="first")
    renamed(corpus, "second")
    renamed(corpus, "third")
    assert [corpus_named(name) for name in ("first", "second", "third", "fourth")] == [corpus, corpus, corpus, None]


def test_a_corpus_can_take_its_former_name_back() -> None:
    corpus = CorpusFactory(slug="first")
    renamed(corpus, "second")
    assert renamed(corpus, "first").slug == "first"
    assert set(corpus.former_short_names.values_list("slug", flat=True)) == {"second"}
    assert renamed(corpus, "first").slug == "first"  # nothing to change


@pytest.mark.parametrize("name", ["first", "second", "other", "new", "Capital", "a b", "", "-x", "x" * 61])
def test_names_that_are_taken_or_invalid_are_refused(name: str) -> None:
    CorpusFactory(slug="other")
    renamed(CorpusFactory(slug="first"), "second")
    corpus = CorpusFactory()
    with pytest.raises(Refused, match="short name"):
        renamed(corpus, name)
    if name:
        with pytest.raises(Refused, match="short name"):
            create_corpus(title="x", slug=name, created_by=UserFactory(may_create_corpora=True))
    assert free_slug("first") != "first"


def test_another_corpus_that_was_faster_wins(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter([True, False])
    monkeypatch.setattr("corpus.domain.structure.short_names.is_free", lambda *_, **__: next(answers))
    CorpusFactory(slug="second")
    with pytest.raises(Refused) as refusal:
        renamed(CorpusFactory(slug="first"), "second")
    assert refusal.value.code == "corpus.slug_taken"


def test_an_archived_corpus_keeps_its_name() -> None:
    corpus = CorpusFactory()
    archive(corpus=corpus, now=timezone.now())
    with pytest.raises(Refused) as refusal:
        renamed(corpus, "second")
    assert refusal.value.code == "corpus.archived"


def test_old_addresses_redirect_and_old_forms_are_accepted(client: Client) -> None:
    corpus = CorpusFactory(slug="first")
    manager = MembershipFactory(corpus=corpus, roles=[Membership.Role.MANAGER])
    client.force_login(manager.user)
    client.post(reverse("corpus:rename", args=["first"]), {"slug": "second"})
    page = client.get("/c/first/episodes/?page=2")
    assert (page.status_code, page["Location"]) == (301, "/c/second/episodes/?page=2")
    assert client.post("/c/first/settings/archive/").status_code == 302
    corpus.refresh_from_db()
    assert corpus.archived_at
    client.force_login(UserFactory())
    assert client.get("/c/first/episodes/").status_code == 404  # a stranger learns nothing


def test_the_labelling_page_under_the_old_name_continues(client: Client) -> None:
    corpus = corpus_with_work(dialogues=2)
    former, rater = corpus.slug, newcomer(corpus)
    assignment = take(rater)
    assert assignment
    assert assignment.rater.membership
    author = assignment.rater.membership.user
    client.force_login(author)
    renamed(corpus, "second")
    utterance = assignment.dialogue.utterances.get()
    operation = {"id": str(corpus.public_id), "kind": "commit", "utterance": str(utterance.public_id)}
    body = {"token": assignment.token, "author": str(author.public_id)}
    body["operations"] = [operation | {"answers": answered()}]
    url = reverse("annotator-api:operations", args=[assignment.public_id])
    assert client.post(url, body, content_type="application/json").json()["acks"][0]["status"] == "applied"
    assert Revision.objects.count() == 1
    for name in ("claim", "seen"):
        url = reverse(f"annotator-api:{name}", args=[former])
        assert client.post(url, {"ids": []}, content_type="application/json").status_code in (200, 204)
    assert client.get(reverse("annotator-api:news", args=[former])).status_code == 200
