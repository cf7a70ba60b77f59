"""SRT and WebVTT as found in the trackers of subtitle editors and libraries."""

import pytest
from django.utils.translation import override

from corpus.rules.subtitles.cue import SubtitleFault
from corpus.rules.subtitles.cue_reading import read_subtitles
from corpus.rules.subtitles.options import Options
from tests.corpus.rules.subtitles.reading import read, said

A, B = "00:00:00,500 --> 00:00:02,000", "00:00:07,000 --> 00:00:08,000"


def cues(text: str) -> list[tuple[int, int, int, str, str]]:
    return [(cue.line, cue.start_ms, cue.end_ms, cue.text, cue.remark) for cue in read(text).cues]


@pytest.mark.parametrize(
    ("damaged", "line"),
    [
        ("2\n00:00:13,980 --> 00:00:19werwer,580\nLost.", 6),
        ("2\n00:00:02,500 -->\nLost.", 6),
        ("2\n--> 00:00:02,500\nLost.", 6),
        ("2\n00:00:02,500\nLost.", 6),
        ("2\n00:00:0O,500 --> 00:00:04,000\nLost.", 6),
        ("2\n\n00:00:02,500 -->\nLost.", 7),
        ("2\nLost.", 5),
        ("00:00:02,500 -->\nLost.", 5),
    ],
)
def test_a_damaged_cue_is_told_and_changes_no_other(damaged: str, line: int) -> None:
    text = f"1\n{A}\nBefore.\n\n{damaged}\n\n3\n{B}\nAfter.\n"
    assert cues(text) == [
        (line, -1, -1, "Lost.", "untimed"),
        (2, 500, 2000, "Before.", ""),
        (len(text.split("\n")) - 2, 7000, 8000, "After.", ""),
    ]


def test_damaged_cues_at_both_ends_and_without_empty_lines() -> None:
    text = f"1\n00:00:00,100 -->\nFirst.\n\n2\n{A}\nMiddle.\n3\n00:00:05,000 -->\nThird.\n"
    text += f"4\n{B}\nFourth.\n\n5\n0:9 -->\nEnd."
    assert [(cue[0], cue[3], cue[4]) for cue in cues(text)] == [
        (2, "First.", "untimed"),
        (9, "Third.", "untimed"),
        (16, "End.", "untimed"),
        (6, "Middle.", ""),
        (12, "Fourth.", ""),
    ]


def test_a_damaged_webvtt_cue_with_an_identifier() -> None:
    text = "WEBVTT\n\n00:00.500 --> 00:02.000\nBefore.\n\nname\n00:02.500 -->\nLost.\n\n00:07.000 --> 00:08.000\nAfter."
    assert [(cue[3], cue[4]) for cue in cues(text)] == [("Lost.", "untimed"), ("Before.", ""), ("After.", "")]


@pytest.mark.parametrize(
    ("timing", "span"),
    [
        ("00:00:01,500 > 00:00:02,000", (1500, 2000)),
        ("00:00:01,500 -> 00:00:02,000", (1500, 2000)),
        ("00:00:01,500-->00:00:02,000", (1500, 2000)),
        ("00:00:01.500 → 00:00:02.000", (1500, 2000)),
        ("00: 00: 01, 500 --> 00: 00: 02, 000", (1500, 2000)),
        ("００：００：０１，５００ --> ００：００：０２，０００", (1500, 2000)),
        ("00:00:1 --> 00:00:2", (1000, 2000)),
        ("00:00:01,5 --> 00:00:02,00", (1500, 2000)),
        ("00:00:01,5004 --> 00:00:02,0000", (1500, 2000)),
        ("000:00:01,500 --> 000:00:02,000", (1500, 2000)),
        ("100:00:01,500 --> 100:00:02,000", (360_001_500, 360_002_000)),
        ("01:01.500 --> 01:02.000", (61_500, 62_000)),
        ("00:00:01:500 --> 00:00:02:000", (1500, 2000)),
        ("00:00:01,500 --> 00:00:02,000 X1:201 X2:516 Y1:397 Y2:423", (1500, 2000)),
        ("00:00:01.500 --> 00:00:02.000 align:start position:0%", (1500, 2000)),
        ("00:00:01.500,00:00:02.000", (1500, 2000)),
        ("1 00:00:01,500 --> 00:00:02,000", (1500, 2000)),
        ("00:00:61,500 --> 00:00:72,000", (61_500, 72_000)),
    ],
)
def test_timing_lines_that_are_read(timing: str, span: tuple[int, int]) -> None:
    [cue] = read(f"1\n{timing}\nHello.\n").cues
    assert ((cue.start_ms, cue.end_ms), cue.text, cue.remark) == (span, "Hello.", "")


def test_times_inside_a_text_are_text() -> None:
    text = f"1\n{A}\nOpen 12:30 - 13:45.\n12:30 - 13:45\n\nA -> B\n\n2\n{B}\nYes.\n"
    assert [cue[3] for cue in cues(text)] == ["Open 12:30 - 13:45. 12:30 - 13:45 A -> B", "Yes."]


def test_empty_lines_inside_a_text_and_a_text_that_is_a_number() -> None:
    text = f"1\n{A}\nOne text\n\nin two halves.\n\n2\n00:00:05,000 --> 00:00:06,000\n\n500\n\n3\n{B}\n42\n"
    assert [cue[3] for cue in cues(text)] == ["One text in two halves.", "500", "42"]


def test_every_line_followed_by_an_empty_one() -> None:
    text = f"1\n\n{A}\n\nHello\n\nthere.\n\n\n\n2\n\n{B}\n\nBye.\n\n"
    assert [cue[3] for cue in cues(text)] == ["Hello there.", "Bye."]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\r\r\n", "\r\r\r\n"])
def test_line_ends(end: str) -> None:
    text = f"1\n{A}\nHello\nthere.\n\n2\n{B}\nBye.\n".replace("\n", end)
    assert [(cue[0], cue[3]) for cue in cues(text)] == [(2, "Hello there."), (7, "Bye.")]


def test_numbers_that_stand_twice_or_alone_are_remarked() -> None:
    reading = read(f"1\n{A}\nOne.\n\n2\n\n2\n{B}\nTwo.\n\n3\n")
    assert [cue.text for cue in reading.cues] == ["One.", "Two."]
    assert [(remark.code, remark.line) for remark in reading.remarks] == [("number_twice", 5), ("number_twice", 11)]


def test_cues_without_empty_lines_or_numbers_between_them() -> None:
    assert said(f"1\n{A}\nOne.\n2\n{B}\nTwo.\n") == [("", "One."), ("", "Two.")]
    assert said(f"{A}\nOne.\n{B}\nTwo.\n") == [("", "One."), ("", "Two.")]
    vtt = "WEBVTT\n00:00.500 --> 00:02.000\nOne.\n00:07.000 --> 00:08.000\nTwo.\n"
    assert said(vtt) == [("", "One."), ("", "Two.")]


def test_segments_of_webvtt_joined_into_one_file() -> None:
    head = "WEBVTT\nX-TIMESTAMP-MAP=LOCAL:00:00:00.000,MPEGTS:900000\n\n"
    middle = "STYLE\n::cue { color:red }\n\nREGION\nid:x\n\nNOTE two\nlines\n\nintro\n"
    text = f"{head}00:00.500 --> 00:02.000\nOne.\n\n{head}{middle}00:07.000 --> 00:08.000 line:0 region:x\nTwo.\n"
    assert said(text) == [("", "One."), ("", "Two.")]


def test_invisible_characters_of_every_kind_are_removed_and_told() -> None:
    text = f"\ufeff1\n\u200b{A}\n\u202bHe\u00adllo\u202c \u2067there\u2069.\u200f\n\n\ufeff2\n\ufeff{B}\n\u200eBye.\n"
    reading = read(text)
    assert [cue.text for cue in reading.cues] == ["Hello there.", "Bye."]
    assert [(remark.code, remark.line) for remark in reading.remarks] == [("invisible", 2)]


def test_entities_and_breaks_of_other_formats() -> None:
    text = f"1\n{A}\n&gt;&gt; Tom &amp;amp; Jerry,&nbsp;again,\\Nand\\nagain<br/>&lt;i&gt;now&lt;/i&gt;\n"
    [cue] = read(text).cues
    assert (cue.text, cue.notes) == ("Tom & Jerry, again, and again now", ("line_breaks", "speaker_changes"))


def test_cues_out_of_order_of_no_length_and_before_the_start() -> None:
    text = "1\n00:00:05,000 --> 00:00:06,000\nLate.\n\n2\n00:00:02,000 --> 00:00:02,000\nNever.\n\n"
    text += "3\n-00:00:03,000 --> -00:00:01,000\nGone.\n\n4\n-00:00:01,000 --> 00:00:01,000\nHalf.\n"
    assert cues(text) == [
        (10, -3000, -1000, "Gone.", "before_start"),
        (14, 0, 1000, "Half.", ""),
        (6, 2000, 2000, "Never.", "backwards"),
        (2, 5000, 6000, "Late.", ""),
    ]


@pytest.mark.parametrize("joint", [" --> ", "\t", " "])
def test_times_in_frames(joint: str) -> None:
    text = f"1\n00:00:01:12{joint}00:00:02:00\nHello.\n\n2\n00:00:05:24{joint}00:00:06;00\nBye.\n"
    assert [(cue.start_ms, cue.end_ms) for cue in read(text, fps=25).cues] == [(1480, 2000), (5960, 6000)]
    reading = read(text, fps=24)
    assert [(cue.start_ms, cue.end_ms) for cue in reading.cues] == [(1500, 2000), (6000, 6000)]
    assert (reading.form, reading.fps) == ("frames", 24)


def remarks(data: bytes) -> list[tuple[str, int, str]]:
    found = read_subtitles(data, "x", Options()).remarks
    return [(remark.code, remark.line, remark.text) for remark in found]


def test_what_stands_before_the_first_cue_and_words_of_a_damaged_line_are_told_with_their_line() -> None:
    assert remarks(f"Made by a friend.\n\n1\n{A}\nHello.\n".encode()) == [("before_first", 1, "Made by a friend.")]
    text = f"1\n{A}\nHello.\n\n2\n00:00:02,500 --> soon, I hope\nLost.\n"
    assert remarks(text.encode()) == [("damaged_line", 6, "00:00:02,500 --> soon, I hope")]


def test_characters_that_cannot_be_decoded_are_counted_with_the_first_line() -> None:
    data = f"1\n{A}\nHello there, how are you?\n\n2\n{B}\n".encode() + "Zürich ist schön, nicht wahr? ".encode() * 20
    found = read_subtitles(data + b"\xff\n", "x", Options(encoding="utf-8"))
    assert [(each.code, each.line, each.text) for each in found.remarks] == [("damaged_characters", 7, "1")]


def test_shortened_and_shared_times_are_told_of_the_cue() -> None:
    assert read("1\n-00:00:01,000 --> 00:00:01,000\nHalf.\n").cues[0].notes == ("cut_at_start",)
    for cue in read(f"1\n{A}\n- Who?\n- Me.\n").cues:
        assert "shared_time" in cue.notes


def test_a_file_of_too_many_cues_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("corpus.rules.subtitles.cue_reading.MAX_CUES", 1)
    with pytest.raises(SubtitleFault) as caught:
        read(f"1\n{A}\nOne.\n\n2\n{B}\nTwo.\n")
    assert (caught.value.code, caught.value.params) == ("subtitles.too_many", {"name": "x", "limit": 1, "line": 6})
    assert "line 6" in str(caught.value)
    with override("zh-hans"):
        assert "第 6 行" in str(caught.value)
