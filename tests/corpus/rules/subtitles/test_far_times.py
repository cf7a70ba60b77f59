"""Times that no recording has: longer than thousands of hours, infinite, or of thousands of digits."""

from contextlib import suppress

import pytest

from corpus.rules.subtitles.cue import Cue, SubtitleFault
from corpus.rules.subtitles.cue_reading import read_subtitles
from corpus.rules.subtitles.options import LONGEST_SHIFT_MS, Options
from tests.corpus.rules.subtitles.reading import ASS

LARGEST = 2**31 - 1  # of an integer of a database
NUMBERS = [
    *("9" * length for length in (9, 10, 12, 30, 400, 5000)),
    *["1" + "0" * 400 + ".5", "999:59:59", "9999:59:59", "999:999:99,999", "999:59:59:99", "-999:59:59.9"],
    *["1e300", "1e400", "-1e300", "NaN", "Infinity", "-Infinity", "1e9", "-9999999999", "9999999999s", "9999999h"],
]  # fmt: skip
# {0} is the time; one cue is good and begins after a second
FORMS = {
    "srt": "1\n00:00:01,000 --> {0}\nA\n\n2\n{0} --> {0}\nB\n\n3\n00:00:01,000 --> 00:00:02,000\nGood\n",
    "vtt": "WEBVTT\n\n00:01.000 --> {0}\nA\n\n{0} --> {0}\nB\n\n00:01.000 --> 00:02.000\nGood\n",
    "ass": ASS + "Dialogue: 0,0:00:01.00,{0},Default,,0,0,0,,A\nDialogue: 0,{0},{0},Default,,0,0,0,,B\n"
    "Dialogue: 0,0:00:01.00,0:00:02.00,Default,,0,0,0,,Good\n",
    "sami": "<SAMI><BODY><SYNC Start={0}><P>A<SYNC Start={0}ms><P>B<SYNC Start='1000'><P>Good</SAMI>",
    "ttml": '<tt><body begin="{0}"><p begin="0s" end="{0}">A</p><div begin="{0}"><p begin="{0}" dur="{0}">B</p></div>'
    '</body><body><p begin="1s" end="2s">Good</p></body></tt>',
    "ttml of ticks": '<tt xmlns:p="x" p:tickRate="1e-300" p:frameRate="{0}"><body><p begin="1t" end="9f">A</p>'
    '<p begin="00:00:01:05" end="{0}t">B</p><p begin="1s" end="2s">Good</p></body></tt>',
    "microdvd": "{{25}}{{50}}Good\n{{1}}{{{0}}}A\n{{{0}}}{{}}B\n{{{0}}}{{{0}}}C\n",
    "microdvd with a rate": "{{1}}{{1}}{0}\n{{10}}{{30}}A\n",
    "mpl2": "[10][20]Good\n[1][{0}]A\n[{0}][]B\n",
    "tmplayer": "00:00:01:A\n99:59:59:B\n00:00:01:Good\n{0}:C\n",
    "stm": "f 1 A {0} {0} A\nf 1 A 1.0 {0} B\nf 1 A 1 2 Good\n",
    "rttm": "== subtitle track a ==\nSPEAKER f 1 1 1 <NA> <NA> X\nSPEAKER f 1 {0} {0} <NA> <NA> Y\n"
    "SPEAKER f 1 1 {0} <NA> <NA> Z\n== subtitle track b ==\n1\n00:00:01,000 --> 00:00:02,000\nGood\n",
    "textgrid": 'File type = "ooTextFile"\nObject class = "TextGrid"\n'
    '"IntervalTier" "X" 0 {0} 2 0 {0} "A" 1 2 "Good"\n',
    "eaf": '<ANNOTATION_DOCUMENT><TIME_SLOT TIME_SLOT_ID="a" TIME_VALUE="1000"/><TIME_SLOT TIME_SLOT_ID="b" '
    'TIME_VALUE="2000"/><TIME_SLOT TIME_SLOT_ID="c" TIME_VALUE="{0}"/><TIER TIER_ID="x"><ANNOTATION>'
    '<ALIGNABLE_ANNOTATION ANNOTATION_ID="1" TIME_SLOT_REF1="a" TIME_SLOT_REF2="c"><ANNOTATION_VALUE>A'
    "</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION><ANNOTATION>"
    '<ALIGNABLE_ANNOTATION ANNOTATION_ID="2" TIME_SLOT_REF1="a" TIME_SLOT_REF2="b"><ANNOTATION_VALUE>Good'
    "</ANNOTATION_VALUE></ALIGNABLE_ANNOTATION></ANNOTATION></TIER></ANNOTATION_DOCUMENT>",
    "whisper": '{{"segments": [{{"start": 1, "end": {0}, "text": "A"}}, {{"start": {0}, "end": {0}, "text": "B", '
    '"words": [{{"word": "B", "start": {0}, "end": {0}}}]}}, {{"start": 1, "end": 2, "text": "Good"}}]}}',
    "whisper of texts": '{{"segments": [{{"start": "1", "end": "{0}", "text": "A"}}, {{"timestamps": '
    '{{"from": "{0}", "to": "{0}"}}, "text": "B"}}, {{"start": 1, "end": 2, "text": "Good"}}]}}',
    "whisper of offsets": '{{"segments": [{{"offsets": {{"from": {0}, "to": {0}}}, "text": "A"}}, {{"timestamp": '
    '[{0}, {0}], "text": "B"}}, {{"start": 1, "end": 2, "text": "Good"}}]}}',
    "json3": '{{"events": [{{"tStartMs": {0}, "dDurationMs": {0}, "segs": [{{"utf8": "A"}}]}}, '
    '{{"tStartMs": 900000000, "dDurationMs": {0}, "segs": [{{"utf8": "B"}}]}}, '
    '{{"tStartMs": 1000, "dDurationMs": 1000, "segs": [{{"utf8": "Good"}}]}}]}}',
}  # fmt: skip
SHIFTED = Options(rate=2.0, offset_ms=LONGEST_SHIFT_MS)


def cues_of(form: str, number: str, options: Options) -> list[Cue]:
    """Return the cues, or none if the file is refused."""
    with suppress(SubtitleFault):
        return read_subtitles(FORMS[form].format(number).encode(), "x", options).cues
    return []


@pytest.mark.parametrize("number", NUMBERS, ids=lambda number: number[:12] + f"({len(number)})")
@pytest.mark.parametrize("form", FORMS)
def test_a_time_beyond_any_recording_is_damaged(form: str, number: str) -> None:
    for options in (Options(), SHIFTED):
        cues = cues_of(form, number, options)
        assert all(abs(time) <= LARGEST for cue in cues for time in (cue.start_ms, cue.end_ms))
        expected = [(True, 1000 * options.rate + options.offset_ms)]
        if form != "microdvd with a rate" and (cues[1:] or (number.isdecimal() and len(number) < 4300)):
            assert [(cue.usable, cue.start_ms) for cue in cues if cue.text == "Good"] == expected


@pytest.mark.parametrize("reference", ["&#" + "1" * 5000 + ";", "&#99999999999", "&amp;#" + "1" * 5000, "&#1114112;"])
def test_a_reference_to_no_character_is_replaced(reference: str) -> None:
    text = f"1\n00:00:01,000 --> 00:00:02,000\nYes{reference}\n"
    assert [cue.text for cue in read_subtitles(text.encode(), "x").cues] == ["Yes\ufffd"]
