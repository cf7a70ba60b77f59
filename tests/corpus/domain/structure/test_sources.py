import pytest

from corpus.domain.structure.sources import describe_episode, describe_series, sources_of
from tests.factories import DialogueFactory, EpisodeFactory, MediaFileFactory, SeriesFactory
from tests.refusals import refused

pytestmark = pytest.mark.django_db


def test_an_episode_without_a_licence_has_that_of_its_series() -> None:
    series = SeriesFactory(name="A")
    own, other = EpisodeFactory(series=series, title="1"), EpisodeFactory(series=series, title="2")
    describe_series(series=series, licence=" CC  BY ", has_laugh_track=None)
    describe_episode(episode=own, licence="CC0", has_laugh_track=True)
    text = SeriesFactory(corpus=series.corpus, name="B")
    codes = [
        DialogueFactory(corpus=series.corpus, series=each, episode=episode).code
        for each, episode in ((series, own), (series, own), (series, other), (text, None))
    ]
    DialogueFactory(corpus=series.corpus, series=series, episode=other)  # not released
    columns = ("series", "episode", "licence", "laugh_track", "dialogues")
    assert [tuple(row[name] for name in columns) for row in sources_of(series.corpus, codes)] == [
        ("A", "1", "CC0", True, 2),
        ("A", "2", "CC BY", False, 1),
        ("B", "", "", None, 1),
    ]
    describe_series(series=series, licence="", has_laugh_track=True)
    assert [row["laugh_track"] for row in sources_of(series.corpus, codes)] == [True, True, None]


def test_a_source_has_the_checksum_of_its_recording() -> None:
    series = SeriesFactory(name="A")
    recorded = EpisodeFactory(series=series, source=MediaFileFactory(corpus=series.corpus, sha256="ab" * 32))
    text = SeriesFactory(corpus=series.corpus, name="B")
    codes = [
        DialogueFactory(corpus=text.corpus, series=each, episode=episode).code
        for each, episode in ((series, recorded), (text, None))
    ]
    assert [row["recording_sha256"] for row in sources_of(text.corpus, codes)] == ["ab" * 32, ""]


def test_a_licence_that_is_too_long_is_refused() -> None:
    with refused("source.licence_too_long"):
        describe_episode(episode=EpisodeFactory(), licence="x" * 201, has_laugh_track=False)
