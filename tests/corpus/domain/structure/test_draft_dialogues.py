from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
from django.db import connection

from common.errors import Refused
from common.models import Job
from corpus.domain.structure import draft_dialogues, draft_utterances
from corpus.models import Cue, Dialogue, Episode, Utterance
from tests.factories import DialogueFactory, EpisodeFactory, UtteranceFactory
from tests.refusals import refused

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def draft(episode: Episode, code: str, *texts: str, order: int = 1) -> Dialogue:
    dialogue: Dialogue = DialogueFactory(
        corpus=episode.series.corpus,
        series=episode.series,
        episode=episode,
        code=code,
        order=order,
        state="draft",
        ready_at=None,
    )
    for place, text in enumerate(texts, start=1):
        UtteranceFactory(
            dialogue=dialogue,
            order=place,
            code=f"{code}_U{place:03d}",
            text=text,
            speaker=None,
            start_ms=order * 10_000 + place * 1000,
            end_ms=order * 10_000 + place * 1000 + 900,
        )
    return dialogue


def codes_and_texts(dialogue: Dialogue) -> list[tuple[str, str]]:
    return list(dialogue.utterances.order_by("order").values_list("code", "text"))


def nth(dialogue: Dialogue, place: int) -> Utterance:
    return dialogue.utterances.get(order=place)


@pytest.fixture
def episode() -> Any:
    return EpisodeFactory()


def test_an_utterance_is_edited(episode: Episode) -> None:
    dialogue = draft(episode, "E1_D001", "one", "two")
    changed = draft_utterances.edit_draft_utterance(
        utterance=nth(dialogue, 1), text=" 你 好 ", speaker="小明", start_ms=10_500, end_ms=11_900
    )
    changed.refresh_from_db()
    assert (changed.text, changed.start_ms, changed.end_ms) == ("你 好", 10_500, 11_900)
    assert changed.speaker is not None
    assert (changed.speaker.name, changed.speaker.series) == ("小明", episode.series)


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"text": " "}, "utterance.no_text"),
        ({"start_ms": 500, "end_ms": 500}, "utterance.span"),
        ({"end_ms": 60_001}, "utterance.past_end"),
        ({"start_ms": 10_999}, "utterance.disorder"),
        ({"start_ms": 13_001, "end_ms": 14_000}, "utterance.disorder"),
        ({"speaker": "x" * 121}, "speaker.name_too_long"),
    ],
)
def test_impossible_edits_are_refused(episode: Episode, changes: dict[str, Any], code: str) -> None:
    dialogue = draft(episode, "E1_D001", "one", "two", "three")
    wanted: dict[str, Any] = {"text": "x", "speaker": "", "start_ms": 12_000, "end_ms": 12_900} | changes
    with refused(code):
        draft_utterances.edit_draft_utterance(utterance=nth(dialogue, 2), **wanted)
    assert nth(dialogue, 2).text == "two"


def test_an_utterance_is_split_at_a_time_and_a_text_position(episode: Episode) -> None:
    dialogue = draft(episode, "E1_D001", "one two", "three", "four", "five")
    first = nth(dialogue, 1)
    for order, start_ms in enumerate((11_000, 11_500), start=1):
        Cue.objects.create(
            episode=episode, utterance=first, order=order, start_ms=start_ms, end_ms=start_ms + 400, text="x"
        )
    second = draft_utterances.split_utterance(utterance=first, at_ms=11_500, at_char=4)
    assert [text for _, text in codes_and_texts(dialogue)] == ["one", "two", "three", "four", "five"]
    assert [code for code, _ in codes_and_texts(dialogue)] == [f"E1_D001_U00{place}" for place in range(1, 6)]
    assert (nth(dialogue, 1).end_ms, second.start_ms, second.end_ms) == (11_500, 11_500, 11_900)
    assert list(second.cues.values_list("order", flat=True)) == [2]
    assert [nth(dialogue, order).version for order in (1, 2, 3)] == [2, 1, 1]


@pytest.mark.parametrize(
    ("at_ms", "at_char", "code"),
    [(11_500, 0, "utterance.split_text"), (11_500, 7, "utterance.split_text"), (11_000, 3, "utterance.split_span")],
)
def test_both_parts_of_a_split_need_text_and_time(episode: Episode, at_ms: int, at_char: int, code: str) -> None:
    dialogue = draft(episode, "E1_D001", "one two")
    with refused(code):
        draft_utterances.split_utterance(utterance=nth(dialogue, 1), at_ms=at_ms, at_char=at_char)


def test_an_utterance_takes_in_the_next(episode: Episode) -> None:
    dialogue = draft(episode, "E1_D001", "one", "two", "three")
    merged = draft_utterances.merge_with_next(utterance=nth(dialogue, 1))
    assert codes_and_texts(dialogue) == [("E1_D001_U001", "one two"), ("E1_D001_U002", "three")]
    assert (merged.start_ms, merged.end_ms) == (11_000, 12_900)
    assert [nth(dialogue, order).version for order in (1, 2)] == [2, 1]
    with refused("utterance.last"):
        draft_utterances.merge_with_next(utterance=nth(dialogue, 2))


def test_a_split_is_undone_by_a_merge(episode: Episode) -> None:
    dialogue = draft(episode, "E1_D001", "one two", "three")
    before = list(dialogue.utterances.values_list("order", "code", "text", "start_ms", "end_ms"))
    draft_utterances.split_utterance(utterance=nth(dialogue, 1), at_ms=11_500, at_char=3)
    draft_utterances.merge_with_next(utterance=nth(dialogue, 1))
    assert list(dialogue.utterances.values_list("order", "code", "text", "start_ms", "end_ms")) == before


def test_the_last_utterance_removed_takes_its_dialogue_along(episode: Episode) -> None:
    dialogue = draft(episode, "E1_D001", "one", "two")
    draft_utterances.remove_utterance(utterance=nth(dialogue, 1))
    assert codes_and_texts(dialogue) == [("E1_D001_U001", "two")]
    draft_utterances.remove_utterance(utterance=nth(dialogue, 1))
    assert not Dialogue.objects.exists()


def test_a_dialogue_is_divided_and_joined_again(episode: Episode) -> None:
    dialogue, after = draft(episode, "E1_D001", "one", "two", "three"), draft(episode, "E1_D002", "four", order=2)
    new = draft_dialogues.begin_dialogue(utterance=nth(dialogue, 2))
    assert codes_and_texts(dialogue) == [("E1_D001_U001", "one")]
    assert codes_and_texts(new) == [("E1_D001b_U001", "two"), ("E1_D001b_U002", "three")]
    after.refresh_from_db()
    assert dialogue.order < new.order < after.order
    assert draft_dialogues.join_to_previous(dialogue=new) == dialogue
    assert codes_and_texts(dialogue) == [("E1_D001_U001", "one"), ("E1_D001_U002", "two"), ("E1_D001_U003", "three")]
    assert list(Dialogue.objects.order_by("order")) == [dialogue, after]


def test_the_first_utterance_and_the_first_dialogue_are_refused(episode: Episode) -> None:
    dialogue = draft(episode, "E1_D001", "one")
    with refused("utterance.first"):
        draft_dialogues.begin_dialogue(utterance=nth(dialogue, 1))
    with refused("dialogue.first"):
        draft_dialogues.join_to_previous(dialogue=dialogue)
    draft(EpisodeFactory(series=episode.series), "E2_D001", "another episode", order=0)
    with refused("dialogue.first"):
        draft_dialogues.join_to_previous(dialogue=dialogue)


def test_ready_is_frozen(episode: Episode) -> None:
    dialogue, after = draft(episode, "E1_D001", "one two", "three"), draft(episode, "E1_D002", "four", order=2)
    ready = draft_dialogues.declare_ready(dialogue=dialogue)
    assert (ready.state, ready.ready_at is not None) == ("ready", True)
    utterance = nth(dialogue, 1)
    for write in (
        lambda: draft_utterances.edit_draft_utterance(utterance=utterance, text="x", speaker="", start_ms=1, end_ms=2),
        lambda: draft_utterances.split_utterance(utterance=utterance, at_ms=11_500, at_char=3),
        lambda: draft_utterances.merge_with_next(utterance=utterance),
        lambda: draft_utterances.remove_utterance(utterance=utterance),
        lambda: draft_dialogues.begin_dialogue(utterance=nth(dialogue, 2)),
        lambda: draft_dialogues.join_to_previous(dialogue=after),
        lambda: draft_dialogues.declare_ready(dialogue=dialogue),
    ):
        with refused("dialogue.frozen"):
            write()
    assert codes_and_texts(dialogue) == [("E1_D001_U001", "one two"), ("E1_D001_U002", "three")]


def test_all_drafts_of_an_episode_are_declared_ready(episode: Episode) -> None:
    for order in (1, 2):
        draft(episode, f"E1_D00{order}", "one", order=order)
    other = draft(EpisodeFactory(series=episode.series), "E2_D001", "one", order=3)
    assert draft_dialogues.declare_all_ready(episode=episode) == 2
    assert draft_dialogues.declare_all_ready(episode=episode) == 0
    other.refresh_from_db()
    assert other.state == "draft"


def test_an_empty_dialogue_is_not_ready(episode: Episode) -> None:
    with refused("dialogue.empty"):
        draft_dialogues.declare_ready(dialogue=draft(episode, "E1_D001"))


def test_removed_rows_are_reported_as_gone(episode: Episode) -> None:
    dialogue = draft(episode, "E1_D001", "one", "two")
    utterance = nth(dialogue, 1)
    draft_utterances.remove_utterance(utterance=nth(dialogue, 1))
    with refused("utterance.gone"):
        draft_utterances.merge_with_next(utterance=utterance)
    Dialogue.objects.all().delete()
    with refused("dialogue.gone"):
        draft_utterances.merge_with_next(utterance=utterance)


@pytest.mark.django_db(transaction=True)
def test_two_concurrent_declarations_queue_the_clips_once(episode: Episode) -> None:
    dialogue = draft(episode, "E1_D001", "one")

    def declare(_: int) -> str:
        try:
            draft_dialogues.declare_ready(dialogue=dialogue)
        except Refused as refusal:
            return refusal.code
        finally:
            connection.close()
        return "ready"

    with ThreadPoolExecutor(4) as pool:
        answers = sorted(pool.map(declare, range(4)))
    assert answers == ["dialogue.frozen"] * 3 + ["ready"]
    assert Job.objects.filter(kind="corpus.cut").count() == 1
