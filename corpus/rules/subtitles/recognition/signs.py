"""Signs and positioned lines: what stands in the picture, and is not said.

A style named as one for signs, `\\pos`, `\\move` or an alignment away from the bottom mark a sign in ASS and SRT. A
position says nothing if most cues have one, or if the cue names its speaker. In WebVTT and TTML a position shows who
speaks, so it counts for nothing there.
"""

from __future__ import annotations

import re
from collections.abc import Collection

from corpus.rules.subtitles.recognition.draft import Draft

POSITION = re.compile(r"\\(?:pos|move|org|i?clip)\s*\(|\\an[4-9]|\\a(?:5|6|7|9|10|11)(?!\d)|\\fr[xyz]?-?\d")
STYLE = re.compile(
    r"(?:^|[^a-z])(?:signs?|screen|typeset\w*|titles?|ts|credits?|staff|notes?)(?:$|[^a-z])|注释|注釋|註|屏幕|螢幕|"
    r"画面|畫面|招牌|标题|標題|场景|特效|制作|製作|職員",
    re.IGNORECASE,
)
SONG = re.compile(
    r"(?:^|[^a-z])(?:op|ed|opening|ending|songs?|lyrics?|karaoke|kara|romaji|insert)(?:$|[^a-z]|\d)|歌词|歌詞|片头曲|片尾曲|"
    r"插曲",
    re.IGNORECASE,
)
SPLIT_CASE = re.compile(r"(?<=[a-z])(?=[A-Z])")
SPEAKS = re.compile(r"^\s*(?:[-‐‑–—―]\s*\S|>>|[＞≫]|[^:：\n]{1,30}[:：]\s*\S)")


def style_matches(pattern: re.Pattern[str], style: str) -> bool:
    """Return whether the name of a style says what `pattern` looks for; `SignTop` has two words."""
    return bool(style) and pattern.search(SPLIT_CASE.sub(" ", style).replace("_", " ")) is not None


def leave_out_signs(drafts: list[Draft], speech_tracks: Collection[str]) -> None:
    """Leave out cues that are signs.

    Args:
        drafts: of the file; changed in place.
        speech_tracks: styles that a person declared to be speech.
    """
    spoken = []
    for draft in drafts:
        if draft.raw.track in speech_tracks or not draft.is_speech:
            continue
        if style_matches(STYLE, draft.raw.track):
            draft.leave_out("signs")
        else:
            spoken.append(draft)
    placed = [draft for draft in spoken if POSITION.search(draft.raw.text)]
    if len(placed) * 2 > len(spoken):
        return
    for draft in placed:
        names_speaker = draft.raw.speaker and not style_matches(STYLE, draft.raw.speaker)
        if not names_speaker and not SPEAKS.match(draft.text):
            draft.leave_out("signs")
