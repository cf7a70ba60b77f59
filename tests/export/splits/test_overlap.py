from export.splits.overlap import Overlap

LONG, OTHER = "今天的天气真的很不错啊", "我们明天一起去看电影吧"


def test_repeated_longer_texts_are_counted() -> None:
    overlap = Overlap()
    overlap.add("train", "d1", [LONG, "好的"])
    overlap.add("dev", "d2", ["今天 的天气真的很不错啊", OTHER, "好的"])
    overlap.add("test", "d3", [OTHER])
    assert overlap.report()["texts"] == {
        "train-dev": {"repeated": 1, "of": 2},
        "train-test": {"repeated": 0, "of": 1},
        "dev-test": {"repeated": 1, "of": 1},
    }


def test_repeated_dialogues_are_listed() -> None:
    overlap = Overlap()
    for split, code in (("train", "d1"), ("train", "d2"), ("test", "d3")):
        overlap.add(split, code, ["好", "好的"])
    overlap.add("dev", "d4", ["好的", "好"])
    assert overlap.report()["dialogue_count"] == 1
    assert overlap.report()["dialogues"] == [[["train", "d1"], ["train", "d2"], ["test", "d3"]]]


def test_a_dialogue_repeated_in_one_split_is_no_overlap() -> None:
    overlap = Overlap()
    overlap.add("train", "d1", [LONG])
    overlap.add("train", "d2", [LONG])
    assert overlap.report()["dialogue_count"] == 0
