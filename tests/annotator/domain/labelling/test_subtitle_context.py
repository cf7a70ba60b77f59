"""Sounds, music and translations that an annotator sees beside the utterances."""

import pytest

from annotator.domain.labelling.subtitle_context import Passage, subtitle_context
from corpus.models import Cue, Dialogue, Episode, Utterance
from tests.factories import DialogueFactory, EpisodeFactory, UtteranceFactory

pytestmark = pytest.mark.django_db


def dialogue(episode: Episode, order: int, *spans: tuple[int, int]) -> tuple[Dialogue, list[Utterance]]:
    made = DialogueFactory(corpus=episode.series.corpus, series=episode.series, episode=episode, order=order)
    return made, [
        UtteranceFactory(dialogue=made, order=place, start_ms=start, end_ms=end)
        for place, (start, end) in enumerate(spans, 1)
    ]


def passage(episode: Episode, order: int, start_ms: int, text: str, kind: str = "no_speech", remark: str = "") -> None:
    Cue.objects.create(
        episode=episode, order=order, start_ms=start_ms, end_ms=start_ms + 500, text=text, kind=kind, remark=remark
    )


def test_a_passage_belongs_to_the_nearer_dialogue() -> None:
    episode = EpisodeFactory()
    first, one = dialogue(episode, 1, (1000, 2000), (3000, 4000))
    second, two = dialogue(episode, 2, (20_000, 21_000))
    for order, (start, text) in enumerate(
        [(0, "[door]"), (2200, "♪"), (5000, "（掌声）"), (18_000, "[rain]"), (90_000, "[end]")], 1
    ):
        passage(episode, order, start, text)
    passage(episode, 8, 2300, "长江路", kind="left_out")
    passage(episode, 9, 2300, "[late]", remark="past_end")
    passage(EpisodeFactory(), 1, 2200, "[other]")
    assert [(each.text, each.before) for each in subtitle_context(first, one, translations=False).passages] == [
        ("[door]", 0),
        ("♪", 1),
        ("（掌声）", 2),
    ]
    assert subtitle_context(second, two, translations=False).passages == [
        Passage("[rain]", 18_000, 18_500, 0),
        Passage("[end]", 90_000, 90_500, 1),
    ]


def test_translations_are_those_of_the_cues_and_only_if_the_corpus_shows_them() -> None:
    episode = EpisodeFactory()
    made, [first, second] = dialogue(episode, 1, (1000, 2000), (3000, 4000))
    for order, (utterance, text) in enumerate([(first, "Where"), (first, "are you?"), (second, "")], 1):
        Cue.objects.create(
            episode=episode, order=order, utterance=utterance, start_ms=order, end_ms=order + 1, translation=text
        )
    assert subtitle_context(made, [first, second], translations=True).translations == {first.pk: "Where are you?"}
    assert subtitle_context(made, [first, second], translations=False).translations == {}


def test_a_dialogue_without_an_episode_costs_no_query(django_assert_num_queries: object) -> None:
    made = DialogueFactory()
    utterances = list(made.utterances.all())
    with django_assert_num_queries(0):  # type: ignore[operator]
        assert subtitle_context(made, utterances, translations=True).passages == []
