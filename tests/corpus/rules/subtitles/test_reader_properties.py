"""Properties of any file: no crash, no text lost in silence."""

import re
from contextlib import suppress

from hypothesis import example, given, settings
from hypothesis import strategies as st

from corpus.rules.subtitles.cue import SubtitleFault
from corpus.rules.subtitles.cue_reading import Reading, read_subtitles
from corpus.rules.subtitles.options import RULES, Options, from_document

PREFIXES = (
    b"",
    b"1\n00:00:01,000 --> 00:00:02,000\n",
    b"WEBVTT\n\n00:01.000 --> 00:02.000\n",
    b"[Events]\n",
    b"[Events]\nDialogue: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,,",
    b'{"segments": [',
    b"<tt><body>",
    b"<ANNOTATION_DOCUMENT>",
    b'File type = "ooTextFile"\nObject class = "TextGrid"\n"IntervalTier" "x" 0 1 ',
    b"{1}{2}",
    b"[1][2]",
    b"<SAMI>",
    b"f 1 A 0 1 hi\n",
)
SWITCHES = st.builds(Options, off=st.sets(st.sampled_from(RULES)).map(frozenset))


@given(st.binary(max_size=400) | st.text(max_size=200).map(str.encode), st.sampled_from(PREFIXES), SWITCHES)
@settings(deadline=None)
def test_no_bytes_crash_the_reader(data: bytes, prefix: bytes, options: Options) -> None:
    with suppress(SubtitleFault):
        assert read_subtitles(prefix + data, "x", options).cues != []


WORDS = [
    "alpha",
    "beta",
    "ANNA:",
    "[door]",
    "♪",
    ">>",
    "- ",
    "你好",
    "再见",
    "12:30",
    "00:00:01,000 -->",
    "7",
    "{\\an8}",
]
LINES = st.lists(st.sampled_from(WORDS), min_size=1, max_size=4).map(" ".join)
TIMINGS = st.sampled_from(
    ["00:00:01,000 --> 00:00:02,000", "00:00:04,000 --> 00:00:05,000", "00:00:02,000 --> 00:00:01,000", "x --> y", ""]
)
BLOCK = st.builds(
    lambda number, timing, lines, gap: "\n".join([str(number), timing, *lines]) + "\n" * gap,
    st.integers(1, 9), TIMINGS, st.lists(LINES, max_size=3), st.integers(1, 3),
)  # fmt: skip


def told(reading: Reading) -> str:
    """Everything that the result shows: the cues as they stand in the file, and the remarks on lines."""
    cues = [cue.raw for cue in reading.cues]
    return "\n".join([*cues, *(remark.text for remark in reading.remarks)])


@given(st.lists(BLOCK, min_size=1, max_size=6).map("".join), SWITCHES)
@example("1\n\n" + "alpha beta alpha beta\n" * 5 + "1\n00:00:01,000 --> 00:00:02,000\nalpha\n", Options())
@settings(deadline=None)
def test_every_word_of_a_file_is_in_a_cue_or_a_remark(text: str, options: Options) -> None:
    try:
        reading = read_subtitles(text.encode(), "x", options)
    except SubtitleFault:
        return
    words = re.compile(r"alpha|beta|ANNA|door|你好|再见")
    assert sorted(words.findall(text)) == sorted(words.findall(told(reading)))


@given(st.lists(BLOCK, min_size=1, max_size=6).map("".join), SWITCHES)
@settings(deadline=None)
def test_words_of_speech_are_in_texts_or_told_as_left_out(text: str, options: Options) -> None:
    try:
        reading = read_subtitles(text.encode(), "x", options)
    except SubtitleFault:
        return
    words = re.compile(r"alpha|beta|你好|再见")
    rolled = "rolling" in reading.touched
    texts = " ".join(f"{cue.text} {cue.translation}" for cue in reading.cues if "translation" not in cue.notes)
    raw = " ".join(cue.raw for cue in reading.cues)
    assert rolled or len(words.findall(texts)) >= len(words.findall(raw)) - len(words.findall(" ".join(
        cue.raw for cue in reading.cues if "translation" in cue.notes or "other_part" in cue.notes
    )))  # fmt: skip


@given(st.recursive(st.none() | st.booleans() | st.floats() | st.text(max_size=9), lambda inner: st.dictionaries(
    st.sampled_from(["encoding", "off", "roles", "fps", "rate", "offset_ms", "x"]), inner | st.lists(inner)
)))  # fmt: skip
def test_any_stored_document_gives_options(document: object) -> None:
    options = from_document(document if isinstance(document, dict) else {})
    assert from_document(options.as_document()) == options
