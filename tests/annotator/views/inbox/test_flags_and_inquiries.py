from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from annotator.domain.messages.flags import decline_flag
from annotator.models import Flag, Inquiry
from corpus.domain.codebooks.guideline_versions import add_guideline_version
from corpus.models import Corpus, GuidelineVersion
from tests.annotator.material import corpus_with_work
from tests.annotator.sent_messages import asked, claimed, flagged
from tests.factories import EpisodeFactory, MembershipFactory, UserFactory

pytestmark = pytest.mark.django_db
NOW = timezone.now()


@pytest.fixture
def corpus() -> Corpus:
    corpus = corpus_with_work(utterances=3)
    corpus.dialogues.update(episode=EpisodeFactory(series=corpus.dialogues.get().series))
    return corpus


@pytest.fixture
def manager(corpus: Corpus) -> Client:
    client = Client(headers={"accept-language": "en"})
    client.force_login(MembershipFactory(corpus=corpus, role="manager").user)
    return client


def page(client: Client, corpus: Corpus, place: str = "flags", **query: Any) -> str:
    return client.get(f"/c/{corpus.slug}/inbox/{place}/", query).content.decode()


def form(flag: Flag, **new: Any) -> dict[str, Any]:
    utterance = flag.utterance
    assert utterance.speaker
    times = {"start_ms": utterance.start_ms, "end_ms": utterance.end_ms}
    return {"text": utterance.text, "speaker": utterance.speaker.name, **times, "reply": "", **new}


def test_a_flag_is_shown_with_its_neighbours_and_its_proposal_filled_in(manager: Client, corpus: Corpus) -> None:
    flag = flagged(claimed(corpus), 2, reason="bad_cut", comment="开头被切掉了", start_ms=3960, end_ms=5540)
    shown = page(manager, corpus)
    for utterance in flag.assignment.dialogue.utterances.all():
        assert f'<span lang="">{utterance.text}</span>' in shown
    assert "开头被切掉了" in shown
    assert str(flag.assignment.rater.membership.user) in shown  # type: ignore[union-attr]
    assert 'value="0:03.960"' in shown
    assert 'data-start="3960" data-end="5540"' in " ".join(shown.split())


def test_accepting_moves_the_utterance_and_returns_to_the_list(manager: Client, corpus: Corpus) -> None:
    flag = flagged(claimed(corpus), 2, reason="bad_cut", start_ms=3960, end_ms=5540)
    sent = form(flag, start_ms="0:03.960", end_ms="5540", reply="谢谢", state="open", reason="bad_cut")
    answer = manager.post(f"/c/{corpus.slug}/inbox/flags/{flag.public_id}/accept/", sent)
    assert answer["Location"] == f"/c/{corpus.slug}/inbox/flags/?state=open&reason=bad_cut"
    flag.refresh_from_db()
    assert (flag.state, flag.reply) == ("accepted", "谢谢")
    flag.utterance.refresh_from_db()
    assert (flag.utterance.start_ms, flag.utterance.end_ms) == (3960, 5540)
    assert flag.comment not in page(manager, corpus) or "No flags" in page(manager, corpus)


def test_an_impossible_edit_is_refused_and_the_flag_stays_open(manager: Client, corpus: Corpus) -> None:
    flag = flagged(claimed(corpus), 2, reason="bad_cut", start_ms=10, end_ms=5540)
    address = f"/c/{corpus.slug}/inbox/flags/{flag.public_id}/accept/"
    for sent, words in ((form(flag, start_ms="10"), "would start before"), (form(flag, start_ms="x"), "Enter a time")):
        assert words in manager.post(address, sent, follow=True).content.decode()
    flag.refresh_from_db()
    assert flag.state == "open"


def test_declining_only_needs_a_reply(manager: Client, corpus: Corpus) -> None:
    flag = flagged(claimed(corpus))
    manager.post(f"/c/{corpus.slug}/inbox/flags/{flag.public_id}/decline/", {"reply": "照旧", "start_ms": "nonsense"})
    flag.refresh_from_db()
    assert (flag.state, flag.reply) == ("declined", "照旧")


def test_the_list_is_filtered_by_state_and_reason(manager: Client, corpus: Corpus) -> None:
    assignment = claimed(corpus)
    flagged(assignment, 1, reason="wrong_text", comment="first comment")
    settled = flagged(assignment, 2, comment="second comment")
    decline_flag(flag=settled, settled_by=UserFactory(), reply="no", now=NOW)
    assert "first comment" in page(manager, corpus)
    assert "second comment" not in page(manager, corpus)
    assert "second comment" in page(manager, corpus, state="declined")
    assert "first comment" not in page(manager, corpus, state="all", reason="other")


def test_a_redirect_only_contains_known_filters(manager: Client, corpus: Corpus) -> None:
    flag = flagged(claimed(corpus))
    sent = {"reply": "", "state": "//evil.example", "reason": "other&x=y"}
    answer = manager.post(f"/c/{corpus.slug}/inbox/flags/{flag.public_id}/decline/", sent)
    assert answer["Location"] == f"/c/{corpus.slug}/inbox/flags/"


def test_messages_of_another_corpus_are_not_found(manager: Client, corpus: Corpus) -> None:
    flag, inquiry = (make(claimed(corpus_with_work())) for make in (flagged, asked))
    for path in (
        f"flags/{flag.public_id}/accept/",
        f"flags/{flag.public_id}/decline/",
        f"questions/{inquiry.public_id}/",
    ):
        assert manager.post(f"/c/{corpus.slug}/inbox/{path}", {"reply": "x"}).status_code == 404


def test_a_reply_is_private_unless_published(manager: Client, corpus: Corpus) -> None:
    inquiry = asked(claimed(corpus), text="这算惊讶吗？", about="emotion")
    assert "这算惊讶吗？" in page(manager, corpus, "questions")
    address = f"/c/{corpus.slug}/inbox/questions/{inquiry.public_id}/"
    manager.post(address, {"reply": "算", "wording": "惊讶？"})
    inquiry.refresh_from_db()
    assert (inquiry.state, inquiry.reply, inquiry.published_text, inquiry.guideline) == ("answered", "算", "", None)
    manager.post(address, {"reply": "算", "wording": "惊讶？", "publish": "on"})
    inquiry.refresh_from_db()
    assert inquiry.published_text == "惊讶？"


def test_one_click_adds_inquiry_and_reply_to_the_guideline(manager: Client, corpus: Corpus) -> None:
    add_guideline_version(corpus=corpus, texts={"en": "# Rules\n"})
    inquiry = asked(claimed(corpus), text="Is this joy?")
    address = f"/c/{corpus.slug}/inbox/questions/{inquiry.public_id}/"
    shown = manager.post(address, {"reply": "It is.", "wording": "Joy?", "guideline": "1"}, follow=True)
    assert "version 2" in shown.content.decode()
    inquiry.refresh_from_db()
    newest = GuidelineVersion.objects.get(corpus=corpus, version=2)
    assert inquiry.guideline == newest
    assert newest.texts["en"].endswith(f"> “{inquiry.utterance.text}”\n>\n> Joy?\n>\n> It is.\n")  # type: ignore[union-attr]
    again = manager.post(address, {"reply": "It is.", "guideline": "1"}, follow=True).content.decode()
    assert "already in the guideline" in again
    assert GuidelineVersion.objects.filter(corpus=corpus).count() == 2


def test_a_reply_that_does_not_fit_into_the_guideline_is_not_saved_either(manager: Client, corpus: Corpus) -> None:
    add_guideline_version(corpus=corpus, texts={"en": "x" * 99_990})
    inquiry = asked(claimed(corpus))
    address = f"/c/{corpus.slug}/inbox/questions/{inquiry.public_id}/"
    manager.post(address, {"reply": "yes", "guideline": "1"})
    assert Inquiry.objects.get().state == "open"


def test_open_messages_are_counted_on_every_page(manager: Client, corpus: Corpus) -> None:
    overview = f"/c/{corpus.slug}/"
    assert "Messages from annotators" not in manager.get(overview).content.decode()
    assignment = claimed(corpus)
    flagged(assignment)
    asked(assignment)
    assert "Messages from annotators" in manager.get(overview).content.decode()
    shown = manager.get(f"/c/{corpus.slug}/jobs/").content.decode()
    assert '<span class="badge badge-accent">2</span>' in shown


@pytest.mark.parametrize(("sends", "place"), [((), "flags"), ((asked,), "questions"), ((asked, flagged), "flags")])
def test_the_inbox_opens_the_first_list_with_open_messages(
    manager: Client, corpus: Corpus, sends: Any, place: str
) -> None:
    assignment = claimed(corpus)
    for send in sends:
        send(assignment)
    assert manager.get(f"/c/{corpus.slug}/inbox/")["Location"] == f"/c/{corpus.slug}/inbox/{place}/"


def test_queries_do_not_grow_with_the_list(manager: Client, corpus: Corpus, django_assert_max_num_queries: Any) -> None:
    assignment = claimed(corpus)
    for send, place in ((flagged, "flags"), (asked, "questions")):
        send(assignment, 1)
        with django_assert_max_num_queries(30) as one:
            page(manager, corpus, place)
        for order in (1, 2, 3):
            send(assignment, order)
        with django_assert_max_num_queries(len(one)):
            page(manager, corpus, place)
