from typing import Any

import pytest

from corpus.domain.structure.speakers import (
    describe_speaker,
    forget_other_name,
    get_or_create_speaker,
    rename_speaker,
    speakers_of,
)
from corpus.models import Series, Speaker
from tests.factories import DialogueFactory, SeriesFactory, SpeakerFactory, UtteranceFactory
from tests.refusals import refused

pytestmark = [pytest.mark.django_db, pytest.mark.database]


@pytest.fixture
def series() -> Series:
    made: Series = SeriesFactory()
    return made


def lines(series: Series, name: str, state: str = "draft") -> Speaker:
    ready = {} if state == "ready" else {"state": "draft", "ready_at": None}
    dialogue = DialogueFactory(corpus=series.corpus, series=series, **ready)
    speaker: Speaker = SpeakerFactory(series=series, name=name)
    UtteranceFactory(dialogue=dialogue, speaker=speaker)
    return speaker


def test_a_name_is_one_speaker_of_its_series(series: Series) -> None:
    anna = get_or_create_speaker(series, " Anna  Lee ")
    assert anna is not None
    assert get_or_create_speaker(series, "Anna Lee") == anna
    assert get_or_create_speaker(SeriesFactory(), "Anna Lee") != anna
    assert get_or_create_speaker(series, " ") is None


def test_a_new_name_applies_everywhere_and_the_old_one_is_stored(series: Series) -> None:
    anna = lines(series, "Anna", state="ready")
    assert rename_speaker(speaker=anna, name="安娜").other_names == ["Anna"]
    assert get_or_create_speaker(series, "Anna") == anna
    assert rename_speaker(speaker=anna, name="Anna").other_names == ["安娜"]


def test_the_name_of_another_changes_nothing_before_the_merge_is_confirmed(series: Series) -> None:
    anna, ann = lines(series, "Anna"), lines(series, "Ann")
    rename_speaker(speaker=anna, name="Anna Lee")
    for name in ("Anna Lee", "Anna"):
        assert rename_speaker(speaker=ann, name=name) == anna
    assert [(each.name, each.utterances.count()) for each in speakers_of(series)] == [("Ann", 1), ("Anna Lee", 1)]


def test_an_other_name_is_forgotten(series: Series) -> None:
    anna = rename_speaker(speaker=lines(series, "Anna"), name="Anna Lee")
    assert get_or_create_speaker(series, "Anna") == anna
    assert forget_other_name(speaker=anna, name="Anna").other_names == []
    assert get_or_create_speaker(series, "Anna") != anna


def test_a_speaker_cannot_lose_their_name(series: Series) -> None:
    anna = lines(series, "Anna")
    with refused("speaker.no_name"):
        rename_speaker(speaker=anna, name=" ")
    with refused("speaker.name_too_long"):
        rename_speaker(speaker=anna, name="x" * 121)
    with refused("speaker.gone"):
        rename_speaker(speaker=Speaker(pk=10**6, series=series, name="x"), name="Bob")


def test_a_description_that_is_too_long_or_takes_a_name_is_refused(series: Series) -> None:
    anna, bob = lines(series, "Anna"), lines(series, "Bob")
    given: dict[str, Any] = {"gender": "", "age_group": "", "profession": "", "personality": "", "other_names": []}
    with refused("speaker.text_too_long"):
        describe_speaker(speaker=anna, name="Anna", **given | {"personality": "x" * 2000})
    for values in ({"name": "Bob"}, {"name": "Anna", "other_names": ["Bob"]}):
        with refused("speaker.name_used"):
            describe_speaker(speaker=anna, **given | values)
    described = describe_speaker(speaker=bob, name="Bob", **given | {"gender": "male", "personality": "calm"})
    assert (described.gender, described.notes) == ("male", {"personality": "calm"})
