from typing import Any

import pytest

from tests.factories import DialogueFactory, EpisodeFactory, UtteranceFactory


@pytest.fixture
def dialogue() -> Any:
    """A ready dialogue of three utterances."""
    episode = EpisodeFactory()
    row = DialogueFactory(corpus=episode.series.corpus, series=episode.series, episode=episode)
    for order in (1, 2, 3):
        UtteranceFactory(dialogue=row, order=order, start_ms=order * 2000, end_ms=order * 2000 + 1500)
    return row
