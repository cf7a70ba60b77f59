import pytest
from django.test import Client
from django.urls import reverse

from corpus.models import Annotation, Corpus
from tests.agreement.material import judged, put_in_use
from tests.factories import MembershipFactory

pytestmark = pytest.mark.django_db
RENAMED = ("[negative, neutral, positive]", "[bad, neutral, positive]")


@pytest.fixture
def corpus(client: Client) -> Corpus:
    """A corpus with answers under version 1, which is in use; version 2 renames a choice."""
    made = judged({"a": "+0-", "b": "+-?"})
    first = made.codebook
    put_in_use(made, *RENAMED)
    made.codebook = first
    made.save()
    client.force_login(MembershipFactory(corpus=made, role="manager").user)
    return made


def test_another_version_is_put_in_use_only_after_its_consequences_were_shown(client: Client, corpus: Corpus) -> None:
    second = corpus.codebooks.get(version=2)
    use = reverse("corpus:use_codebook", args=[corpus.slug, second.public_id])
    response = client.post(use, follow=True)
    corpus.refresh_from_db()
    assert corpus.codebook != second
    shown = " ".join(response.content.decode().split())
    assert "5 answers that count now cannot be compared with new answers any more." in shown
    assert "No answers are left for these questions: sentiment." in shown
    assert "without the choices negative; with the new choices bad" in shown
    client.post(use, {"confirmed": "yes"})
    corpus.refresh_from_db()
    assert corpus.codebook == second


def test_a_version_that_asks_alike_leaves_everything_comparable(client: Client, corpus: Corpus) -> None:
    alike = put_in_use(corpus, 'keys: "qwe"', 'keys: "rty"')
    corpus.codebook = corpus.codebooks.get(version=1)
    corpus.save()
    address = reverse("agreement:use_codebook", args=[corpus.slug, alike.public_id])
    assert "All answers that count now stay comparable" in client.get(address).content.decode()


def test_missing_codes_are_reported(client: Client, corpus: Corpus) -> None:
    Annotation.objects.update(codes=b"")
    address = reverse("agreement:use_codebook", args=[corpus.slug, corpus.codebooks.get(version=2).public_id])
    assert "rebuild_codes" in client.get(address, follow=True).content.decode()
