"""From cues to turns of one speaker, and from turns to dialogues.

A cue is not a turn: a long sentence extends over several cues, and one cue may hold two speakers (split by the reader).

A cue joins the previous turn if no other cue is between them, the turn stays within `MAX_TURN_MS`, and

- both name the same speaker and the gap is at most the corpus's `merge_gap_ms`; or
- the cue names no speaker (transcripts name a speaker once per turn), is not marked by a dash, the gap is at most
  `TINY_GAP_MS`, and the sentence continues: the previous text ends in a comma or an ellipsis, or it ends without a
  full stop and this one starts in lower case. Otherwise two lines without speakers are two turns: an utterance with
  the lines of two people cannot be labelled, while a turn in two utterances can, and is joined with one key.

An overlap counts as a gap of zero between cues that name the same speaker; cues without names that overlap by more than
`TINY_GAP_MS` are lines of two people. A new dialogue begins after a silence longer than `silence_ms`.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from corpus.rules.subtitles.cue import Cue

TINY_GAP_MS = 200
MAX_TURN_MS = 20_000  # a published corpus holds "utterances" of five minutes

READS_ON = re.compile(r"[,，、;；:：…—–-]\s*$|\.\.\.\s*$")
LATIN_END = re.compile(r"[^\W\d_]\s*$")


@dataclass(frozen=True, slots=True)
class Turn:
    """The uninterrupted speech of one speaker.

    Attributes:
        cues: in order, at least one.
        speaker: name, or "" if the subtitles do not name one.
    """

    cues: tuple[Cue, ...]
    speaker: str

    @property
    def start_ms(self) -> int:
        return self.cues[0].start_ms

    @property
    def end_ms(self) -> int:
        return max(cue.end_ms for cue in self.cues)

    @property
    def text(self) -> str:
        return " ".join(cue.text for cue in self.cues)


def into_turns(cues: Iterable[Cue], *, merge_gap_ms: int) -> list[Turn]:
    """Merge cues into turns by the rules above.

    Args:
        cues: by start, as `read_cues` gives them; unusable ones are left out.
        merge_gap_ms: the longest silence within one named speaker's turn.

    Returns:
        Turns by start; each usable cue is in exactly one.
    """
    turns: list[list[Cue]] = []
    for cue in cues:
        if not cue.usable:
            continue
        if turns and _goes_on(turns[-1], cue, merge_gap_ms):
            turns[-1].append(cue)
        else:
            turns.append([cue])
    return [Turn(tuple(turn), turn[0].speaker) for turn in turns]


def into_dialogues(turns: Sequence[Turn], *, silence_ms: int) -> list[list[Turn]]:
    """Split turns at silences.

    Args:
        turns: by start.
        silence_ms: the longest silence within one dialogue.

    Returns:
        Dialogues in order, none empty; each turn is in exactly one.
    """
    dialogues: list[list[Turn]] = []
    latest_end = 0
    for turn in turns:
        if not dialogues or turn.start_ms - latest_end > silence_ms:
            dialogues.append([])
        dialogues[-1].append(turn)
        latest_end = max(latest_end, turn.end_ms)
    return dialogues


def _goes_on(turn: list[Cue], cue: Cue, merge_gap_ms: int) -> bool:
    latest_end = max(earlier.end_ms for earlier in turn)
    gap_ms = max(0, cue.start_ms - latest_end)
    if max(latest_end, cue.end_ms) - turn[0].start_ms > MAX_TURN_MS:
        return False
    if cue.speaker:
        return cue.speaker == turn[0].speaker and gap_ms <= merge_gap_ms
    at_once = latest_end - cue.start_ms > TINY_GAP_MS  # two people, if nobody is named
    return (
        not cue.opens
        and not at_once
        and gap_ms <= min(TINY_GAP_MS, merge_gap_ms)
        and _reads_on(turn[-1].text, cue.text)
    )


def _reads_on(before: str, after: str) -> bool:
    if READS_ON.search(before):
        return True
    return LATIN_END.search(before) is not None and after[:1].islower()
