"""Subtitles beside speech: what has no counterpart, and planted shifts that must be found."""

import random

import pytest

from corpus.rules.subtitles.options import by_anchors
from corpus.rules.subtitles.speech_comparison import Span, compare, propose


def conversation(seed: int, count: int = 300) -> list[Span]:
    """Return spans of speech with pauses of many lengths."""
    chance, at, spans = random.Random(seed), 3000, []
    for _ in range(count):
        length = chance.randint(600, 4500)
        spans.append((at, at + length))
        at += length + chance.choice([200, 300, 500, 800, 1500, 4000, 9000])
    return spans


def heard(spans: list[Span], seed: int) -> list[Span]:
    """Return what a detector hears of them: rough edges, a seventh missing, and noises."""
    chance = random.Random(seed)
    kept = [(start + chance.randint(-150, 150), end + chance.randint(-250, 250)) for start, end in spans]
    kept = [span for span in kept if span[0] < span[1] and chance.random() > 1 / 7]
    kept += [(at, at + 700) for at in (chance.randint(0, spans[-1][1]) for _ in range(20))]
    merged: list[Span] = []
    for start, end in sorted(kept):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(end, merged[-1][1]))
        else:
            merged.append((start, end))
    return merged


@pytest.mark.parametrize("seed", [1, 2])
@pytest.mark.parametrize(
    ("offset_ms", "rate"),
    [(1300, 1.0), (-4200, 1.0), (45_000, 1.0), (800, 25 / 23.976), (-2500, 23.976 / 25), (600, 1.0007), (0, 0.998)],
)
def test_a_planted_shift_and_stretch_is_found(seed: int, offset_ms: int, rate: float) -> None:
    spans = conversation(seed)
    cues = [(round((start - offset_ms) / rate), round((end - offset_ms) / rate) + 300) for start, end in spans]
    found = propose([cue for cue in cues if cue[0] >= 0], heard(spans, seed))
    assert found is not None
    for at in (60_000, spans[-1][1]):
        assert abs(found.rate * at + found.offset_ms - (rate * at + offset_ms)) < 250
    assert found.after > found.before


def test_subtitles_that_fit_or_belong_to_another_film_get_no_proposal() -> None:
    spans = conversation(1)
    assert propose(spans, heard(spans, 1)) is None
    assert propose(conversation(7), [(0, 2_000_000)]) is None
    assert propose(spans[:5], heard(spans, 1)) is None
    assert propose(spans, []) is None


def test_cues_without_speech_and_speech_without_cues() -> None:
    cues, speech = [(1000, 3000), (5000, 6000), (10_000, 12_000)], [(900, 3100), (7000, 9000), (10_500, 12_000)]
    found = compare(cues, speech)
    assert (found.silent, found.uncovered) == ([1], [(7000, 9000)])
    assert found.share == pytest.approx(3500 / 5000)


def test_two_anchors_give_rate_and_offset() -> None:
    assert by_anchors((1000, 3000), (11_000, 13_500)) == (1.05, 1950)
    with pytest.raises(ValueError, match="0"):
        by_anchors((1000, 3000), (1500, 9000))
    with pytest.raises(ValueError, match=r"9\."):
        by_anchors((0, 0), (1000, 9000))
