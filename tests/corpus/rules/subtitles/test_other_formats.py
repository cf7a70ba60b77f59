"""Formats beside SRT, WebVTT and ASS."""

import json
import time
from collections.abc import Iterable

import pytest
from django.utils.translation import override

from corpus.rules.subtitles.cue import SubtitleFault
from corpus.rules.subtitles.formats.recognition import read_raw
from corpus.rules.subtitles.formats.tracks import join_tracks
from tests.corpus.rules.subtitles.reading import ASS, read

TTML = """<?xml version="1.0" encoding="utf-16"?>
<tt xmlns="http://www.w3.org/ns/ttml" xmlns:ttm="http://www.w3.org/ns/ttml#metadata"
    xmlns:ttp="http://www.w3.org/ns/ttml#parameter" ttp:frameRate="24" ttp:tickRate="1000" xml:lang="zh">
 <head><metadata><ttm:agent xml:id="a1" type="character"><ttm:name>小雨</ttm:name></ttm:agent></metadata></head>
 <body><div begin="10s">
  <p begin="00:00:00.500" end="00:00:02.000" ttm:agent="a1">你去<br/>哪儿了？</p>
  <p begin="00:00:02:12" dur="1.5s">
    买伞<span>去了</span>。
  </p>
  <p begin="5000t" end="6000t"><metadata><x>no</x></metadata>好</p>
  <p begin="soon" end="later">坏</p>
  <p><span begin="7s" end="8s">一</span><span begin="8s" end="9s">二</span></p>
 </div></body></tt>"""

EAF = """<?xml version="1.0" encoding="UTF-8"?>
<ANNOTATION_DOCUMENT>
 <TIME_ORDER>
  <TIME_SLOT TIME_SLOT_ID="t1" TIME_VALUE="500"/><TIME_SLOT TIME_SLOT_ID="t2"/>
  <TIME_SLOT TIME_SLOT_ID="t3" TIME_VALUE="2500"/><TIME_SLOT TIME_SLOT_ID="t4" TIME_VALUE="4000"/>
 </TIME_ORDER>
 <TIER TIER_ID="A-txt" PARTICIPANT="小雨">
  <ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="a1" TIME_SLOT_REF1="t1" TIME_SLOT_REF2="t2">
   <ANNOTATION_VALUE>你去哪儿了？</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION>
 </TIER>
 <TIER TIER_ID="大明">
  <ANNOTATION><ALIGNABLE_ANNOTATION ANNOTATION_ID="a2" TIME_SLOT_REF1="t3" TIME_SLOT_REF2="t4">
   <ANNOTATION_VALUE>买伞去了。</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION>
 </TIER>
 <TIER TIER_ID="A-translation" PARENT_REF="A-txt">
  <ANNOTATION><REF_ANNOTATION ANNOTATION_ID="a3" ANNOTATION_REF="a1">
   <ANNOTATION_VALUE>Where have you been?</ANNOTATION_VALUE></REF_ANNOTATION></ANNOTATION>
 </TIER>
 <TIER TIER_ID="A-gesture" PARENT_REF="A-txt">
  <ANNOTATION><REF_ANNOTATION ANNOTATION_ID="a4" ANNOTATION_REF="a1">
   <ANNOTATION_VALUE>shrugs</ANNOTATION_VALUE></REF_ANNOTATION></ANNOTATION>
 </TIER>
</ANNOTATION_DOCUMENT>"""

TEXTGRID = '''File type = "ooTextFile"
Object class = "TextGrid"

xmin = 0
xmax = 4
tiers? <exists>
size = 3
item []:
    item [1]:
        class = "IntervalTier"
        name = "小雨"
        xmin = 0
        xmax = 4
        intervals: size = 2
        intervals [1]:
            xmin = 0
            xmax = 0.5
            text = ""
        intervals [2]:
            xmin = 0.5
            xmax = 2
            text = "she said ""no"""
    item [2]:
        class = "TextTier"
        name = "clicks"
        xmin = 0
        xmax = 4
        points: size = 1
        points [1]:
            number = 1
            mark = "x"
    item [3]:
        class = "IntervalTier"
        name = "B"
        xmin = 0
        xmax = 4
        intervals: size = 1
        intervals [1]:
            xmin = 2.5
            xmax = 4
            text = "yes"
'''
SHORT = 'File type = "ooTextFile"\nObject class = "TextGrid"\n\n0\n4\n<exists>\n1\n'
SHORT += '"IntervalTier"\n"B"\n0\n4\n1\n2.5\n4\n"yes"\n'

WHISPERX = {
    "segments": [
        {
            "start": 0.5, "end": 3.0, "text": " Who? Me.", "speaker": "SPEAKER_00",
            "words": [
                {"word": "Who?", "start": 0.5, "end": 0.8, "speaker": "SPEAKER_00"},
                {"word": "Me.", "start": 2.0, "end": 2.5, "speaker": "SPEAKER_01"},
            ],
        },
        {"start": 4.0, "end": None, "text": "no end"},
        {"start": 5.0, "end": 6.0, "text": "plain", "speaker": "SPEAKER_01"},
    ],
    "language": "en",
}  # fmt: skip


def rows(text: str) -> list[tuple[int, int, str, str, str]]:
    return [(cue.start_ms, cue.end_ms, cue.speaker, cue.text, cue.translation) for cue in read(text).cues if cue.usable]


def test_ttml() -> None:
    assert rows(TTML) == [
        (10_500, 12_000, "小雨", "你去 哪儿了？", ""),
        (12_500, 14_000, "", "买伞去了。", ""),
        (15_000, 16_000, "", "好", ""),
        (17_000, 18_000, "", "一", ""),
        (18_000, 19_000, "", "二", ""),
    ]
    assert [(cue.text, cue.remark, cue.line) for cue in read(TTML).cues if not cue.usable] == [("坏", "untimed", 11)]


def test_ttml_with_two_languages() -> None:
    divisions = "".join(
        f'<div xml:lang="{lang}"><p begin="1s" end="2s">{one}</p><p begin="4s" end="5s">{two}</p></div>'
        for lang, one, two in (("en", "Where?", "Here."), ("zh", "哪儿？", "这儿。"))
    )
    assert rows(f'<tt xmlns="http://www.w3.org/ns/ttml"><body>{divisions}</body></tt>') == [
        (1000, 2000, "", "哪儿？", "Where?"),
        (4000, 5000, "", "这儿。", "Here."),
    ]


def ttml(paragraphs: str, head: str = "") -> str:
    names = 'xmlns="http://www.w3.org/ns/ttml" xmlns:tts="http://www.w3.org/ns/ttml#styling"'
    return f"<tt {names}><head>{head}</head><body><div>{paragraphs}</div></body></tt>"


def test_words_of_a_paragraph_of_ttml_may_have_times_of_their_own() -> None:
    words = '<p begin="1s" end="5s">Text <span begin="0s" end="1s">one</span> tail <span begin="1s">two</span></p>'
    assert rows(ttml(words)) == [(1000, 5000, "", "Text one tail two", "")]
    lines = (
        '<p begin="1s" end="5s">\n<span begin="0s" end="1s">one</span><br/>\n<span begin="1s" end="2s">two</span></p>'
    )
    assert rows(ttml(lines)) == [(1000, 2000, "", "one", ""), (2000, 3000, "", "two", "")]


def test_readings_of_ttml_by_style_are_left_out() -> None:
    styles = '<styling><style xml:id="b" tts:ruby="base"/><style xml:id="r" tts:ruby="text"/></styling>'
    text = '<p begin="1s" end="2s"><span style="b">漢</span><span style="x r">かん</span>字</p>'
    assert rows(ttml(text, styles)) == [(1000, 2000, "", "漢字", "")]


def test_times_of_ttml_without_a_unit_are_seconds() -> None:
    assert rows(ttml('<p begin="1" end="2.5">One</p>')) == [(1000, 2500, "", "One", "")]


def test_elan() -> None:
    assert rows(EAF) == [
        (500, 1500, "小雨", "你去哪儿了？", "Where have you been?"),
        (2500, 4000, "大明", "买伞去了。", ""),
    ]
    assert {part.key: part.role for part in read(EAF).parts} == {
        "track:A-txt": "speech",
        "track:大明": "speech",
        "track:A-translation": "translation",
        "track:A-gesture": "left_out",
    }


def test_praat() -> None:
    assert rows(TEXTGRID) == [(500, 2000, "小雨", 'she said "no"', ""), (2500, 4000, "B", "yes", "")]
    assert [remark.code for remark in read(TEXTGRID).remarks] == ["point_tier"]
    assert rows(SHORT) == [(2500, 4000, "B", "yes", "")]


def test_whisperx() -> None:
    text = json.dumps(WHISPERX, indent=1)
    assert rows(text) == [
        (500, 800, "SPEAKER_00", "Who?", ""),
        (2000, 3000, "SPEAKER_01", "Me.", ""),
        (5000, 6000, "SPEAKER_01", "plain", ""),
    ]
    [damaged] = [cue for cue in read(text).cues if cue.remark]
    assert (damaged.text, damaged.remark, text.split("\n")[damaged.line - 1].strip()) == (
        "no end", "untimed", '"text": "no end"',
    )  # fmt: skip


@pytest.mark.parametrize(
    "document",
    [
        {"text": "hi", "segments": [{"id": 0, "start": 1, "end": 2.5, "text": " hi"}]},
        [{"start": 1.0, "end": 2.5, "text": "hi"}],
        {"transcription": [{"offsets": {"from": 1000, "to": 2500}, "text": " hi"}]},
        {"transcription": [{"timestamps": {"from": "00:00:01,000", "to": "00:00:02,500"}, "text": " hi"}]},
        {"chunks": [{"timestamp": [1.0, 2.5], "text": " hi"}]},
    ],
    ids=["whisper", "faster-whisper", "whisper.cpp", "whisper.cpp without offsets", "transformers"],
)
def test_other_output_of_speech_recognition(document: object) -> None:
    assert rows(json.dumps(document)) == [(1000, 2500, "", "hi", "")]


def test_the_line_of_a_segment_is_that_of_its_text_although_words_and_texts_hold_the_same_key() -> None:
    text = """{"text": "all", "language": "en", "segments": [
      {"start": 0, "end": 1, "text": "One \\"text\\": two.",
       "words": [{"text": "One"},
                 {"text": "two"}]},
      {"start": 2, "end": 3,
       "text": "Three."}]}"""
    assert [(cue.text, cue.line) for cue in read(text).cues] == [('One "text": two.', 2), ("Three.", 6)]


def test_a_list_of_segments_that_comes_twice_is_read() -> None:
    segments = ['{"start": 0, "end": 1, "text": "One."}', '{"start": 2, "end": 3, "text": "Two."}']
    text = f'{{"segments": [{segments[0]}],\n"segments": [{", ".join(segments)}]}}'
    assert [cue.text for cue in read(text).cues] == ["One.", "Two."]


def test_stm() -> None:
    text = ";; a comment\nf 1 A 0.5 2.0 <o,f0> hello there\nf 1 B 3.0 4.0 bye\n"
    text += "f 1 x 4 5 ignore_time_segment_in_scoring\n?\n"
    assert rows(text) == [(500, 2000, "A", "hello there", ""), (3000, 4000, "B", "bye", "")]
    assert [remark.line for remark in read(text).remarks] == [4, 5]


@pytest.mark.parametrize(
    "text",
    [
        "{1}{1}25.000\n{25}{50}{y:i}Hello|there\n",
        "{25}{50}Hello|there\n",
        "[10][20]Hello|/there\n",
        "<SAMI><BODY><SYNC Start=1000><P>Hello<br>there<SYNC Start=2000><P>&nbsp;</BODY></SAMI>",
    ],
    ids=["MicroDVD", "MicroDVD without rate", "MPL2", "SAMI"],
)
def test_formats_of_one_line_per_cue(text: str) -> None:
    assert rows(text) == [(1000, 2000, "", "Hello there", "")]


def test_a_damaged_event_of_ass_is_told_with_its_line() -> None:
    text = ASS + "Dialogue: 0,never,0:00:02.00,Default,,0,0,0,,Lost.\nDialogue: broken\nwhat: is this\n"
    reading = read(text + "Dialogue: 0,0:00:01.00,0:00:02.00,Default,小雨,0,0,0,,Kept, too.\n")
    assert [(cue.text, cue.remark, cue.line) for cue in reading.cues] == [
        ("Lost.", "untimed", 10),
        ("broken", "untimed", 11),
        ("Kept, too.", "", 13),
    ]
    assert [(remark.code, remark.line) for remark in reading.remarks] == [("no_event", 12)]


def test_ssa_version_4() -> None:
    text = (
        "[Script Info]\nScriptType: v4.00\n\n[V4 Styles]\nFormat: Name\nStyle: Default\n\n[Events]\n"
        "Format: Marked, Start, End, Style, Name, MarginL, MarginR, MarginV, Effect, Text\n"
        "Dialogue: Marked=0,0:00:00.50,0:00:02.00,*Default,小雨,0000,0000,0000,,你去哪儿了，真的？\n"
    )
    assert rows(text) == [(500, 2000, "小雨", "你去哪儿了，真的？", "")]


BOMB = '<!DOCTYPE tt [<!ENTITY a "aaaa"><!ENTITY b "&a;&a;">]>'
BOMB += '\n<tt><body><div><p begin="1s" end="2s">&b;</p></div></body></tt>'
FOREIGN = (
    '<!DOCTYPE tt [<!ENTITY x SYSTEM "file:///etc/passwd">]>\n<tt><body><p begin="1s" end="2s">&x;</p></body></tt>'
)


@pytest.mark.parametrize(
    ("text", "line"),
    [
        (BOMB, 1),
        (FOREIGN, 1),
        ("<tt>\n<body>\n<p></tt>", 3),
        ("<tt>" + "<div>" * 200 + "</div>" * 200 + "</tt>", 1),
        ('{"segments": [\n{"text": }]}', 2),
        (TEXTGRID[: TEXTGRID.index("points [1]")], 28),
        ("[" * 100_000, 1),
    ],
    ids=["entities", "external entity", "not closed", "too deep", "JSON", "TextGrid", "deep JSON"],
)
def test_a_broken_document_is_refused_with_its_line(text: str, line: int) -> None:
    with pytest.raises(SubtitleFault) as caught:
        read(text)
    assert (caught.value.code, caught.value.params.get("line")) in {
        ("subtitles.damaged", line),
        ("subtitles.format", line),
    }


def test_json_of_something_else_is_refused() -> None:
    with pytest.raises(SubtitleFault) as caught:
        read('\n{"name": "x", "size": 2}')
    params = {"name": "x", "line": 2, "found": "name, size"}
    assert (caught.value.code, caught.value.params) == ("subtitles.no_segments", params)
    assert "line 2 and has: name, size" in str(caught.value)
    with override("zh-hans"):
        assert "第 2 行" in str(caught.value)


RTTM = """SPEAKER f 1 0.400 1.700 <NA> <NA> spk_0 <NA> <NA>
SPEAKER f 1 4.900 0.400 <NA> <NA> spk_0 <NA> <NA>
SPEAKER f 1 5.300 1.900 <NA> <NA> spk_1 <NA> <NA>
"""


def test_rttm_names_the_speakers_of_subtitles_that_name_none() -> None:
    plain = "1\n00:00:00,500 --> 00:00:02,000\nWho?\n\n2\n00:00:05,000 --> 00:00:07,000\nMe.\n\n"
    plain += "3\n00:00:05,000 --> 00:00:07,000\nANNA: And me.\n\n4\n00:00:20,000 --> 00:00:21,000\nNobody.\n"
    joined = join_tracks([("subtitles", plain), ("speakers", RTTM)])
    assert [row[2:4] for row in rows(joined)] == [
        ("spk_0", "Who?"),
        ("spk_1", "Me."),
        ("ANNA", "And me."),
        ("", "Nobody."),
    ]
    assert [cue.line for cue in read(joined).cues] == [2, 6, 10, 14]
    assert read(joined).touched["diarized"] == 3


def test_rttm_alone_has_no_text() -> None:
    with pytest.raises(SubtitleFault) as caught:
        read(RTTM)
    assert caught.value.code == "subtitles.empty"


def test_tracks_of_a_container_are_read_together_and_only_the_first_is_speech() -> None:
    def track(*texts: str) -> str:
        return "".join(f"{n}\n00:00:0{n},000 --> 00:00:0{n},900\n{text}\n\n" for n, text in enumerate(texts, 1))

    both = join_tracks([("2 zh", track("你好。", "再见。")), ("3 en", track("Hello.", "Bye."))])
    assert [row[3:] for row in rows(both)] == [("你好。", "Hello."), ("再见。", "Bye.")]
    same = join_tracks([("2 en", track("Hello.", "Bye.")), ("3 en", track("HELLO.", "[door] BYE.", "More."))])
    assert [row[3] for row in rows(same)] == ["Hello.", "Bye."]


def test_segments_that_cannot_be_read_are_told_with_their_line() -> None:
    stm = "a 1 s1 0.5 2.0 <o> Hello.\na 1 s1 2.0 3.0 ignore_time_segment_in_scoring\nodd\na 1 s2 3.0 4.0 Bye.\n"
    assert [(each.code, each.line) for each in read(stm).remarks] == [("ignored_segment", 2), ("no_segment", 3)]
    whisper = '{"segments": [\n{"start": 0.5, "end": 2, "text": "Hello."},\n"odd"]}'
    reading = read(whisper)
    assert [cue.text for cue in reading.cues] == ["Hello."]
    assert [each.code for each in reading.remarks] == ["no_segment"]


LINES = {
    "microdvd": "{{{0}}}{{}}Text",
    "mpl2": "[{0}][]Text",
    "tmplayer": "{1:02d}:{2:02d}:{3:02d}:Text",
}


def lines_without_ends(form: str, times: Iterable[int]) -> str:
    return "\n".join(LINES[form].format(at, at // 3600 % 100, at // 60 % 60, at % 60) for at in times)


@pytest.mark.parametrize("form", LINES)
@pytest.mark.parametrize("order", ["up", "down", "same"])
def test_cues_without_an_end_are_read_in_linear_time(form: str, order: str) -> None:
    count = 40_000
    times = {"up": range(count), "down": range(count, 0, -1), "same": [5] * count}[order]
    text = lines_without_ends(form, times)
    begin = time.process_time()
    found = read_raw(text, "x", fps=25.0)
    assert time.process_time() - begin < 2  # 20 s and more in quadratic time
    assert (found.form, len(found.cues)) == (form, count)


@pytest.mark.parametrize("form", LINES)
def test_a_cue_without_an_end_lasts_until_the_next_larger_start_in_the_file(form: str) -> None:
    unit = {"microdvd": 40, "mpl2": 100, "tmplayer": 1000}[form]
    starts = [100, 100, 99, 101, 90, 500, 100]
    found = read_raw(lines_without_ends(form, starts), "x", fps=25.0)
    ends = [
        min(start * unit + 1500, later * unit) for start, later in zip(starts, [101, 101, 101, 500, 500], strict=False)
    ]
    assert [cue.end_ms for cue in found.cues] == [*ends, 500 * unit + 1500, 100 * unit + 1500]


@pytest.mark.parametrize("form", LINES)
def test_reading_stops_behind_the_largest_number_of_cues(form: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("corpus.rules.subtitles.formats.lines.MAX_CUES", 10)
    monkeypatch.setattr("corpus.rules.subtitles.cue_reading.MAX_CUES", 10)
    text = lines_without_ends(form, range(30))
    assert 11 <= len(read_raw(text, "x", fps=25.0).cues) <= 12
    with pytest.raises(SubtitleFault) as caught:
        read(text)
    assert (caught.value.code, caught.value.params["line"]) == ("subtitles.too_many", 11)
    assert len(read(lines_without_ends(form, range(10))).cues) == 10


def sami(*syncs: str) -> str:
    head = (
        "<SAMI>\n<HEAD><STYLE TYPE='text/css'>\n<!--\nP {{}} .KRCC {{Name:Korean;}} <SYNC Start=1><P>no\n-->\n</STYLE>"
    )
    return "\n".join([head + "</HEAD>\n<BODY>", *syncs, "</BODY></SAMI>", "<P>no"])


def test_sami_in_two_languages_at_the_same_times() -> None:
    korean, english = ["어디 갔었어?", "우산 사러."], ["Where were you?", "Buying an umbrella."]
    pairs = list(zip((1000, 4000), korean, english, strict=True))
    ends = "<SYNC Start={}><P Class={}>&nbsp;"
    in_turn = [
        f"<SYNC Start={at}><P Class={name}>{text}\n" + ends.format(at + 2000, name)
        for at, *texts in pairs
        for name, text in zip(("KRCC", "ENCC"), texts, strict=True)
    ]
    one_after_the_other = [in_turn[0], in_turn[2], in_turn[1], in_turn[3]]
    together = [
        f'<SYNC Start="{at}">\n<P Class="KRCC">{ko}</P><P Class="ENCC">{en}</P></SYNC>\n<SYNC Start={at + 2000}>'
        "<P Class=KRCC>&nbsp;<P Class=ENCC>&nbsp;"
        for at, ko, en in pairs
    ]
    for syncs in (in_turn, one_after_the_other, together):
        found = rows(sami(*syncs))
        assert found == [(at, at + 2000, "", ko, en) for at, ko, en in pairs]


def test_sami_has_the_lines_of_its_sync_and_ends_that_people_can_read() -> None:
    reading = read(
        sami(
            "<SYNC Start=1000 End=9><P Class=KRCC>안녕<br>\n하세요",
            "<SYNC Start='x'><P Class=KRCC>언제",
            "<SYNC\nStart=20000ms><P Class=KRCC><font color=#fff>네</font> &amp;",
            "<sync start=-500><p class=KRCC>먼저",
            "<SYNC Start=60000>글",
        )
    )
    assert [(cue.line, cue.start_ms, cue.end_ms, cue.text, cue.remark) for cue in reading.cues] == [
        (10, -1, -1, "언제", "untimed"),
        (13, 0, 1000, "먼저", ""),
        (8, 1000, 2500, "안녕 하세요", ""),
        (11, 20_000, 21_500, "네 &", ""),
        (14, 60_000, 61_500, "글", ""),
    ]


def test_a_class_of_sami_is_one_track_in_any_case() -> None:
    text = sami(
        "<SYNC Start=1000><P Class=KRCC>안녕",
        "<SYNC Start=3000><P class='krcc'>네",
        "<SYNC Start=5000><P CLASS=EnCC>Yes",
    )
    found = read_raw(text, "x", fps=25.0).cues
    assert [(cue.track, cue.end_ms) for cue in found[:2]] == [("KRCC", 3000), ("KRCC", 4500)]


def test_a_text_of_sami_stays_until_the_next_one_unless_that_is_far() -> None:
    text = sami(
        "<SYNC Start=1000><P Class=KRCC>안녕하세요 여러분",
        "<SYNC Start=6000><P Class=KRCC>" + "가" * 40,
        "<SYNC Start=20000><P Class=KRCC>" + "가" * 20,
    )
    assert [(cue.start_ms, cue.end_ms) for cue in read(text).cues] == [(1000, 6000), (6000, 11600), (20000, 22800)]


def test_sami_names_the_speaker_in_a_paragraph_of_its_own() -> None:
    text = sami("<SYNC Start=1000><P Class=EN ID=Source>ANNA:<P Class=EN>Who?", "<SYNC Start=3000><P Class=EN>Me.")
    assert [row[2:4] for row in rows(text)] == [("ANNA", "Who?"), ("ANNA", "Me.")]


@pytest.mark.parametrize("text", ["<!--", "<SYNC ", "<SYNC Start=1>", "<P " + "a" * 100, "a" * 10])
def test_sami_of_marks_that_are_never_closed_is_read_in_linear_time(text: str) -> None:
    begin = time.process_time()
    read_raw("<SAMI>" + text * 100_000, "x", fps=25.0)
    assert time.process_time() - begin < 5


HELLO = '<span begin="0s" end="1s">Hello there my friend.</span>'


@pytest.mark.parametrize(
    ("paragraph", "expected"),
    [
        (
            f'<p begin="1s" end="9s">- {HELLO}<br/>- <span begin="6s" end="8s">Go!</span></p>',
            [(1000, 2000, "", "Hello there my friend."), (7000, 9000, "", "Go!")],
        ),
        ('<p>Anna: <span begin="1s" end="2s">Hello.</span></p>', [(1000, 2000, "Anna", "Hello.")]),
        (
            '<p>Anna: <span begin="1s" end="2s">Hello</span>,<br/>Ben: <span begin="3s" end="4s">you</span> all.</p>',
            [(1000, 2000, "Anna", "Hello,"), (3000, 4000, "Ben", "you all.")],
        ),
        ('<p begin="1s" end="9s">Oh <span begin="0s" end="1s">my</span></p>', [(1000, 9000, "", "Oh my")]),
        ('<p begin="1s" end="9s">- <i>Oh</i> <span begin="0s" end="1s">my</span></p>', [(1000, 9000, "", "Oh my")]),
    ],
)
def test_marks_and_names_beside_timed_parts_of_ttml_belong_to_them(
    paragraph: str, expected: list[tuple[int, int, str, str]]
) -> None:
    found = read(f"<tt><body><div>{paragraph}</div></body></tt>").cues
    assert [(cue.start_ms, cue.end_ms, cue.speaker, cue.text) for cue in found] == expected
