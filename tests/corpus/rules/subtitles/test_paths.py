"""Paths of files beside the line breaks and hard spaces of ASS, in formats that have neither."""

import time

import pytest

from corpus.rules.subtitles.markup import plain_lines
from tests.corpus.rules.subtitles.reading import read, srt


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"D:\docs\home", r"D:\docs\home"),
        (r"\\host\share", r"\\host\share"),
        (r"在 D:\My docs\h", r"在 D:\My docs\h"),
        (r"C:\new\Names\home", r"C:\new\Names\home"),
        (r"<i>c:\home</i>", r"c:\home"),
        ("在\\h哪儿？\n在 D:\\home\n走\\h吧", "在 哪儿？ 在 D:\\home 走 吧"),
        (r"ANNA:\hYes", "Yes"),
        (r"A:\N好的", "好的"),
        (r"你好\\N再见\\N走吧", "你好 再见 走吧"),
    ],
)
def test_paths_are_no_markup(text: str, expected: str) -> None:
    assert [cue.text for cue in read(srt(text)).cues] == [expected]


def lines(text: str) -> list[str]:
    return [line.text for line in plain_lines(text)[0]]


@pytest.mark.parametrize(
    "text",
    [
        r"C:\Name",
        r"D:\N",
        r"在 D:\N",
        r"C:\NASA",
        r"C:\new",
        r"C:\n",
        r"系统 C:\NT\System32",
        r"打开 C:\Notes\NT.txt",
        r"去 D:\Names 看",
        r"A:\new\file",
        r"A:\notes.txt",
        r"file:\\host\Name",
        r"在 C:\N64",
        r"在 C:\NVidia\drivers",
        r"打开 C:\NData.txt",
        r"C:\home\hosts",
    ],
)
def test_the_letters_of_a_path_stay(text: str) -> None:
    assert lines(text) == [text]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (r"在 D:\docs\N然后走", [r"在 D:\docs", "然后走"]),
        (r"C:\Name\NNext line", [r"C:\Name", "Next line"]),
        (r"C:\Name\N- Yes", [r"C:\Name", "- Yes"]),
        (r"C:\Name\h好", [r"C:\Name 好"]),
        (r"D:\a\N\N看", [r"D:\a", "看"]),
        (r"A:\NHi\NB:\NHo", ["A:", "Hi", "B:", "Ho"]),
        (r"- A:\Nyes I do", ["- A:", "yes I do"]),
        (r"B:\nYes", ["B:", "Yes"]),
        (r"D:\N好", ["D:", "好"]),
        (r"A：\N好", ["A：", "好"]),
        (r"第三题选C:\NQuestion three is C:", ["第三题选C:", "Question three is C:"]),
        (r"Choose plan B:\NIt is better.", ["Choose plan B:", "It is better."]),
        (r"Vitamin C:\NIt helps.\NA lot.", ["Vitamin C:", "It helps.", "A lot."]),
        (r"Drive E:\NHe left", ["Drive E:", "He left"]),
        (r"Save to C:\NThen we go", ["Save to C:", "Then we go"]),
        (r"Plan C:\NI agree.", ["Plan C:", "I agree."]),
    ],
)
def test_a_line_break_behind_a_path_or_a_letter_is_one(text: str, expected: list[str]) -> None:
    assert lines(text) == expected


@pytest.mark.parametrize("damaged", [r"\\N", r"\\\N", r"＼N", r"＼Ｎ", r"\ N", r" \ N "])
def test_a_damaged_line_break_is_one(damaged: str) -> None:
    assert lines(f"你好，{damaged}再见。") == ["你好，", "再见。"]


@pytest.mark.parametrize("text", [r"Either \ Nobody", r"¯\_(ツ)_/¯", "＼(^o^)／"])
def test_other_backslashes_stay(text: str) -> None:
    assert lines(text) == [text]


@pytest.mark.parametrize(
    "text", ["C:\\a\\N- ", "A:\\N", "\\\\a\\N-", "\\N ", "\\", "＼", "<rt>", "<rt></i>", "<rt>a</rt"]
)
def test_marks_that_come_again_and_again_are_read_in_linear_time(text: str) -> None:
    begin = time.process_time()
    plain_lines(text * 100_000 + "x")
    assert time.process_time() - begin < 5
