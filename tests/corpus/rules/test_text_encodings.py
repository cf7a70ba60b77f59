"""Detection of encodings: right for short texts, and never a wrong one."""

import pytest

from corpus.rules.text_encodings import ENCODINGS, Place, decode, decode_as, detect, place_of_fault, utf16_of

HEAD = "1\n00:00:01,000 --> 00:00:02,500\n"
TEXTS = {
    "gb18030": ["你去哪儿了？我找你半天。", "你好", "那是最后一个。", "长江路十二号，桥梁施工，请绕行。"],
    "cp950": ["今天的電視劇真的很好看。", "謝謝你。", "媽，晚飯吃什麼？冰箱裡只剩雞蛋。"],
    "big5hkscs": ["你喺度做咩？我哋走啦。"],
    "cp932": ["こんにちは、元気ですか。今日はいい天気", "傘を買いに行ってたんだ。"],
    "euc_jp": ["傘を買いに行ってたんだ。"],
    "cp949": ["안녕하세요 저는 학생입니다 오늘 날씨가 좋네요", "우산 사러 갔어."],
    "cp1251": ["Здравствуйте, как поживаете сегодня"],
    "cp1252": ["Déjà vu, ça a été très élégant", "Für Elise, schöne Grüße"],
    "utf-8": ["你好", "Déjà vu", "plain"],
    "utf-16-le": ["你好", "plain"],
    "utf-16-be": ["你好", "plain"],
}
CASES = [(encoding, text) for encoding, texts in TEXTS.items() for text in texts]


@pytest.mark.parametrize(("encoding", "text"), CASES, ids=[f"{encoding}-{n}" for n, (encoding, _) in enumerate(CASES)])
def test_an_encoding_is_recognised_by_its_text(encoding: str, text: str) -> None:
    found = detect(f"{HEAD}{text}\n".encode(encoding))
    assert found is not None
    assert (found.text, found.damaged) == (f"{HEAD}{text}\n", 0)


@pytest.mark.parametrize("encoding", [name for name in TEXTS if name != "utf-8"])
def test_a_long_text_is_recognised_although_only_pieces_are_judged(encoding: str) -> None:
    text = HEAD * 3000 + f"{TEXTS[encoding][0]}\n" * 5000 + HEAD * 3000
    found = detect(text.encode(encoding))
    assert found is not None
    assert found.text == text


def test_a_long_text_is_judged_by_all_its_parts() -> None:
    rare = "".join(chr(0x7000 + number % 2000) for number in range(40_000))  # ideographs that nobody uses
    assert detect(("你去哪儿了？我找你半天。" * 200 + rare).encode("gb18030")) is None
    found = detect(("你去哪儿了？我找你半天。" * 4000 + rare[:2000]).encode("gb18030"))
    assert found
    assert found.encoding == "gb18030"


def test_a_damaged_character_does_not_hide_the_encoding() -> None:
    cut = f"{HEAD}你去哪儿了？我找你半天。".encode()[:-1]
    found = detect(cut)
    assert found is not None
    assert (found.encoding, found.damaged, found.text[:-1]) == ("utf-8", 1, f"{HEAD}你去哪儿了？我找你半天")
    assert decode(cut) == found.text


@pytest.mark.parametrize(
    ("encoding", "text"), [("gb18030", "我们说的是这个"), ("big5hkscs", "我們說的是這個"), ("utf-8", "我们说的是这个")]
)
def test_the_place_of_a_fault_is_behind_the_text_that_can_be_read(encoding: str, text: str) -> None:
    lines = f"{text}\n".encode(encoding) * 500
    assert place_of_fault(lines + b"ab\xff\xff\n" + lines) == Place(501, len(lines) + 3)


def test_noise_and_rare_encodings_have_no_encoding() -> None:
    assert detect(bytes(range(256)) * 20) is None
    assert detect(f"{HEAD}Zażółć gęślą jaźń".encode("cp1250")) is None


def test_every_encoding_that_can_be_chosen_is_one_of_python() -> None:
    assert [name for name in ENCODINGS if decode_as(b"plain", name) is None] == []
    assert decode_as(b"plain", "rot13") is None


@pytest.mark.parametrize(
    "text",
    [
        "Cześć, gdzie byłaś? Mówiłem ci, żebyś wzięła klucze.\nNie widziałem ich nigdzie, może są w łóżku.\n",
        "Příšerně žluťoučký kůň úpěl ďábelské ódy.\nKde jsi byl? Říkal jsem ti, že přijdeš pozdě.\n",
        "Kde si bol? Hľadal som ťa všade, ale ty si spal.\nNeviem, čo mám robiť, dážď prší už tretí deň.\n",
        "Hol voltál? Mondtam, hogy későn jössz, és nem főztem.\nŐ tudja, hogy az eső és a hűvös idő elmúlik.\n",
    ],
)
def test_languages_of_central_europe_are_told_from_western_ones(text: str) -> None:
    found = detect(text.encode("cp1250"))
    assert found
    assert (found.encoding, found.text) == ("cp1250", text)


@pytest.mark.parametrize(
    "text",
    [
        "Où étais-tu ? Je t'ai déjà dit ça, c'est très tôt.\n",
        "¿Dónde estabas? ¡Te lo dije, mañana será tarde!\n",
        "Dov'eri? Non è così, però verrà lunedì, più tardi.\n",
        "Onde você estava? Não são opções, é só coração.\n",
        "Wo warst du? Über größere Mühe hätte ich mich gefreut.\n",
    ],
)
def test_languages_of_western_europe_stay_western(text: str) -> None:
    found = detect(text.encode("cp1252"))
    assert found
    assert (found.encoding, found.text) == ("cp1252", text)


@pytest.mark.parametrize(
    ("data", "place"),
    [
        (b"a,b\n\x00\x01\x02\x81\xff", Place(2, 5)),
        (b"ab\ncd\x00\x81\xff\n", Place(2, 6)),
        (b"ab\ncd\x81\xff\n\x00e", Place(2, 6)),
        (b"\x01" + b"\x00" * 40 + b"\x81\xff", Place(1, 1)),
    ],
)
def test_zero_bytes_alone_are_no_utf16(data: bytes, place: Place) -> None:
    assert (detect(data), utf16_of(data), place_of_fault(data)) == (None, None, place)


@pytest.mark.parametrize("encoding", ["utf-8", "gb18030", "cp950", "utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("zeros", [2, 500, 4096])
def test_zero_bytes_that_fill_the_end_of_a_file_are_no_text(encoding: str, zeros: int) -> None:
    text = f"{HEAD}我們說的是這個，沒有別的了。\n" if encoding == "cp950" else f"{HEAD}你去哪儿了？我找你半天。\n"
    found = detect(text.encode(encoding) + b"\0" * zeros)
    assert found is not None
    assert (found.text, found.encoding, found.damaged) == (text, encoding, 0)


@pytest.mark.parametrize("chosen", ["", "utf-8"])
def test_a_zero_byte_inside_a_text_is_a_damaged_character(chosen: str) -> None:
    data = f"{HEAD}Where \0are you?\n".encode()
    found = decode_as(data, chosen) if chosen else detect(data)
    assert found is not None
    assert (found.text, found.encoding, found.damaged) == (f"{HEAD}Where \ufffdare you?\n", "utf-8", 1)


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
@pytest.mark.parametrize("text", ["你好\n", "我上去\n", "Ça va? Où ça?\n", "1\n", "한국어, 좋아\n", "Привет, как\n"])
def test_short_texts_of_utf16_without_a_mark(encoding: str, text: str) -> None:
    found = detect(text.encode(encoding))
    assert found is not None
    assert (found.text, found.encoding) == (text, encoding)
