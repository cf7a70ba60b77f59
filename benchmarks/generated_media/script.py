"""The script: who says which words, in which voice and with which face, and the labels that follow from it.

Each label of an utterance is in one place only:

| question | place |
|---|---|
| `words` | its words |
| `voice` | its voice: high or low |
| `face` | its face: the mouth is turned up or down |
| `before` | the words of the utterance before |
| `other` | the words of the last utterance of another speaker |
| `spread` | the majority of three signs: a word, slow or fast speech, slanted or level brows |
| `voice_face` | a link: whether voice and face agree, which neither of the two tells |
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

NAMES = ("Ann", "Bob", "Cleo", "Dan", "Eve", "Finn")
WORDS = (("no", "never", "hardly", "nothing"), ("yes", "always", "surely", "everything"))
SIGNS = (("rain", "cloud", "storm"), ("sun", "summer", "garden"))
FILLERS = (
    *("the", "a", "of", "and", "with", "today", "then", "we", "they", "you", "house", "street", "friend", "tea"),
    *("letter", "again", "about", "near", "old"),
)
PITCHES = ((105.0, 150.0), (168.0, 240.0))  # Hz
SYLLABLES = (3.0, 6.5)  # per second
PER_DIALOGUE = 6
UTTERANCE_MS = (800, 1200)
GAP_MS, SILENCE_MS = 160, 1600  # between utterances, and between dialogues
SECOND_NAME = 0.5  # probability that the other speaker goes on

TASKS = ("words", "voice", "face", "before", "other", "spread")
CODEBOOK = "\n".join(
    [
        "name: generated",
        "tasks:",
        *(f"  {task}: {{scale: nominal, choices: [down, up], default: down, perspective: speaker}}" for task in TASKS),
        "links:",
        "  voice_face: {from: voice, to: face, values: [-1, 1], asked_when: always}",
        "policy: {k: 1}",
    ]
)


@dataclass(frozen=True)
class Said:
    """One utterance.

    Attributes:
        dialogue: number of its dialogue.
        speaker: name.
        text: what is said.
        start_ms: start in the episode.
        end_ms: end in the episode.
        word, voice, face: 0 or 1, in its own words, voice and face.
        signs: the three signs of `spread`: of the words, the voice and the face.
        labels: question -> "down" or "up", or the value of the link; None where there is nothing to tell it from.
    """

    dialogue: int
    speaker: str
    text: str
    start_ms: int
    end_ms: int
    word: int
    voice: int
    face: int
    signs: tuple[int, int, int]
    labels: dict[str, str | int | None]


def script(dialogues: int, seed: int) -> list[Said]:
    """Return the utterances of one episode."""
    random = np.random.default_rng(seed)
    found: list[Said] = []
    at = 600
    for dialogue in range(dialogues):
        pair = random.choice(NAMES, 2, replace=False).tolist()
        speakers, words = [0], random.integers(0, 2, PER_DIALOGUE).tolist()
        speakers += random.integers(0, 2, PER_DIALOGUE - 1).tolist()
        for place, (speaker, word) in enumerate(zip(speakers, words, strict=True)):
            voice, face, *signs = random.integers(0, 2, 5).tolist()
            others = [words[number] for number in range(place) if speakers[number] != speaker]
            labels: dict[str, str | int | None] = {
                "words": _name(word),
                "voice": _name(voice),
                "face": _name(face),
                "before": _name(words[place - 1]) if place else None,
                "other": _name(others[-1]) if others else None,
                "spread": _name(int(sum(signs) > 1)),
                "voice_face": 1 if voice == face else -1,
            }
            length = int(random.integers(*UTTERANCE_MS))
            text = _text(random, word, signs[0])
            found.append(Said(dialogue, pair[speaker], text, at, at + length, word, voice, face, tuple(signs), labels))
            at += length + GAP_MS
        at += SILENCE_MS
    return found


def subtitles(said: list[Said]) -> str:
    """Return the utterances as WebVTT with speakers."""
    cues = [f"{_time(each.start_ms)} --> {_time(each.end_ms)}\n<v {each.speaker}>{each.text}" for each in said]
    return "WEBVTT\n\n" + "\n\n".join(cues) + "\n"


def _name(bit: int) -> str:
    return ("down", "up")[bit]


def _text(random: np.random.Generator, word: int, sign: int) -> str:
    parts = [str(random.choice(WORDS[word])), str(random.choice(SIGNS[sign]))]
    parts += random.choice(FILLERS, int(random.integers(2, 5))).tolist()
    random.shuffle(parts)
    return " ".join(parts).capitalize() + "."


def _time(ms: int) -> str:
    return f"{ms // 3_600_000:02}:{ms // 60_000 % 60:02}:{ms // 1000 % 60:02}.{ms % 1000:03}"
