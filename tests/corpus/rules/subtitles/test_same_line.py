"""Two languages in one line: names, marks and foreign words are no second language."""

import pytest

from tests.corpus.rules.subtitles.reading import read, srt

Rows = list[tuple[str, str, str]]


def rows(*texts: str) -> Rows:
    """Return speaker, text and translation of each cue of speech."""
    return [(cue.speaker, cue.text, cue.translation) for cue in read(srt(*texts)).cues if cue.usable]


@pytest.mark.parametrize(
    ("texts", "expected"),
    [
        (["ANNA: 你好吗？", "BEN: 我很好。"], [("ANNA", "你好吗？", ""), ("BEN", "我很好。", "")]),
        (["Rachel：你好", "Ross：你好吗"], [("Rachel", "你好", ""), ("Ross", "你好吗", "")]),
        (["SPEAKER_00: 안녕하세요", "SPEAKER_01: 네"], [("SPEAKER_00", "안녕하세요", ""), ("SPEAKER_01", "네", "")]),
        (["[SPEAKER_00]: 你好吗？", "[SPEAKER_01]: 好"], [("SPEAKER_00", "你好吗？", ""), ("SPEAKER_01", "好", "")]),
        (["Анна: hello there", "Иван: hi you"], [("Анна", "hello there", ""), ("Иван", "hi you", "")]),
        ([">> ANNA: 你好吗？", ">>BEN: 我很好。"], [("ANNA", "你好吗？", ""), ("BEN", "我很好。", "")]),
        (["- ANNA: 你好吗？", "—BEN: 我很好。"], [("ANNA", "你好吗？", ""), ("BEN", "我很好。", "")]),
        (["ANNA (quietly): 你好吗？", "SPEAKER_1: 3个人"], [("ANNA", "你好吗？", ""), ("", "SPEAKER_1: 3个人", "")]),
        (["[Anna] 你好吗？", "[Ben] 我很好。"], [("", "[Anna] 你好吗？", ""), ("", "[Ben] 我很好。", "")]),
        (["你好吗？ (laughs)", "我很好。 [sighs]"], [("", "你好吗？ (laughs)", ""), ("", "我很好。 [sighs]", "")]),
        (["- 你好 - Hello", ">> 你好 >> Hello"], [("", "你好 - Hello", ""), ("", "你好", ""), ("", "Hello", "")]),
        (
            ["ANNA: 你好吗？ BEN: Fine.", "BEN: 走吧。 ANNA: Right."],
            [("ANNA", "你好吗？ BEN: Fine.", ""), ("BEN", "走吧。 ANNA: Right.", "")],
        ),
    ],
)
def test_a_name_in_the_other_script_stays_the_speaker(texts: list[str], expected: Rows) -> None:
    assert rows(*texts * 3) == expected * 3


def test_languages_are_divided_behind_names_and_marks() -> None:
    texts = [
        "ANNA: 你去哪儿了？ Where were you?",
        "小雨：买伞去了。 Xiaoyu: Buying one.",
        "[Ben]: 真的吗？ Really now?",
        "- 现在是 12:30。 It is 12:30.",
        "BEN: Let us go. 我们走吧。",
        "- Let us go. 本：我们走吧。",
    ]
    assert rows(*texts) == [
        ("ANNA", "你去哪儿了？", "Where were you?"),
        ("小雨", "买伞去了。", "Buying one."),
        ("Ben", "真的吗？", "Really now?"),
        ("", "现在是 12:30。", "It is 12:30."),
        ("BEN", "我们走吧。", "Let us go."),
        ("", "Let us go. 本：我们走吧。", ""),
    ]


def test_names_of_the_translation_alone_are_kept() -> None:
    assert rows(
        *["ANNA: Where were you?\n你去哪儿了？", "- BEN: Here.\n- ANNA: Go.\n我在这儿。", "A：走。\nB：OK."]
    ) == [
        ("ANNA", "你去哪儿了？", "Where were you?"),
        ("", "我在这儿。", "BEN: Here. ANNA: Go."),
        ("A", "走。", "B: OK."),
    ]


@pytest.mark.parametrize(
    "texts",
    [
        ["他们说 hello", "他们说 hi"],
        ["他们说 hello/hi", "他们说 bye/ciao"],
        ["我用 iPhone/iPad", "我用 iPhone", "我用 iPad"],
        ["我去 NBA", "他去 CBA", "我在 MIT", "他在 IBM", "我用 WiFi", "他用 GPS"],
        ["真的吗？ OK", "走吧！ Bye"],
        ["I say 你好", "He says 谢谢你", "They say 再见", "We say 你们好", "You say 好的"],
        ["我爱 New York", "我去 Los Angeles", "他在 San Diego"],
        ["Dr. 王来了", "Mr. 李来了", "Mrs. 张来了", "Ms. 陈来了"],
        [
            "他说 good morning 然后",
            "我说 good night",
            "走吧。",
            "去 New York 吧",
            "我说 good day",
            "我们去看 Star Wars",
        ],
    ],
)
def test_foreign_words_at_the_end_of_lines_are_speech(texts: list[str]) -> None:
    assert [row[1:] for row in rows(*texts)] == [(text, "") for text in texts]


def test_two_languages_without_a_mark_between_them_are_divided_in_longer_files() -> None:
    texts = ["你去哪儿了 Where were you", "我买伞去了 Buying one", "真的是这样吗 Is it so", "我们走吧 Let us go"]
    assert [row[2] for row in rows(*texts)] == [""] * 4
    assert [row[1:] for row in rows(*texts, "我也走了 Me too")][2:] == [
        ("真的是这样吗", "Is it so"),
        ("我们走吧", "Let us go"),
        ("我也走了", "Me too"),
    ]


def test_names_without_a_colon_come_again_and_are_no_language() -> None:
    texts = ["Anna. 你去哪儿了？", "Ben. 买伞去了。", "Anna. 真的吗？", "Ben. 真的。", "Anna. 走吧。", "Ben. 好。"]
    assert [row[1:] for row in rows(*texts)] == [(text, "") for text in texts]


def test_a_colon_in_the_second_language_is_no_end_of_a_name() -> None:
    cues = ["你好吗？ How are you?", "我很好。 I am fine.", "谢谢你。 Thank you.", "再见了。 Goodbye then."]
    found = rows(*cues, "你猜怎么着？ Guess what: I won.", "现在 12 点。 It is noon: go.")
    assert found[-2:] == [("", "你猜怎么着？", "Guess what: I won."), ("", "现在 12 点。", "It is noon: go.")]


@pytest.mark.parametrize(
    ("joint", "ends"),
    [
        ("——", ""),
        ("—", ""),
        (" — ", ""),
        (" -- ", ""),
        (" - ", ""),
        (" – ", ""),
        (" -", ""),
        (" • ", ""),
        (" · ", ""),
        ("—— ", "——"),
        ("- ", "-"),
    ],
)
def test_a_dash_between_two_languages(joint: str, ends: str) -> None:
    pairs = [("你好", "Hello"), ("再见", "Goodbye"), ("走吧", "Let us go")]
    expected = [("", f"{zh}{ends}", en) for zh, en in pairs]
    assert rows(*(f"{zh}{joint}{en}" for zh, en in pairs)) == expected
    turned = [("", zh, f"{en}{ends}") for zh, en in pairs]
    assert rows(*(f"{en}{joint}{zh}" for zh, en in pairs)) == turned
    named = [("小雨", f"{zh}{ends}", en) for zh, en in pairs]
    assert rows(*(f"小雨：{zh}{joint}{en}" for zh, en in pairs)) == named


@pytest.mark.parametrize("joint", ["——", " - ", "—— ", "- ", " -- "])
def test_a_dash_behind_a_sentence_is_no_part_of_it(joint: str) -> None:
    pairs = [("“真的？”", "“Really?”"), ("走吧。", "Let us go."), ("好！", "Fine!")]
    assert rows(*(joint.join(pair) for pair in pairs)) == [("", *pair) for pair in pairs]


def test_two_speakers_with_dashes_are_no_two_languages() -> None:
    texts = ["-你好 -Hello", "- 再见 - Bye", "– 走吧 – Let us go", "—好的 —Fine"]
    assert [row[2] for row in rows(*texts)] == [""] * 4
    dashed = ["- 你好——Hello", "- 再见——Goodbye", "- 走吧——Let us go"]
    assert rows(*dashed) == [("", "你好", "Hello"), ("", "再见", "Goodbye"), ("", "走吧", "Let us go")]


@pytest.mark.parametrize("texts", [["WiFi-网络", "USB-接口", "KTV-包间"], ["A-班的", "X-光片", "T-恤"]])
def test_words_of_two_scripts_with_a_hyphen_are_one_language(texts: list[str]) -> None:
    assert [row[1:] for row in rows(*texts)] == [(text, "") for text in texts]


def test_a_number_belongs_to_the_language_that_it_begins() -> None:
    texts = [
        "三点了。 3 o'clock!",
        "It is noon. 12点了。",
        "五块——5 dollars",
        "十个 - 10 of them",
        "I saw 3. 有 3 个。",
    ]
    assert [row[1:] for row in rows(*texts)] == [
        ("三点了。", "3 o'clock!"),
        ("12点了。", "It is noon."),
        ("五块", "5 dollars"),
        ("十个", "10 of them"),
        ("有 3 个。", "I saw 3."),
    ]


def test_lines_that_come_again_are_divided() -> None:
    song = ["你去哪儿了？ Where were you?", "买伞去了。 Buying one.", "走吧。 Let us go."]
    assert rows(*song * 4) == [("", *text.split(" ", 1)) for text in song] * 4
    once = ["你好。 Hello.", *["是的。 Yes."] * 9, "再见。 Bye.", "好。 Good."]
    assert [row[2] for row in rows(*once)] == ["Hello.", *["Yes."] * 9, "Bye.", "Good."]


def test_names_that_come_again_with_few_lines_are_no_language() -> None:
    texts = ["Anna. 好。", "Ben. 好。", "Anna. 走。", "Ben. 走。", "Anna. 来。"] * 3
    assert [row[1:] for row in rows(*texts)] == [(text, "") for text in texts]
