from export.splits.duplicates import Duplicates

LINES = ["你来了。", "是啊，我来拿钥匙。", "钥匙在桌子上。", "谢谢你！", "不客气，路上小心。"]


def pairs(*dialogues: list[str]) -> list[tuple[int, int]]:
    found = Duplicates()
    for index, lines in enumerate(dialogues):
        found.add(index, lines)
    return found.pairs()


def test_equal_words_are_duplicates_whatever_their_punctuation() -> None:
    assert pairs(LINES, ["别的。"], ["你来了！", *LINES[1:]]) == [(0, 2)]


def test_one_changed_line_of_five_is_a_near_duplicate_and_two_are_not() -> None:
    assert pairs(LINES, [*LINES[:4], "再见。"]) == [(0, 1)]
    assert pairs(LINES, [*LINES[:3], "走吧。", "再见。"]) == []


def test_short_dialogues_are_duplicates_only_if_they_are_equal() -> None:
    assert pairs(["好的。", "谢谢。"], ["好的。", "再见。"]) == []
    assert pairs(["好的。"], ["好的"]) == [(0, 1)]
    assert pairs(["……"], ["？"]) == []
