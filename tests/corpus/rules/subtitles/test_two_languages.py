"""Two languages in one file, in every form that was found."""

import pytest

from corpus.rules.subtitles.cue_reading import Reading
from corpus.rules.subtitles.options import Options
from tests.corpus.rules.subtitles.reading import ass, read, said, srt

ZH, EN = ["你去哪儿了？", "买伞去了。"], ["Where have you been?", "Buying an umbrella."]
PAIRS = list(zip(ZH, EN, strict=True))


def spoken(reading: Reading) -> list[tuple[str, str]]:
    return [(cue.text, cue.translation) for cue in reading.cues if cue.usable]


def two_styles(first: str, second: str) -> str:
    events = [(style, "", f"0:0{n * 3}.00", text) for n, pair in enumerate(PAIRS)
              for style, text in zip((first, second), pair, strict=True)]  # fmt: skip
    return ass(*events)


def test_lines_of_each_cue_in_either_order() -> None:
    assert spoken(read(srt(*("\n".join(pair) for pair in PAIRS)))) == PAIRS
    assert spoken(read(srt(*("\n".join(reversed(pair)) for pair in PAIRS)))) == PAIRS
    assert spoken(read(srt("你去\n哪儿了？\nWhere have\nyou been?"))) == [("你去 哪儿了？", "Where have you been?")]
    assert spoken(read(ass(("Default", "", "0:01.00", "你好。\\N{\\fs14}Hello.")))) == [("你好。", "Hello.")]


def test_a_cue_in_one_language_among_double_ones_is_speech() -> None:
    texts = [*("\n".join(pair) for pair in PAIRS), "OK.", "好。"]
    assert spoken(read(srt(*texts))) == [*PAIRS, ("OK.", ""), ("好。", "")]


def test_a_foreign_word_in_a_chinese_file_is_no_second_language() -> None:
    texts = ["他在 NBA 打球。", "真的？", "Hello\n你好", "好。", "我用 iPhone 拍的。", "走吧。", "再见。"]
    assert [text for _speaker, text in said(srt(*texts))] == [text.replace("\n", " ") for text in texts]


def test_speakers_of_both_lines() -> None:
    text = srt(
        "- 小雨：你去哪儿了？\n- 大明：买伞去了。\n- Xiaoyu: Where have you been?\n- Daming: Buying an umbrella."
    )
    found = [(cue.speaker, cue.text, cue.translation) for cue in read(text).cues]
    assert found == [
        ("小雨", "你去哪儿了？", "Where have you been?"),
        ("大明", "买伞去了。", "Buying an umbrella."),
    ]


def test_two_styles_of_two_scripts() -> None:
    reading = read(two_styles("Main", "Second"))
    assert spoken(reading) == PAIRS
    assert [(part.key, part.role) for part in reading.parts] == [
        ("track:Main", "speech"),
        ("track:Second", "translation"),
    ]
    turned = Options(roles={"track:Main": "translation", "track:Second": "speech"})
    assert spoken(read(two_styles("Main", "Second"), turned)) == [(en, zh) for zh, en in PAIRS]
    one_choice = Options(roles={"track:Main": "translation"})
    assert spoken(read(two_styles("Main", "Second"), one_choice)) == [(en, zh) for zh, en in PAIRS]
    alone = Options(roles={"track:Second": "left_out"})
    assert spoken(read(two_styles("Main", "Second"), alone)) == [(zh, "") for zh in ZH]
    assert len(spoken(read(two_styles("Main", "Second"), Options(off=frozenset(["languages"]))))) == 4


def test_two_styles_of_people_who_speak_in_turn_are_both_speech() -> None:
    text = ass(("Main", "", "0:01.00", "你好。"), ("Alt", "", "0:04.00", "Hello."), ("Main", "", "0:08.00", "再见。"))
    assert [one for one, _ in spoken(read(text))] == ["你好。", "Hello.", "再见。"]


def test_cues_of_both_languages_at_the_same_times() -> None:
    def block(number: int, text: str, late_ms: int = 0) -> str:
        return (
            f"{number}\n00:00:{number * 3:02d},{late_ms:03d} --> 00:00:{number * 3 + 2:02d},{late_ms:03d}\n{text}\n\n"
        )

    side_by_side = "".join(block(n, en) + block(n, zh, 100) for n, (zh, en) in enumerate(PAIRS))
    appended = "".join(block(n, en) for n, en in enumerate(EN)) + "".join(block(n, zh, 90) for n, zh in enumerate(ZH))
    assert spoken(read(side_by_side)) == PAIRS
    assert spoken(read(appended)) == PAIRS


def test_the_other_language_is_speech_by_choice() -> None:
    text = srt(*("\n".join(pair) for pair in PAIRS))
    options = Options(roles={"script:latin": "speech", "script:han": "translation"})
    assert spoken(read(text, options)) == [(en, zh) for zh, en in PAIRS]


def test_two_languages_in_one_script_are_told_apart_by_choice() -> None:
    text = srt("Where?\n¿Dónde?", "Here.\nAquí.")
    assert [(part.key, part.role) for part in read(text).parts] == [("line:1", "speech"), ("line:2", "speech")]
    options = Options(roles={"line:2": "translation"})
    assert spoken(read(text, options)) == [("Where?", "¿Dónde?"), ("Here.", "Aquí.")]


def test_a_translation_without_a_cue_of_speech_is_told() -> None:
    text = two_styles("Main", "Second") + "Dialogue: 0,0:00:30.00,0:00:32.00,Second,,0,0,0,,Alone.\n"
    [alone] = [cue for cue in read(text).cues if cue.text == "Alone."]
    assert (alone.kind, alone.notes) == ("left_out", ("translation", "translation_alone"))


def test_chinese_beside_japanese() -> None:
    pairs = [("你去哪儿了？", "どこへ行ったの？"), ("买伞去了。", "傘を買いに。"), ("没关系。", "大丈夫だよ。")]
    assert spoken(read(srt(*("\n".join(reversed(pair)) for pair in pairs)))) == pairs
    japanese = srt("どこへ\n行ったの？", "傘を\n大丈夫？", "はい\nうん", "東京\nだよ")
    assert [translation for _, translation in spoken(read(japanese))] == [""] * 4


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("- 走\n- 走", [("", "走"), ("", "走")]),
        ("不，不，\n不，不，", [("", "不，不， 不，不，")]),
        ("- OK\n- OK", [("", "OK"), ("", "OK")]),
        ("ANNA: OK\nANNA: OK", [("ANNA", "OK"), ("ANNA", "OK")]),
        (">> OK\n>> OK", [("", "OK"), ("", "OK")]),
        ("<v Ben>OK</v>\n<v Anna>OK</v>", [("Ben", "OK"), ("Anna", "OK")]),
        ("[Ben]: OK\n[Ben]: OK", [("Ben", "OK"), ("Ben", "OK")]),
    ],
)
def test_people_who_repeat_lines_are_not_translated(text: str, expected: list[tuple[str, str]]) -> None:
    pairs = ["\n".join(pair) for pair in PAIRS]
    cues = [cue for cue in read(srt(*pairs, text)).cues if cue.row == 3]
    assert [(cue.speaker, cue.text) for cue in cues] == expected
    assert [cue.translation for cue in cues] == [""] * len(expected)


def test_people_who_repeat_lines_in_japanese_are_not_translated() -> None:
    pairs = ["どこへ行ったの？\nWhere were you?", "傘を買いに。\nBuying one.", "東京\n東京"]
    assert spoken(read(srt(*pairs)))[2] == ("東京 東京", "")


JAPANESE = ["你去哪儿了？\nどこへ行ったの？", "买伞去了。\n傘を買いに。", "没关系。\n大丈夫だよ。", "走吧。\n行こう。"]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("東京\n東京", ("東京", "東京")),
        ("東京。\n東京！", ("東京。", "東京！")),
        ("OK\nOK", ("OK", "OK")),
        ("东京\n东京", ("东京 东京", "")),
        ("走吧，\n走吧，", ("走吧， 走吧，", "")),
        ("うん\nうん", ("うん うん", "")),
        ("- 東京\n- 東京", ("東京", "")),
        ("老师\n先生", ("老师", "先生")),
        ("先生\n老师", ("先生 老师", "")),
        ("我去\n他走", ("我去 他走", "")),
    ],
)
def test_words_of_chinese_and_japanese_are_read_once(text: str, expected: tuple[str, str]) -> None:
    found = read(srt(*JAPANESE, text))
    assert next((cue.text, cue.translation) for cue in found.cues if cue.row == 5) == expected


def test_words_of_chinese_and_japanese_are_read_once_with_japanese_as_speech() -> None:
    roles = Options(roles={"script:kana": "speech", "script:han": "translation"})
    found = spoken(read(srt(*JAPANESE, "東京\n東京", "老师\n先生"), roles))
    assert found[4:] == [("東京", "東京"), ("先生", "老师")]


@pytest.mark.parametrize("text", ["OK\nOK", "OK.\nOk。", "ＯＫ\nOK", "123\n123"])
@pytest.mark.parametrize("speech", ["han", "latin"])
def test_words_of_both_languages_are_read_once_whichever_is_speech(text: str, speech: str) -> None:
    other = {"han": "latin", "latin": "han"}[speech]
    roles = Options(roles={f"script:{speech}": "speech", f"script:{other}": "translation"})
    first, second = text.split("\n")
    assert spoken(read(srt(*("\n".join(pair) for pair in PAIRS), text), roles))[2] == (first, second)
