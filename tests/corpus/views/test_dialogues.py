from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from corpus.models import Corpus, Dialogue, Membership, Utterance
from tests.corpus.domain.structure.test_draft_dialogues import codes_and_texts, draft, nth
from tests.factories import (
    CorpusFactory,
    DialogueFactory,
    EpisodeFactory,
    MembershipFactory,
    SpeakerFactory,
    UtteranceFactory,
)

pytestmark = pytest.mark.django_db


@pytest.fixture
def corpus() -> Any:
    return CorpusFactory()


@pytest.fixture
def dialogue(corpus: Corpus) -> Any:
    return draft(EpisodeFactory(series__corpus=corpus), "E1_D001", "one two", "three", "four")


@pytest.fixture
def manager(client: Client, corpus: Corpus) -> Client:
    client.force_login(MembershipFactory(corpus=corpus, role=Membership.Role.MANAGER).user)
    return client


def act(client: Client, utterance: Utterance, what: str, **data: Any) -> str:
    where = reverse("corpus:act_on_utterance", args=[utterance.dialogue.corpus.slug, utterance.public_id, what])
    return client.post(where, data).content.decode()


def change(client: Client, utterance: Utterance, **data: str) -> str:
    where = reverse("corpus:edit_utterance", args=[utterance.dialogue.corpus.slug, utterance.public_id])
    values = {"speaker": "", "start_ms": "0:11.000", "end_ms": "0:11.900", "text": "x"}
    return client.post(where, values | data).content.decode()


def page_of(client: Client, dialogue: Dialogue, query: str = "") -> str:
    assert dialogue.episode is not None
    where = reverse("corpus:episode", args=[dialogue.corpus.slug, dialogue.episode.public_id])
    return client.get(where + query).content.decode()


def test_an_utterance_is_edited_with_times_in_both_notations(manager: Client, dialogue: Dialogue) -> None:
    answer = change(manager, nth(dialogue, 1), speaker="安娜", start_ms="0:11.25", end_ms="11800", text="new")
    utterance = nth(dialogue, 1)
    assert (utterance.text, utterance.start_ms, utterance.end_ms) == ("new", 11_250, 11_800)
    assert 'data-start="11250" data-end="11800"' in " ".join(answer.split())
    assert 'value="安娜"' in answer  # the list of speakers has changed


@pytest.mark.parametrize(
    ("data", "sentence"),
    [
        ({"start_ms": "soon"}, "Enter a time such as 1:02.500, or a number of milliseconds."),
        ({"text": " "}, "This field is required."),
        ({"end_ms": "1:30.000"}, "The utterance would end after the end of the video (90000 ms of 60000 ms)."),
    ],
)
def test_errors_are_shown_next_to_the_utterance(
    manager: Client, dialogue: Dialogue, data: dict[str, str], sentence: str
) -> None:
    assert sentence in change(manager, nth(dialogue, 1), **data)
    assert nth(dialogue, 1).text == "one two"


def test_utterances_are_split_joined_and_removed(manager: Client, dialogue: Dialogue) -> None:
    assert 'id="dialogues"' in act(manager, nth(dialogue, 1), "split", at_ms=11_500, at_char=3)
    assert [text for _, text in codes_and_texts(dialogue)] == ["one", "two", "three", "four"]
    act(manager, nth(dialogue, 2), "merge")
    assert [text for _, text in codes_and_texts(dialogue)] == ["one", "two three", "four"]
    act(manager, nth(dialogue, 1), "remove")
    assert [text for _, text in codes_and_texts(dialogue)] == ["two three", "four"]
    assert "is outside its span" in act(manager, nth(dialogue, 1), "split", at_ms="x")


def test_dialogues_are_begun_joined_and_frozen(manager: Client, dialogue: Dialogue) -> None:
    assert "E1_D001b" in act(manager, nth(dialogue, 2), "begin")
    new = Dialogue.objects.get(code="E1_D001b")
    where = [
        reverse("corpus:act_on_dialogue", args=[new.corpus.slug, new.public_id, what]) for what in ("join", "ready")
    ]
    assert "E1_D001b" not in manager.post(where[0]).content.decode()
    assert len(codes_and_texts(dialogue)) == 3
    where[1] = where[1].replace(str(new.public_id), str(dialogue.public_id))
    assert "frozen" in manager.post(where[1]).content.decode()
    assert "E1_D001 is ready and therefore frozen" in act(manager, nth(dialogue, 1), "merge")
    assert "E1_D001 is ready and therefore frozen" in change(manager, nth(dialogue, 1))
    assert "<textarea" not in page_of(manager, dialogue)


def test_all_drafts_are_declared_ready(manager: Client, dialogue: Dialogue) -> None:
    assert dialogue.episode is not None
    manager.post(reverse("corpus:all_ready", args=[dialogue.corpus.slug, dialogue.episode.public_id]))
    dialogue.refresh_from_db()
    assert dialogue.state == "ready"


def test_a_speaker_is_renamed_everywhere(manager: Client, dialogue: Dialogue) -> None:
    for place in (1, 2):
        utterance = nth(dialogue, place)
        change(manager, utterance, speaker="A", start_ms=str(utterance.start_ms), end_ms=str(utterance.end_ms))
    assert dialogue.episode is not None
    speaker = dialogue.series.speakers.get()
    where = reverse("corpus:rename_speaker", args=[dialogue.corpus.slug, dialogue.episode.public_id, speaker.public_id])
    answer = manager.post(where, {"name": "B"}).content.decode()
    assert 'hx-swap-oob="true"' in answer
    assert set(dialogue.utterances.values_list("speaker__name", flat=True)) == {"B", None}


def test_a_typed_other_name_is_shown_as_the_speaker_that_was_saved(manager: Client, dialogue: Dialogue) -> None:
    SpeakerFactory(series=dialogue.series, name="Anna Lee", other_names=["Anna"])
    answer = change(manager, nth(dialogue, 1), speaker=" Anna", text="two  words")
    assert 'data-saved-speaker="Anna Lee"' in answer
    assert 'data-saved-text="two words"' in answer
    assert "“Anna” is another name of Anna Lee, so Anna Lee was saved." in " ".join(answer.split())
    assert "another name" not in change(manager, nth(dialogue, 1), speaker="Anna Lee")
    assert "data-saved" not in change(manager, nth(dialogue, 1), speaker="Bob", start_ms="soon")


def test_the_name_of_another_speaker_leads_to_the_confirmation(manager: Client, dialogue: Dialogue) -> None:
    assert dialogue.episode is not None
    one, other = (SpeakerFactory(series=dialogue.series, name=name) for name in ("Ann", "Anna"))
    where = reverse("corpus:rename_speaker", args=[dialogue.corpus.slug, dialogue.episode.public_id, one.public_id])
    answer = manager.post(where, {"name": "Anna", "page": "2"})
    assert f"/speakers/{one.public_id}/merge/{other.public_id}/?page=2" in answer.headers["HX-Redirect"]
    assert dialogue.series.speakers.count() == 2
    assert "Enter a name for the speaker." in manager.post(where, {"name": " "}).content.decode()


def test_an_other_name_is_removed_on_the_page(manager: Client, dialogue: Dialogue) -> None:
    assert dialogue.episode is not None
    anna = SpeakerFactory(series=dialogue.series, name="Anna Lee", other_names=["Anna"])
    episode = dialogue.episode.public_id
    assert 'value="Anna"' in page_of(manager, dialogue)
    where = reverse("corpus:forget_speaker_name", args=[dialogue.corpus.slug, episode, anna.public_id])
    assert 'name="forget"' not in manager.post(where, {"forget": "Anna"}).content.decode()


def test_another_corpus_is_out_of_reach(client: Client, dialogue: Dialogue) -> None:
    other = MembershipFactory(role=Membership.Role.MANAGER)
    client.force_login(other.user)
    where = reverse("corpus:act_on_utterance", args=[other.corpus.slug, nth(dialogue, 1).public_id, "remove"])
    assert client.post(where).status_code == 404
    assert len(codes_and_texts(dialogue)) == 3


def test_an_unknown_act_is_not_found(manager: Client, dialogue: Dialogue) -> None:
    where = reverse("corpus:act_on_utterance", args=[dialogue.corpus.slug, nth(dialogue, 1).public_id, "eat"])
    assert manager.post(where).status_code == 404


def test_large_episodes_are_paged_with_the_same_queries(
    manager: Client, corpus: Corpus, dialogue: Dialogue, django_assert_max_num_queries: Any
) -> None:
    with django_assert_max_num_queries(50) as one:
        page_of(manager, dialogue)
    assert dialogue.episode is not None
    for order in range(2, 10):
        draft(dialogue.episode, f"E1_D00{order}", "a", "b", order=order)
    with django_assert_max_num_queries(len(one)):
        first = page_of(manager, dialogue)
    assert (first.count('class="card dialogue"'), first.count('rel="next"')) == (8, 1)
    assert page_of(manager, dialogue, "?page=2").count('class="card dialogue"') == 1


def test_a_dialogue_of_text_is_read_by_adjudicators(client: Client, corpus: Corpus) -> None:
    dialogue = DialogueFactory(corpus=corpus, topic="买菜")
    UtteranceFactory(dialogue=dialogue, text="多少钱", start_ms=None, end_ms=None)
    client.force_login(MembershipFactory(corpus=corpus, role=Membership.Role.ADJUDICATOR).user)
    page = client.get(reverse("corpus:dialogue", args=[corpus.slug, dialogue.public_id])).content.decode()
    assert "多少钱" in page
    assert "买菜" in page
    assert "<video" not in page
