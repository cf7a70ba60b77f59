import pytest
from django.test import Client
from django.urls import reverse

from corpus.domain.codebooks.guideline_versions import add_guideline_version
from corpus.domain.codebooks.shipped_codebooks import shipped_guideline
from corpus.models import GuidelineVersion, Membership
from tests.factories import MembershipFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def manager(client: Client) -> Membership:
    membership = MembershipFactory(role="manager")
    client.force_login(membership.user)
    return membership


def page(name: str, membership: Membership, version: GuidelineVersion | None = None) -> str:
    return reverse(f"corpus:{name}", args=[membership.corpus.slug, *([version.public_id] if version else [])])


@pytest.mark.parametrize(
    ("asked", "browser", "title"),
    [("", "zh-hans", "讽刺"), ("", "en", "Sarcasm"), ("?language=zh", "en", "讽刺"), ("?language=xx", "en", "Sarcasm")],
)
def test_the_guideline_in_both_languages(
    client: Client, manager: Membership, asked: str, browser: str, title: str
) -> None:
    add_guideline_version(corpus=manager.corpus, texts=shipped_guideline("affect-dialogue"))
    response = client.get(page("guideline", manager) + asked, headers={"accept-language": browser})
    assert ("sarcasm", title) in response.context["headings"]
    assert f'<h2 id="sarcasm">{title}</h2>' in response.content.decode()


def test_a_guideline_in_one_language_is_shown_to_everyone(client: Client, manager: Membership) -> None:
    add_guideline_version(corpus=manager.corpus, texts={"zh": "先看。"})
    assert "先看。" in client.get(page("guideline", manager), headers={"accept-language": "en"}).content.decode()


def test_an_edit_is_a_new_version_and_the_old_one_stays(client: Client, manager: Membership) -> None:
    first = add_guideline_version(corpus=manager.corpus, texts={"en": "Watch.", "fr": "Regardez."})
    form = client.get(page("edit_guideline", manager)).context["form"]
    assert form.initial == {"zh": "", "en": "Watch.", "edited": 1}
    client.post(page("edit_guideline", manager), {"en": "Watch first.", "zh": "先看。", "edited": 1})
    manager.corpus.refresh_from_db()
    now = manager.corpus.guideline
    assert now is not None
    assert (now.version, now.created_by, now.texts) == (
        2,
        manager.user,
        {"en": "Watch first.", "fr": "Regardez.", "zh": "先看。"},
    )
    assert "Watch." in client.get(page("guideline_version", manager, first)).content.decode()


def test_a_version_written_in_the_meantime_is_not_overwritten(client: Client, manager: Membership) -> None:
    add_guideline_version(corpus=manager.corpus, texts={"en": "Watch."})
    add_guideline_version(corpus=manager.corpus, texts={"en": "Watch first."})
    response = client.post(page("edit_guideline", manager), {"en": "Watch twice.", "zh": "", "edited": 1})
    assert "Someone else has edited the guideline" in response.content.decode()
    assert "Watch twice." in response.content.decode()
    assert GuidelineVersion.objects.count() == 2


def test_markup_of_a_guideline_is_harmless(client: Client, manager: Membership) -> None:
    add_guideline_version(corpus=manager.corpus, texts={"en": "<script>alert(1)</script>"})
    content = client.get(page("guideline", manager)).content.decode()
    assert "<script>alert" not in content
    assert "&lt;script&gt;alert" in content


def test_annotators_read_and_do_not_write(client: Client) -> None:
    annotator = MembershipFactory(role="annotator")
    client.force_login(annotator.user)
    assert "No guideline yet" in client.get(page("guideline", annotator)).content.decode()
    version = add_guideline_version(corpus=annotator.corpus, texts={"en": "Watch."})
    assert client.get(page("guideline", annotator)).status_code == 200
    assert client.get(page("guideline_version", annotator, version)).status_code == 404
    assert client.get(page("edit_guideline", annotator)).status_code == 403
