from itertools import pairwise
from pathlib import Path

import pytest
from django.utils.translation import override

from corpus.rules.subtitles.cue import Cue, SubtitleFault
from corpus.rules.subtitles.cue_reading import fit, read_cues
from corpus.rules.subtitles.speaker_names import speaker_of
from corpus.rules.text_encodings import decode

CHINESE = (
    "1\n00:00:01,000 --> 00:00:02,500\n小明：你今天怎么没来？\n\n2\n00:00:03,000 --> 00:00:04,000\n小红：我不想说。\n"
)


def rows(cues: list[Cue]) -> list[tuple[int, int, int, str, str, str]]:
    return [(cue.row, cue.start_ms, cue.end_ms, cue.speaker, cue.text, cue.remark) for cue in cues]


def srt(*cues: str) -> bytes:
    blocks = [f"{n}\n00:00:{n:02d},000 --> 00:00:{n:02d},900\n{cue}\n" for n, cue in enumerate(cues, 1)]
    return "\n".join(blocks).encode()


def test_srt_with_dots_for_commas(shared: Path) -> None:
    cues = read_cues((shared / "media/s1.srt").read_bytes(), "s1.srt")
    assert [(cue.start_ms, cue.end_ms) for cue in cues[:2]] == [(0, 500), (500, 1000)]
    assert [cue.text for cue in cues[:6]] == ["A", "B", "C", "D", "E", "F"]
    assert cues[6].text == (
        "This is multiple line test. Why did the tomato turn red? Because it saw the salad dressing. "
        "In Africa, every 60 seconds a minute passes"
    )
    assert len(cues) == 7


def test_vtt_with_chinese_text(shared: Path) -> None:
    cues = read_cues((shared / "media/s2.vtt").read_bytes(), "s2.vtt")
    assert [cue.text for cue in cues] == ["一", "二", "三", "四", "中文測試"]
    assert cues[-1].end_ms == 2500


def test_vtt_with_voices_and_notes(shared: Path) -> None:
    cues = read_cues((shared / "media/sintel-en.vtt").read_bytes(), "sintel-en.vtt")
    assert rows(cues[:2]) == [
        (1, 0, 12000, "Test", "[Test]", ""),
        (2, 18700, 21500, "", "This blade has a dark past.", ""),
    ]
    assert len(cues) == 14
    assert not [cue for cue in cues if "NOTE" in cue.text or "comment" in cue.text]


def test_vtt_identifiers_settings_styles_and_karaoke_are_no_text() -> None:
    data = (
        "WEBVTT - a title\n\nSTYLE\n::cue { color: red }\n\nintro\n00:01.000 --> 00:02.000 align:start line:0\n"
        "<v.loud Anna Lee>Hi <i>there</i> &amp; <00:01.500>you</v>\n\nNOTE\nlong\n\nend-2\n"
        "00:02.000 --> 00:03.000\nBye\n"
    )
    assert rows(read_cues(data.encode(), "x.vtt")) == [
        (1, 1000, 2000, "Anna Lee", "Hi there & you", ""),
        (2, 2000, 3000, "", "Bye", ""),
    ]


def test_two_voices_in_one_vtt_cue_are_two_cues() -> None:
    data = "WEBVTT\n\n00:00:01.000 --> 00:00:03.000\n<v Bob>Yes.\n<v Anna>Nope"
    assert rows(read_cues(data.encode(), "x.vtt")) == [
        (1, 1000, 2000, "Bob", "Yes.", ""),
        (1, 2000, 3000, "Anna", "Nope", ""),
    ]


def test_ass_takes_the_speaker_from_the_name_field() -> None:
    data = (
        "[Script Info]\nScriptType: v4.00+\n\n[V4+ Styles]\nFormat: Name\nStyle: Default,Arial,20\n\n[Events]\n"
        "Format: Layer, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n"
        "Comment: 0,0:00:00.00,0:00:01.00,Default,,0,0,0,,not said\n"
        "Dialogue: 0,0:00:01.00,0:00:02.50,Default, 小明 ,0,0,0,,{\\an8}你好,\\N再见\\h啊\n"
        "Dialogue: 0,0:00:03.00,0:00:04.00,Default,,0,0,0,,{\\p1}m 0 0 l 1 1{\\p0}\n"
    )
    cues = read_cues(data.encode("utf-8-sig"), "x.ass")
    assert rows(cues[:1]) == [(1, 1000, 2500, "小明", "你好, 再见 啊", "")]
    assert [(cue.row, cue.kind, cue.notes) for cue in cues[1:]] == [(2, "left_out", ("drawing",))]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "gb18030"])
def test_encodings_that_are_read(encoding: str) -> None:
    cues = read_cues(CHINESE.encode(encoding), "x.srt")
    assert [(cue.speaker, cue.text) for cue in cues] == [("小明", "你今天怎么没来？"), ("小红", "我不想说。")]


@pytest.mark.parametrize(
    ("text", "encoding", "first"),
    [
        ("Zażółć gęślą jaźń", "cp1250", 2),
        ("שלום, מה שלומך היום", "cp1255", 0),
        ("สวัสดีครับ วันนี้อากาศดี", "cp874", 0),
    ],
)
def test_other_encodings_are_refused_not_misread(text: str, encoding: str, first: int) -> None:
    with pytest.raises(SubtitleFault) as caught:
        read_cues(srt(text).decode().encode(encoding), "x.srt")
    assert (caught.value.code, caught.value.params) == (
        "subtitles.encoding",
        {"name": "x.srt", "line": 3, "byte": 33 + first},
    )


@pytest.mark.parametrize(
    ("data", "code", "line"),
    [
        (b"", "subtitles.format", 1),
        (b"\nJust a text\nof two lines", "subtitles.format", 2),
        (b"1\n00:00:02,000 --> 00:00:01,000\nbackwards only\n", "subtitles.empty", 2),
        (b"first\nsecond\n" + bytes(range(1, 256)) * 20, "subtitles.encoding", 3),
        (b"x\n" * (5 * 2**20) + b"x", "subtitles.too_large", 5 * 2**20 + 1),
        (b"[Script Info]\n[Events]\nDialogue: 0,never,0:00:01.00,Default,,0,0,0,,hi\n", "subtitles.empty", 3),
    ],
)
def test_files_that_are_no_subtitles_are_refused_with_a_line(data: bytes, code: str, line: int) -> None:
    with pytest.raises(SubtitleFault) as caught:
        read_cues(data, "x.srt")
    assert (caught.value.code, caught.value.params["line"]) == (code, line)
    for language, words in (("en", f"line {line}"), ("zh-hans", f"第 {line} 行")):
        with override(language):
            assert words in str(caught.value).replace("Line", "line")


def test_faulty_cues_are_kept_with_a_remark() -> None:
    data = (
        "1\n00:00:05,000 --> 00:00:04,000\nbackwards\n\n2\n00:00:01,000 --> 00:00:03,000\nfirst\n\n"
        "3\n00:00:02,000 --> 00:00:03,500\nsecond\n\n4\n00:00:06,000 --> 00:00:07,000\n♪ ♪\n\n"
        "5\n-00:00:01,000 --> 00:00:08,000\nnegative\n\n6\n00:00:17:610 --> 00:00:18，390\nthird colon\n\n"
        "7\n00:00:xx --> 00:00:21,000\nno time\n\n8\n00:00:20,000 -> 00:00:21,000\n\n"
    )
    assert rows(read_cues(data.encode(), "x.srt")) == [
        (7, -1, -1, "", "no time", "untimed"),
        (5, 0, 8000, "", "negative", ""),
        (2, 1000, 3000, "", "first", "overlaps"),
        (3, 2000, 3500, "", "second", "overlaps"),
        (1, 5000, 4000, "", "backwards", "backwards"),
        (4, 6000, 7000, "", "♪ ♪", ""),
        (6, 17610, 18390, "", "third colon", ""),
        (8, 20000, 21000, "", "", "empty"),
    ]


def test_text_that_ends_in_a_number_keeps_it() -> None:
    data = b"1\n00:00:01,000 --> 00:00:02,000\nHow old?\n42\n\n2\n00:00:03,000 --> 00:00:04,000\nMe?\n\n43\n"
    assert [cue.text for cue in read_cues(data, "x.srt")] == ["How old? 42", "Me? 43"]


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ("- Come in.\n- Thank you,\nvery much.", [("", "Come in."), ("", "Thank you, very much.")]),
        ("Come in.\n- Thank you.", [("", "Come in."), ("", "Thank you.")]),
        ("-你好 -再见", [("", "你好"), ("", "再见")]),
        ("- ANNA: Come in.\n- Mr. Smith: Thanks.", [("ANNA", "Come in."), ("Mr. Smith", "Thanks.")]),
        ("小明：来了？\n小红：来了。", [("小明", "来了？"), ("小红", "来了。")]),
        ("I was going\n— well, not far.", [("", "I was going — well, not far.")]),
        ("I have one thing to say.\nANNA: no", [("", "I have one thing to say. ANNA: no")]),
        ("-5 degrees", [("", "-5 degrees")]),
    ],
)
def test_speakers_marked_within_a_cue(text: str, parts: list[tuple[str, str]]) -> None:
    cues = read_cues(srt(text), "x.srt")
    assert [(cue.speaker, cue.text) for cue in cues] == parts
    assert (cues[0].start_ms, cues[-1].end_ms) == (1000, 1900)
    assert all(one.end_ms == two.start_ms for one, two in pairwise(cues))


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("ANNA: hi", "ANNA"),
        ("Anna Lee (whispering): hi", "Anna Lee"),
        ("[Dr. Who]: hi", "Dr. Who"),
        ("Soldier 1: hi", "Soldier 1"),
        ("Ludwig van Beethoven: hi", "Ludwig van Beethoven"),
        ("小明:你好", "小明"),
        ("【路人甲】：你好", "路人甲"),
        ("安娜·卡列尼娜：你好", "安娜·卡列尼娜"),
        ("Anna:\nhi", "Anna"),
        ("12:30 is late", ""),
        ("At 12: 30", ""),
        ("http://example.org", ""),
        ("Note: this is a test", ""),
        ("Listen: I never said so", ""),
        ("He said: go", ""),
        ("Stop. Wait: go", ""),
        ("what I want to say is this: go", ""),
        ("他说：走吧", ""),
        ("我的意思是：走", ""),
        ("我告诉你一件很重要的事情：走", ""),
        ("问题：谁来", ""),
        ("Anna:", ""),
    ],
)
def test_names_before_a_colon(text: str, name: str) -> None:
    assert speaker_of(text)[0] == name


def test_cues_past_the_end_of_the_video() -> None:
    cues = fit(read_cues(srt("one", "two", "three"), "x.srt"), 2500)
    assert [(cue.end_ms, cue.remark, cue.usable) for cue in cues] == [
        (1900, "", True),
        (2500, "clipped", True),
        (3900, "past_end", False),
    ]


def test_short_gb18030_text_is_distinguished_from_noise() -> None:
    assert decode("你好".encode("gb18030")) == "你好"
    assert decode(b"\xe9\xe8\xfc\xe9\xe8\xfc") is None
