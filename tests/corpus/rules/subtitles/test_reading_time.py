"""Files that repeat one mark tens of thousands of times: no expression may take more than linear time for them."""

import time
from contextlib import suppress

import pytest

from corpus.rules.subtitles.cue import SubtitleFault
from corpus.rules.subtitles.cue_reading import read_subtitles
from corpus.rules.subtitles.speaker_names import split_lines

TIMES = 20_000
SECONDS = 1.5  # a repetition takes about 0.05 s
TIMING = "00:00:01,000 --> 00:00:02,000"
MARKS = [
    *"-‐—>＞≫» \t\n\r\\/|.:：,;[]【】{}<>()（）\"'’&#_=~*+!。…♪NhmA1 0我あ한·・\u3000\u200b\u0301",
    *["- ", ">> ", ">>", "> ", "- -", "-[", "[-", "--", "->", ".-", "。-", "! - A", "-我", "[a", "[a]", "[a]: ", "A: "],
    *["A:\\N", "C:\\a", "\\N ", "\\h", "{\\p1}", "{\\p", "<v ", "<v.", "<v a>", "<a ", "<br", "<rt>", "<ruby>"],
    *["</rt>", "&#", "&amp;", "m 0 ", "1:1 ", "1:11:11 ", "-->", "1 ", "#1", "a ", "a|b ", "(a", "A. ", "A·", "♪ a"],
    *["\r\n", "a\n", "\n\n", "1\n"],
]  # fmt: skip
# a search that has begun, and what it may go through again and again
BEGUN = [
    *((begin, mark) for begin in ("[", "-[", "1", "#1", "1 ", "A", "00:00:01", "&#") for mark in " 1-.a"),
    *(("{", "\\p1"), ("{\\p1}{", "\\p0"), ("{\\p1}", "{"), ("<ruby><rt>", "</rt>"), ("m 0 0", " 1"), ("<v", " ")),
    *(("<v", "."), ("\\\\a", "."), ("C:", "\\a"), ("a", " "), ("a", " >"), (TIMING, "a"), (TIMING, " ")),
]


def read(text: str) -> None:
    with suppress(SubtitleFault):
        read_subtitles(text.encode(), "x")


def seconds_of(text: str) -> float:
    begin = time.process_time()
    split_lines(text)
    read(f"1\n{TIMING}\n{text}\nSubtitles by X\n")
    read(f"1\n{TIMING}\nYes\n\n{text}\n\n2\n{TIMING}\nNo\n")
    read(text)
    return time.process_time() - begin


@pytest.mark.parametrize(("begin", "mark"), [*(("", mark) for mark in MARKS), *BEGUN])
def test_a_repeated_mark_is_read_in_linear_time(begin: str, mark: str) -> None:
    for end in ("", " x"):
        assert seconds_of(f"{begin}{mark * TIMES}{end}") < SECONDS


@pytest.mark.parametrize(
    "text",
    [
        "[Events]\nDialogue: 0,{},0:00:02.00,Default,,0,0,0,,a",
        "<SAMI><SYNC Start='{}'><P Class={}>a",
        "<tt><body><p begin='{}' end='{}'>a{}</p></body></tt>",
        'File type = "ooTextFile"\nObject class = "TextGrid"\n"IntervalTier" "x" 0 1 1 0 {} "{}"',
        "{{{}}}{{20}}a",
        "[1][2{}]a",
        "SPEAKER a 1 {}",
        "f 1 A {} 1 a",
        '{{"segments": [{{"start": "{}", "text": "{}"}}]}}',
    ],
)
def test_repeated_marks_in_other_formats_are_read_in_linear_time(text: str) -> None:
    marks = [" ", "1", "1.", "a", "\\", ".", "1 ", " ms", '"', "'", "\n", " \n"]
    slow = {}
    for mark in marks:
        begin = time.process_time()
        read(text.format(*[mark * TIMES + " x"] * 3))
        if (taken := time.process_time() - begin) > SECONDS:
            slow[mark] = taken
    assert slow == {}


@pytest.mark.parametrize("lead", ["", ">> "])
def test_dashes_before_a_name_in_brackets_that_goes_on_are_read(lead: str) -> None:
    [part] = split_lines(f"{lead}--- [ANNA\nLEE]: Yes.")
    assert (part.speaker, part.text) == ("ANNA LEE", "Yes.")
