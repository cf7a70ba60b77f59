"""Files as found in the wild, of the same classes as the shared cases."""

import pytest

from corpus.rules.subtitles.cue_reading import read_subtitles
from corpus.rules.subtitles.options import Options
from tests.corpus.rules.subtitles.reading import ASS, read, said, srt


def short(*cues: tuple[int, int, str]) -> str:
    """Return an SRT file of (start, end, text) in ms of the first ten seconds."""
    return "\n".join(
        f"{number}\n00:00:0{start // 1000},{start % 1000:03d} --> 00:00:0{end // 1000},{end % 1000:03d}\n{text}\n"
        for number, (start, end, text) in enumerate(cues, 1)
    )


def frames(*texts: str, length: int = 120) -> str:
    return short(*((1000 + place * length, 1000 + (place + 1) * length, text) for place, text in enumerate(texts)))


@pytest.mark.parametrize(
    "texts",
    [
        ["I", "I ", "I l", "I lo", "I lov", "I love", "I love y", "I love yo", "I love you"],
        ["我", "我爱", "我爱你", "我爱你们"],
        ["Where are you?"] * 6,
    ],
    ids=["letters", "characters", "fade"],
)
def test_a_text_that_is_typed_or_fades_is_one_cue(texts: list[str]) -> None:
    text = frames(*texts)
    assert said(text) == [("", texts[-1])]
    [cue] = [cue for cue in read(text).cues if cue.kind == "speech"]
    assert (cue.start_ms, cue.end_ms) == (1000, 1000 + 120 * len(texts))
    assert len(said(text, Options(off=frozenset(["repeats", "rolling"])))) > 1


def test_typed_letters_in_one_style_among_speech_in_another() -> None:
    events = [
        f"Dialogue: 0,0:00:01.{place * 10:02d},0:00:01.{place * 10 + 10:02d},Typed,,0,0,0,,{'Hello'[: place + 1]}\n"
        for place in range(5)
    ]
    events.insert(2, "Dialogue: 0,0:00:01.00,0:00:03.00,Default,,0,0,0,,Is anybody in?\n")
    text = ASS.replace("Style: Default", "Style: Typed,Arial,20\nStyle: Default") + "".join(events)
    assert {cue.text for cue in read(text).cues if cue.kind == "speech"} == {"Is anybody in?", "Hello"}


def test_people_who_repeat_or_complete_a_word_are_not_joined() -> None:
    text = short(
        (1000, 1600, "No"), (1600, 2400, "No"), (2400, 3000, "Not now"), (3500, 3600, "Oh"), (4500, 4600, "Oh")
    )
    assert [cue.text for cue in read(text).cues if cue.kind == "speech"] == ["No", "No", "Not now", "Oh", "Oh"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("ANNA:\nOver there.", [("ANNA", "Over there.")]),
        ("[Anna]:\nOver there.", [("Anna", "Over there.")]),
        ("- ANNA:\nOver there.\n- BEN:\nWhere?", [("ANNA", "Over there."), ("BEN", "Where?")]),
        ("Ingredients:\nTwo eggs.", [("", "Ingredients: Two eggs.")]),
        ("NOTE:\nTwo eggs.", [("", "NOTE: Two eggs.")]),
        ("ANNA:", [("", "ANNA:")]),
        ("- Hi.  - Hello.", [("", "Hi."), ("", "Hello.")]),
        ("-Really?! -Élise said so.", [("", "Really?!"), ("", "Élise said so.")]),
        ("- I waited - a long time - for you.", [("", "I waited - a long time - for you.")]),
        ("I am fine. - Good.", [("", "I am fine. - Good.")]),
        ("[ANNA and\nBEN]: Yes!", [("ANNA and BEN", "Yes!")]),
        ("- [ANNA\nLEE]: Yes!\n>> [MAN\n2]: No.", [("ANNA LEE", "Yes!"), ("MAN 2", "No.")]),
        ("[music\nplaying]: yes", [("", "[music playing]: yes")]),
        ("【路人\n甲】：谁？", [("路人 甲", "谁？")]),
        ("[ANNA\nsighs] I know.", [("", "[ANNA sighs] I know.")]),
        ("-你好。-再见。", [("", "你好。"), ("", "再见。")]),
        ("-什么？-没什么！-走", [("", "什么？"), ("", "没什么！"), ("", "走")]),
        ("-我是说。——算了", [("", "我是说。——算了")]),
        ("你好。-再见。", [("", "你好。-再见。")]),
        ("Dear Sir: I write to you.", [("", "Dear Sir: I write to you.")]),
    ],
)
def test_speakers_as_people_write_them(text: str, expected: list[tuple[str, str]]) -> None:
    assert [(cue.speaker, cue.text) for cue in read(srt(text)).cues] == expected


def test_a_drawing_of_ass_without_its_tags_is_no_speech() -> None:
    texts = ["m 0 0 l 100 0 100 100 0 100", "m 1.5 -2 b 1 2 3 4 5 6\nm 0 0 l 1 1", "m 0 0", "Room m 1 2 l 3"]
    assert [(cue.kind, *cue.notes[:1]) for cue in read(srt(*texts)).cues] == [
        ("left_out", "drawing"),
        ("left_out", "drawing"),
        ("speech",),
        ("speech",),
    ]


def test_names_alone_follow_their_switches() -> None:
    assert said(srt("ANNA:\nOver there."), Options(off=frozenset(["names"]))) == [("", "ANNA: Over there.")]
    assert said(srt("[Anna\nLee]: Yes."), Options(off=frozenset(["bracketed_names"]))) == [("", "[Anna Lee]: Yes.")]
    assert said(srt("[Anna]:\nYes."), Options(off=frozenset(["bracketed_names"]))) == [("", "[Anna]: Yes.")]
    assert said(srt("- Hi. - Hello."), Options(off=frozenset(["dashes"]))) == [("", "- Hi. - Hello.")]


def test_a_third_time_is_no_text() -> None:
    text = "1\n00:00:01,000 --> 00:00:02,000 --> 00:00:03,000\nThree times\n"
    [cue] = read(text).cues
    assert (cue.text, cue.end_ms, cue.notes) == ("Three times", 2000, ("time_repaired",))


def test_microdvd_with_a_line_of_styles_first() -> None:
    found = read("{DEFAULT}{}{C:$FFFFFF}\n{0}{25}One\n{50}{75}Two\n", fps=25.0)
    assert [(cue.text, cue.start_ms) for cue in found.cues] == [("One", 0), ("Two", 2000)]
    assert (found.form, found.remarks) == ("microdvd", [])


def test_tmplayer_ends_a_text_when_it_was_read_or_the_next_one_begins() -> None:
    text = "00:00:01:Hello there|and all\n00:00:02:Bye.\n00:00:03:\n0:00:10=" + "x" * 300 + "\nnothing\n"
    found = read(text)
    assert found.form == "tmplayer"
    assert [(cue.text[:20], cue.start_ms, cue.end_ms) for cue in found.cues] == [
        ("Hello there and all", 1000, 2000),
        ("Bye.", 2000, 3000),
        ("x" * 20, 10_000, 17_000),
    ]
    assert [(each.code, each.line) for each in found.remarks] == [("no_cue", 5)]


def test_times_in_frames_between_commas_and_settings_of_spruce() -> None:
    text = (
        "//Font select\n$FontName = Arial\n00:00:01:00 , 00:00:02:12 , Hello|there\n$Italic = TRUE\n"
        "00:00:03:00 , 00:00:04:24 , Bye\n"
    )
    found = read(text, fps=25.0)
    assert [(cue.text, cue.start_ms, cue.end_ms) for cue in found.cues] == [
        ("Hello there", 1000, 2480),
        ("Bye", 3000, 4960),
    ]


def test_captions_of_youtube_as_json() -> None:
    text = """{"wireMagic": "pb3", "events": [
      {"tStartMs": 0, "dDurationMs": 99, "id": 1, "wpWinPosId": 1},
      {"tStartMs": 0, "dDurationMs": 4000, "segs": [{"utf8": "hello"}, {"utf8": " there", "tOffsetMs": 500}]},
      {"tStartMs": 3990, "dDurationMs": 10, "aAppend": 1, "segs": [{"utf8": "\\n"}]},
      {"dDurationMs": 10, "segs": [{"utf8": "lost"}]},
      {"tStartMs": 4000, "dDurationMs": 3000, "segs": [{"utf8": "bye"}]}]}"""
    found = read(text)
    assert [(cue.text, cue.start_ms, cue.end_ms, cue.line) for cue in found.cues if cue.remark != "untimed"] == [
        ("hello there", 0, 4000, 3),
        ("bye", 4000, 7000, 6),
    ]
    assert [cue.text for cue in found.cues if cue.remark == "untimed"] == ["lost"]


def test_ttml_with_readings_beside_characters_and_speakers_within_a_paragraph() -> None:
    names = 'xmlns="http://www.w3.org/ns/ttml" xmlns:tts="http://www.w3.org/ns/ttml#styling" '
    names += 'xmlns:ttm="http://www.w3.org/ns/ttml#metadata"'
    agents = '<ttm:agent xml:id="a"><ttm:name>Anna</ttm:name></ttm:agent>'
    agents += '<ttm:agent xml:id="b"><ttm:name>Ben</ttm:name></ttm:agent>'
    ruby = '<span tts:ruby="container"><span tts:ruby="base">東京</span><span tts:ruby="text">とうきょう</span></span>'
    text = f"""<?xml version="1.0"?><tt {names}><head><metadata>{agents}</metadata></head><body><div>
      <p begin="1s" end="2s">{ruby}へ行く</p>
      <p begin="3s" end="4s"><span ttm:agent="a">Who?</span><br/><span ttm:agent="b">Me.</span></p>
      </div></body></tt>"""
    found = [(cue.speaker, cue.text) for cue in read(text).cues]
    assert found == [("", "東京へ行く"), ("Anna", "Who?"), ("Ben", "Me.")]


@pytest.mark.parametrize("encoding", ["big5", "big5hkscs", "gb18030", "utf-16", "utf-16-le", "utf-16-be", "utf-8-sig"])
def test_chinese_in_every_usual_encoding(encoding: str) -> None:
    text = srt("你在做什麼？", "沒關係，這裡還有時間。") if encoding != "gb18030" else srt("你在做什么？", "没关系。")
    found = read_subtitles(text.encode(encoding), "x", Options())
    assert found.cues[0].text[:3] == "你在做"


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("REPORTER #2: Why?", [("REPORTER #2", "Why?")]),
        ("≫ はい ≫ いいえ", [("", "はい"), ("", "いいえ")]),
        ("> > Spaced.", [("", "Spaced.")]),
        ("5 > 3 and 2 < 4", [("", "5 > 3 and 2 < 4")]),
        ("#2: no name", [("", "#2: no name")]),
        ("小\u3000雨：你好", [("小雨", "你好")]),
        ("小雨 大明：你好", [("", "小雨 大明：你好")]),
        ("字幕组：人人\n时间轴：小明", [("", "字幕组：人人 时间轴：小明")]),
        ("压制：我来！", [("", "压制：我来！")]),
        ("导演：张艺谋", [("", "导演：张艺谋")]),
        ("导演：张艺谋 主演：巩俐 姜文", [("", "导演：张艺谋 主演：巩俐 姜文")]),
        ("校对：飞行荷兰人", [("", "校对：飞行荷兰人")]),
        ("后期：人人影视字幕组", [("", "后期：人人影视字幕组")]),
        ("制片：华谊兄弟影业公司", [("", "制片：华谊兄弟影业公司")]),
        ("监制：张艺谋、陈凯歌 Ang Lee", [("", "监制：张艺谋、陈凯歌 Ang Lee")]),
        ("导演：开始！", [("导演", "开始！")]),
        ("导演：我们再来一条", [("导演", "我们再来一条")]),
        ("后期：这里给一个特写。", [("后期", "这里给一个特写。")]),
        ("制片：预算还有 3 万", [("制片", "预算还有 3 万")]),
    ],
)
def test_changes_of_speaker_and_numbered_names_of_broadcasters(text: str, expected: list[tuple[str, str]]) -> None:
    assert said(srt(text)) == expected


@pytest.mark.parametrize("text", ["¶ la la ¶", "â™ª la la â™ª", "â™« la la", "＊笑＊"])
def test_notes_of_other_code_pages_and_wide_asterisks_are_no_speech(text: str) -> None:
    assert [cue.kind for cue in read(srt(text, "Hello.")).cues] == ["no_speech", "speech"]


def test_rolling_captions_whose_lines_break_elsewhere() -> None:
    texts = ["I think we\nshould go home", "we should go home\nbefore it rains", "home before it rains\nand we wait"]
    assert " ".join(text for _speaker, text in said(frames(*texts, length=2000))) == (
        "I think we should go home before it rains and we wait"
    )


def test_one_repetition_among_people_who_repeat_themselves_does_not_roll() -> None:
    texts = ["I do not know", "do not know what", "Fine.", *["Yes."] * 5]
    cues = [(1000 + 1000 * place, 1900 + 1000 * place, text) for place, text in enumerate(texts)]
    assert [cue.text for cue in read(short(*cues)).cues] == texts


@pytest.mark.parametrize(
    "texts",
    [
        ["我不知道", "不知道的话怎么办", "那就走吧。"],
        ["我不知道", "不知道的话怎么办", "怎么办都行", "都行就走吧"],
        ["我真的不知道怎么办", "真的不知道怎么办就算了"],
    ],
)
def test_answers_in_the_words_of_the_question_do_not_roll(texts: list[str]) -> None:
    cues = [(1000 + 1000 * place, 1900 + 1000 * place, text) for place, text in enumerate(texts)]
    assert [cue.text for cue in read(short(*cues)).cues] == texts


SLIDING = [
    "我们一起去看今天晚上",
    "今天晚上的比赛应该",
    "比赛应该很精彩你说",
    "精彩你说对不对我觉得对",
    "我觉得对的那就走吧",
]


def in_turn(*texts: str, gap: int = 0) -> str:
    return short(*((1000 + 1000 * place, 2000 + 1000 * place - gap, text) for place, text in enumerate(texts)))


def spoken(text: str) -> list[str]:
    return [cue.text for cue in read(text).cues if cue.kind == "speech"]


@pytest.mark.parametrize(("count", "gap"), [(5, 0), (4, 0), (5, 100)])
def test_captions_that_carry_few_ideographs_over_all_the_time_roll(count: int, gap: int) -> None:
    parts = ["我们一起去看今天晚上", "的比赛应该", "很精彩你说", "对不对我觉得对", "的那就走吧"]
    assert spoken(in_turn(*SLIDING[:count], gap=gap)) == parts[:count]
    assert "rolling" in read(in_turn(*SLIDING[:count], gap=gap)).touched


def test_few_ideographs_that_are_carried_over_now_and_then_stay() -> None:
    texts = [SLIDING[0], "那好吧", SLIDING[1], SLIDING[2], "走不走啊", "不走", SLIDING[3], "真的吗"]
    assert spoken(in_turn(*texts)) == texts


@pytest.mark.parametrize("gap", [0, 100])
def test_people_who_repeat_few_words_beside_rolling_captions_are_heard(gap: int) -> None:
    texts = [
        "明天我们一起",
        "我们一起去看今天晚上",
        "今天晚上的比赛应该",
        "比赛应该很精彩你说",
        "精彩你说对对对",
        "对对对 我也去",
        "你好",
        "你好",
    ]
    assert spoken(in_turn(*texts, gap=gap))[4:] == ["对对对", "对对对 我也去", "你好", "你好"]


def test_people_who_go_on_with_the_word_of_the_other_do_not_roll() -> None:
    texts = ["你好", "你好", "对对对", "对对对 我也去", "好", "好 走吧", "- 走", "- 走"]
    assert spoken(in_turn(*texts, gap=100)) == [*texts[:6], "走", "走"]


ONE_WORD_CARRIED = [
    "You\nknow what I mean",
    "know what I mean\nOkay.",
    "Okay.\nlet us go home now",
    "let us go home now\nYes",
    "Yes\nit is late anyway",
]
GROWING = ["the", "the quick", "the quick brown", "the quick brown fox", "the quick brown fox jumps"]


@pytest.mark.parametrize("gap", [0, 100])
@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (ONE_WORD_CARRIED, "You know what I mean Okay. let us go home now Yes it is late anyway"),
        (["You\nknow", "know\nwhat", "what\nI", "I\nmean", "mean\nby"], "You know what I mean by"),
        (["好\n走", "走\n吧", "吧\n他", "他\n说"], "好 走 吧 他 说"),
        (GROWING, "the quick brown fox jumps"),
    ],
)
def test_lines_of_one_word_are_carried_over_after_a_pause(texts: list[str], expected: str, gap: int) -> None:
    assert " ".join(spoken(in_turn(*texts, gap=gap))) == expected


@pytest.mark.parametrize("gap", [0, 100])
@pytest.mark.parametrize(
    "texts",
    [
        ["I love you", "you are mad", "are mad people", "people like him", "like him a lot", "a lot of them"],
        ["你要不要去看", "去看什么", "我不知道", "不知道还问", "你真的很烦", "很烦就走吧"],
    ],
)
def test_people_who_take_up_words_of_each_other_do_not_roll(texts: list[str], gap: int) -> None:
    assert spoken(in_turn(*texts, gap=gap)) == texts


def test_voices_and_names_that_say_the_same_do_not_roll() -> None:
    head = "WEBVTT\n\n"
    texts = ["<v Ben>我不知道你去不去", "<v Anna>我不知道你去不去 真的", "<v Ben>我不知道你去不去 真的吗"]
    blocks = [f"00:0{n}.000 --> 00:0{n + 1}.000\n{text}\n" for n, text in enumerate(texts)]
    assert spoken(head + "\n".join(blocks)) == [text.partition(">")[2] for text in texts]
    names = ["Ben", "Anna", "Ben"]
    events = [
        f"Dialogue: 0,0:00:0{n}.00,0:00:0{n + 1}.00,Default,{name},0,0,0,,{text.partition('>')[2]}\n"
        for n, (name, text) in enumerate(zip(names, texts, strict=True))
    ]
    assert spoken(ASS + "".join(events)) == [text.partition(">")[2] for text in texts]


def test_a_line_marked_as_another_speakers_is_said_again_beside_rolling_captions() -> None:
    rolled = ["first line here", "first line here\nand the second", "and the second\nthe third one", "- Yes", "- Yes"]
    assert spoken(in_turn(*rolled))[-2:] == ["Yes", "Yes"]


def test_an_ideograph_that_is_the_same_by_chance_stays_in_rolling_captions() -> None:
    texts = ["我们一起去看\n今天晚上的比赛", "今天晚上的比赛\n应该很精彩", "应该很精彩\n你说对不对", "对的"]
    cues = [(1000 + 1500 * place, 2500 + 1500 * place, text) for place, text in enumerate(texts)]
    assert "".join(cue.text.replace(" ", "") for cue in read(short(*cues)).cues if cue.kind == "speech") == (
        "我们一起去看今天晚上的比赛应该很精彩你说对不对对的"
    )


@pytest.mark.parametrize(
    ("texts", "speech", "translations"),
    [
        (
            ["你去哪儿了？\nWhere were you?", "OK\nOK", "买伞。\nBuying one."],
            ["你去哪儿了？", "OK", "买伞。"],
            ["Where were you?", "OK", "Buying one."],
        ),
        (
            ["你去哪儿了？ Where were you?", "MAN: 买伞。/“Buying” one.", "真的吗？|Really?"],
            ["你去哪儿了？", "买伞。", "真的吗？"],
            ["Where were you?", "“Buying” one.", "Really?"],
        ),
        (
            ["Where? 在哪儿？", "Here. 在这儿。", "OK! 好！"],
            ["在哪儿？", "在这儿。", "好！"],
            ["Where?", "Here.", "OK!"],
        ),
    ],
    ids=["the same in both", "in one line", "in one line, English first"],
)
def test_two_languages_in_a_line_or_with_the_same_words(
    texts: list[str], speech: list[str], translations: list[str]
) -> None:
    found = read(srt(*texts)).cues
    assert ([cue.text for cue in found], [cue.translation for cue in found]) == (speech, translations)
    together = read(srt(*texts), Options(off=frozenset(["languages"]))).cues
    assert [cue.translation for cue in together] == ["", "", ""][: len(texts)]


def test_foreign_words_in_most_lines_are_no_second_language() -> None:
    texts = ["我要去 KTV", "OK，我们走", "他说 hello 然后走了", "走吧。", "我用 WiFi 上网"]
    assert [cue.text for cue in read(srt(*texts)).cues] == texts


def test_microdvd_without_an_end_lasts_until_it_was_read_or_the_next_one() -> None:
    cues = read("{1}{1}25\n{25}{50}One\n{50}{}Two\n{75}{100}Three\n{200}{}Four\n").cues
    assert [(cue.start_ms, cue.end_ms, cue.text) for cue in cues] == [
        (1000, 2000, "One"),
        (2000, 3000, "Two"),
        (3000, 4000, "Three"),
        (8000, 9500, "Four"),
    ]
    assert [cue.notes for cue in cues] == [(), ("time_repaired",), (), ("time_repaired",)]


def test_readings_beside_characters_in_webvtt_are_no_text() -> None:
    text = "WEBVTT\n\n00:05.000 --> 00:06.000\n<ruby>漢<rt>kan</rt>字<rp>(</rp><rt>ji</ruby>です\n"
    assert said(text) == [("", "漢字です")]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("<rt>你好\n再见", "你好 再见"),
        ("漢<rt>kan 字です。\nはい。", "漢kan 字です。 はい。"),
        ("<ruby>漢<rt>kan 字です。\nはい。", "漢kan 字です。 はい。"),
        ("<ruby>漢<rt>kan\n字</ruby>です", "漢 字です"),
        ("<ruby>漢<rt>kan <ruby>字<rt>ji</rt></ruby>です", "漢kan 字です"),
        ("<ruby>漢<rt>kan</ruby>です<rt>か。", "漢ですか。"),
    ],
)
def test_a_reading_that_is_never_closed_takes_no_text_away(text: str, expected: str) -> None:
    assert [cue.text for cue in read(srt(text), Options(off=frozenset(["languages"]))).cues] == [expected]


@pytest.mark.parametrize(
    "text",
    [
        "漢<rt>kan</rt>字です",
        "漢<rp>(</rp><rt>kan</rt><rp>)</rp>字です",
        "漢<rt><i>kan</i></rt>字です",
        "<ruby>漢<rt><b>kan</b></rt></ruby>字です",
        "<ruby>漢<rt>ka\nn</rt></ruby>字です",
        "<ruby>漢<rtc><rt>kan</rt></rtc></ruby>字です",
        "漢<RT class=x>kan</RT >字です",
    ],
)
def test_a_closed_reading_is_no_text(text: str) -> None:
    assert [cue.text for cue in read(srt(text)).cues] == ["漢字です"]


def test_hard_spaces_of_ass_in_other_formats() -> None:
    assert said(srt("好的\\h我去\\h\\hC:\\home")) == [("", "好的 我去 C:\\home")]


def test_a_path_in_ass_has_its_hard_spaces() -> None:
    event = r"Dialogue: 0,0:00:01.00,0:00:03.00,Default,,0,0,0,,D:\docs\home"
    assert said(ASS + event + "\n") == [("", r"D:\docs ome")]


def test_a_byte_order_mark_that_was_read_as_windows_1252() -> None:
    found = read(srt("One.") + "\nï»¿2\n00:00:15,000 --> 00:00:16,000\nTwo.\n")
    assert [cue.text for cue in found.cues] == ["One.", "Two."]
    assert [remark.code for remark in found.remarks] == ["invisible"]


def test_the_filler_of_sub_station_alpha_is_no_name() -> None:
    event = "Dialogue: 0,0:00:01.00,0:00:03.00,Default,{name},0,0,0,,Is anybody in?\n"
    assert said(ASS + event.format(name="NTP")) == [("", "Is anybody in?")]
    assert said(ASS + event.format(name=" Ntp ")) == [("Ntp", "Is anybody in?")]
