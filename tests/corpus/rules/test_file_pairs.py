import pytest

from corpus.rules.file_pairs import natural, pair_files


@pytest.mark.parametrize(
    ("names", "subtitles"),
    [
        (["e1.mp4", "e1.srt"], {"e1.mp4": "e1.srt"}),
        (["e1.mp4", "e10.mp4", "e1.srt", "e10.srt"], {"e1.mp4": "e1.srt", "e10.mp4": "e10.srt"}),
        (["e1.mp4", "e1.en.srt", "e1.zh.srt"], {"e1.mp4": "e1.zh.srt"}),
        (["e1.mp4", "e1.简体.ass", "e1.eng.ass"], {"e1.mp4": "e1.简体.ass"}),
        (["a/e.mp4", "b/e.mp4", "b/e.srt"], {"a/e.mp4": None, "b/e.mp4": "b/e.srt"}),
        (["Show.S01E02.1080p.mkv", "show - s01e02.ass"], {"Show.S01E02.1080p.mkv": "show - s01e02.ass"}),
        (["剧 第3集.mp4", "字幕 第3集.srt"], {"剧 第3集.mp4": "字幕 第3集.srt"}),
        (["ep 03.mp4", "ep 03 cut.mp4", "03.srt"], {"ep 03.mp4": None, "ep 03 cut.mp4": None}),
        (["e1.mp4", "other.srt"], {"e1.mp4": None}),
        (["E1.MP4", "e1.SRT"], {"E1.MP4": "e1.SRT"}),
    ],
)
def test_subtitles_find_their_video(names: list[str], subtitles: dict[str, str | None]) -> None:
    assert {pair.media: pair.subtitles for pair in pair_files(names).pairs} == subtitles


def test_what_belongs_to_no_video_is_named() -> None:
    found = pair_files(["e1.mp4", "x.srt", "e1.srt", "cover.jpg", ".DS_Store"])
    assert (found.left_over, found.ignored) == (("x.srt",), (".DS_Store", "cover.jpg"))


def test_episodes_come_in_natural_order() -> None:
    assert [pair.media for pair in pair_files(["e10.mp4", "e2.mp4", "e1.mp4"]).pairs] == ["e1.mp4", "e2.mp4", "e10.mp4"]
    assert natural("e02") < natural("e10")
