"""The rules of the reader, each one on and off."""

import pytest

from corpus.rules.subtitles.options import RULES, Options
from tests.corpus.rules.subtitles.reading import ass, read, said, srt

YOUTUBE = """WEBVTT
Kind: captions
Language: en

00:00:00.469 --> 00:00:03.169 align:start position:0%
@
welcome<00:00:01.469><c> to</c><00:00:01.620><c> the</c><00:00:02.909><c> network</c>

00:00:03.169 --> 00:00:03.179 align:start position:0%
welcome to the network
@

00:00:03.179 --> 00:00:06.000 align:start position:0%
welcome to the network
my<00:00:04.159><c> name</c><00:00:04.319><c> is</c>

00:00:06.000 --> 00:00:06.010 align:start position:0%
my name is
@

00:00:06.010 --> 00:00:09.000 align:start position:0%
my name is
&gt;&gt; no<00:00:07.000><c> it</c><00:00:07.100><c> is</c><00:00:07.200><c> not</c>
""".replace("@", " ")


def off(*rules: str) -> Options:
    return Options(off=frozenset(rules))


def kinds(text: str, options: Options | None = None) -> list[tuple[str, str]]:
    return [(cue.kind, cue.text) for cue in read(text, options).cues]


def test_captions_of_youtube_roll_and_hold_times_of_words() -> None:
    assert said(YOUTUBE) == [("", "welcome to the network my name is"), ("", "no it is not")]
    assert said(YOUTUBE, off("rolling", "repeats"))[0][1].count("network") == 3
    assert [cue.notes for cue in read(YOUTUBE).cues][1:4] == [("rolling",)] * 3


def test_rolling_captions_converted_to_srt_overlap() -> None:
    text = (
        "1\n00:00:00,000 --> 00:00:05,000\nthe first line\n\n2\n00:00:03,000 --> 00:00:09,000\nthe first line\n"
        "and the second\n\n3\n00:00:05,000 --> 00:00:12,000\nand the second\none is added\n"
    )
    assert said(text) == [("", "the first line and the second one is added")]
    assert [(cue.start_ms, cue.end_ms) for cue in read(text).cues] == [(0, 3000), (3000, 5000), (5000, 12000)]


@pytest.mark.parametrize(
    ("steps", "whole"),
    [
        (["where", "where did", "where did you go"], "where did you go"),
        (["你", "你去", "你去哪儿了？"], "你去哪儿了？"),
    ],
)
def test_captions_that_grow_by_words(steps: list[str], whole: str) -> None:
    text = "".join(f"{n}\n00:00:0{n},000 --> 00:00:0{n + 1},000\n{step}\n\n" for n, step in enumerate(steps, 1))
    assert said(text) == [("", whole)]
    assert (read(text).cues[0].start_ms, read(text).cues[0].end_ms) == (1000, 4000)


def test_people_who_repeat_themselves_do_not_roll() -> None:
    texts = ["No.", "No.", "No, no.", "Yes.", "Yes, I do.", "Go!", "Go!"]
    assert [text for _speaker, text in said(srt(*texts))] == texts


@pytest.mark.parametrize(
    ("text", "utterances", "rule"),
    [
        (">> Who? >> Me.", [("", "Who?"), ("", "Me.")], "speaker_changes"),
        (">>> MARTA: Who?\n>> Me.", [("MARTA", "Who?"), ("", "Me.")], "speaker_changes"),
        ("＞＞そうですか。", [("", "そうですか。")], "speaker_changes"),
        ("[SPEAKER_00]: Who?", [("SPEAKER_00", "Who?")], "bracketed_names"),
        ("【路人 甲】：谁？", [("路人 甲", "谁？")], "bracketed_names"),
        ("[woman on radio]: Who?", [("woman on radio", "Who?")], "bracketed_names"),
        ("MARTA: Who?", [("MARTA", "Who?")], "names"),
        ("- Who?\n- Me.", [("", "Who?"), ("", "Me.")], "dashes"),
    ],
)
def test_marks_of_speakers(text: str, utterances: list[tuple[str, str]], rule: str) -> None:
    assert said(srt(text)) == utterances
    assert said(srt(text), off(rule)) != utterances
    assert rule in read(srt(text)).touched


@pytest.mark.parametrize(
    ("text", "rule"),
    [
        ("[DOOR SLAMS]", "sounds"),
        ("(laughs)", "sounds"),
        ("（掌声）（笑声）", "sounds"),
        ("【音乐】", "sounds"),
        ("［笑］", "sounds"),
        ("*sighs*", "sounds"),
        ("ANNA: [sighs]", "sounds"),
        ("[music\nplaying]", "sounds"),
        ("♪ la la ♪", "music"),
        ("♫", "music"),
        ("♪ One more\nsong tonight", "music"),
        ("# Happy birthday #", "music"),
        ("♪～", "music"),
    ],
)
def test_sounds_and_music_are_context(text: str, rule: str) -> None:
    [cue, _] = read(srt(text, "Speech.")).cues
    assert (cue.kind, cue.usable, rule in cue.notes) == ("no_speech", False, True)
    assert said(srt(text, "Speech.")) == [("", "Speech.")]
    assert read(srt(text, "Speech."), off(rule)).cues[0].kind == "speech"


@pytest.mark.parametrize("text", ["(laughs) Mine.", "#1 is alive", "♪ la ♪ Stop!", "Say [sic].", "...", "[1] [2] go"])
def test_speech_beside_a_sound_stays_speech(text: str) -> None:
    assert read(srt(text, "Speech.")).cues[0].kind == "speech"


def test_a_sound_and_speech_of_two_speakers_in_one_cue() -> None:
    assert kinds(srt("- [DOOR SLAMS]\n- Who's there?")) == [("no_speech", "[DOOR SLAMS]"), ("speech", "Who's there?")]


def test_signs_by_style_and_by_position_are_left_out() -> None:
    text = ass(
        ("Default", "", "0:01.00", "你去哪儿了？"),
        ("Sign_Top", "", "0:01.00", "长江路"),
        ("屏幕字", "", "0:02.00", "三天后"),
        ("Default", "", "0:03.00", "{\\pos(320,40)}一月"),
        ("Default", "", "0:05.00", "{\\an8}小明：我在这儿。"),
        ("Default", "小红", "0:08.00", "{\\an8}好。"),
        ("Default", "", "0:11.00", "走吧。"),
        ("Default", "", "0:14.00", "走。"),
        ("OP-JP", "", "0:17.00", "la la"),
        ("Default", "", "0:20.00", "{\\k20}la {\\k30}la"),
    )
    left = {cue.text: (cue.kind, *cue.notes[:1]) for cue in read(text).cues if cue.kind != "speech"}
    assert left == {
        "长江路": ("left_out", "signs"),
        "三天后": ("left_out", "signs"),
        "一月": ("left_out", "signs"),
        "la la": ("no_speech", "music"),
    }
    assert "长江路" in [cue.text for cue in read(text, off("signs")).cues if cue.kind == "speech"]


def test_positions_of_most_cues_say_nothing() -> None:
    assert said(srt("{\\an8}One.", "{\\an8}Two.", "Three.")) == [("", "One."), ("", "Two."), ("", "Three.")]
    assert said(srt("{\\an8}LONDON", "One.", "Two.")) == [("", "One."), ("", "Two.")]


def test_layers_with_the_same_text_are_read_once() -> None:
    text = ass(("Default", "", "0:01.00", "{\\bord3}你好。"), ("Default", "", "0:01.00", "你好。"))
    assert kinds(text) == [("speech", "你好。"), ("left_out", "你好。")]


def test_every_rule_can_be_switched_off_alone() -> None:
    text = srt(
        ">> [A]: (x)", "- MARTA: one\n- 二", "♪", "{\\an8}sign", "[s]", "你好\nHello", "你好\nHello", "再见\nBye"
    )
    for rule in RULES:
        assert rule not in read(text, off(rule)).touched
