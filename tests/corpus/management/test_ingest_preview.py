"""`manage.py ingest --preview`, and the options of the reader on the command line."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

from corpus.domain.ingest.episodes import drop_incoming
from corpus.models import Corpus, Cue, Episode, Series
from tests.corpus.domain.conftest import corpus, store  # noqa: F401 -- fixtures
from tests.corpus.media.conftest import Make, ffmpeg, film, make  # noqa: F401 -- fixtures

pytestmark = pytest.mark.django_db

SRT = (
    "1\n00:00:00,500 --> 00:00:02,000\n>> MARTA: You burnt it.\n\n2\n00:00:02,100 -->\nLost.\n\n"
    "3\n00:00:03,000 --> 00:00:04,000\n[door]\n\n4\n00:00:07,000 --> 00:00:08,000\nLate.\n"
)


@pytest.fixture
def subtitles(tmp_path: Path) -> Path:
    path = tmp_path / "lines.srt"
    path.write_text(SRT)
    return path


def test_the_preview_is_printed_and_nothing_is_written(
    corpus: Corpus,  # noqa: F811
    make: Make,  # noqa: F811
    subtitles: Path,
    capsys: Any,
) -> None:
    call_command("ingest", make("five.mp4", film(5)), subtitles, "--preview", corpus=corpus.slug, series="Test")
    printed = capsys.readouterr().out
    assert printed.splitlines()[0] == (
        "srt, utf-8: 4 cues, 1 utterance, 1 dialogue, 1 no_speech, 0 left_out, 2 unusable"
    )
    for line in (
        "  speaker_changes: 1",
        "  Line 6: damaged timing line: 00:00:02,100 -->",
        "    line 6: Lost.  [damaged_timing, untimed]",
        "0:00.500-0:02.000  MARTA: You burnt it.",
        "    line 10: [door]  [sounds]",
        "    line 14: Late.  [past_end]",
    ):
        assert line in printed.splitlines()
    assert (Episode.objects.count(), Series.objects.count(), Cue.objects.count()) == (0, 0, 0)


def test_the_preview_follows_the_options_and_those_of_the_series(
    corpus: Corpus,  # noqa: F811
    make: Make,  # noqa: F811
    subtitles: Path,
    capsys: Any,
) -> None:
    Series.objects.create(corpus=corpus, name="Test", subtitle_options={"off": ["names"]})
    given = [make("five.mp4", film(5)), subtitles, "--preview", "--off", "sounds", "--shift", "-0.25"]
    call_command("ingest", *given, corpus=corpus.slug, series="Test")
    printed = capsys.readouterr().out.splitlines()
    assert "0:00.250-0:01.750  MARTA: You burnt it." in printed
    assert "  names (off): 1" in printed
    assert "0:02.750-0:03.750  [door]" in printed


TWO = (
    "1\n00:00:00,500 --> 00:00:01,500\n你好\nHello\n\n2\n00:00:02,500 --> 00:00:03,500\n再见\nGoodbye\n\n"
    "3\n00:00:04,000 --> 00:00:04,500\n[door]\n"
)


def shown(corpus: Corpus, film_file: Path, text: Path, *options: str, capsys: Any) -> list[str]:  # noqa: F811
    arguments = ("--preview", "--corpus", corpus.slug, "--series", "Test", *options)
    call_command("ingest", str(film_file), str(text), *arguments)
    return list(capsys.readouterr().out.splitlines())


def test_every_switch_of_the_page_is_an_argument(
    corpus: Corpus,  # noqa: F811
    make: Make,  # noqa: F811
    tmp_path: Path,
    capsys: Any,
) -> None:
    Series.objects.create(corpus=corpus, name="Test", subtitle_options={"off": ["sounds"]})
    media, text = make("five.mp4", film(5)), tmp_path / "two.srt"
    text.write_text(TWO)
    assert "0:04.000-0:04.500  [door]" in shown(corpus, media, text, capsys=capsys)
    roles = ("--role", "script:latin=speech", "--role", "script:han=translation")
    printed = shown(corpus, media, text, "--on", "sounds", *roles, capsys=capsys)
    assert "0:00.500-0:01.500  Hello  (你好)" in printed
    assert "    line 12: [door]  [sounds]" in printed
    assert "  script:latin = speech: 3" in printed
    anchors = ("--anchor", "0:00.500=0:01.000", "--anchor", "2500=0:02.000")
    printed = shown(corpus, media, text, *anchors, capsys=capsys)
    assert [line.split()[0] for line in printed if line[:1].isdecimal()][:2] == [
        "0:01.000-0:01.500",
        "0:02.000-0:02.500",
    ]
    text.write_text("1\n00:00:01:12\t00:00:02:00\nHello.\n")
    assert "0:01.480-0:02.000  Hello." in shown(corpus, media, text, "--fps", "25", capsys=capsys)
    assert "0:01.240-0:02.000  Hello." in shown(corpus, media, text, "--fps", "50", capsys=capsys)


def test_the_settings_of_an_import_are_kept_for_the_next_episode_except_the_shift(
    corpus: Corpus,  # noqa: F811
    make: Make,  # noqa: F811
    store: Path,  # noqa: F811
    subtitles: Path,
    capsys: Any,
) -> None:
    media = str(make("five.mp4", film(5)))
    given = (media, str(subtitles), "--corpus", corpus.slug, "--series", "Test", "--no-wait")
    call_command("ingest", *given, "--off", "names", "--shift", "0.25", "--stretch", "1.01")
    assert Episode.objects.get().subtitle_options == {"off": ["names"], "rate": 1.01, "offset_ms": 250}
    assert Series.objects.get().subtitle_options == {"off": ["names"], "rate": 1.01}
    call_command("ingest", *given, "--title", "next")
    assert Episode.objects.get(title="next").subtitle_options == {"off": ["names"], "rate": 1.01}
    for episode in Episode.objects.all():
        drop_incoming(episode)


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--on", "names", "--off", "names"], "the same rule: names"),
        (["--role", "script:han"], "is not PART=ROLE"),
        (["--anchor", "1:00=1:01"], "--anchor is given twice"),
        (["--anchor", "1:00=1:01", "--anchor", "1:00.5=2:01"], "too close"),
        (["--anchor", "1:00"], "is not FILE=FILM"),
        (["--stretch", "3"], "is not between 0.5 and 2"),
        (["--shift", "100000"], "is not between -86400 and 86400"),
    ],
)
def test_senseless_switches_are_refused(
    corpus: Corpus,  # noqa: F811
    make: Make,  # noqa: F811
    subtitles: Path,
    capsys: Any,
    options: list[str],
    words: str,
) -> None:
    with pytest.raises(CommandError, match=re.escape(words)):
        shown(corpus, make("five.mp4", film(5)), subtitles, *options, capsys=capsys)


def test_the_preview_of_another_file_is_refused_with_its_line(
    corpus: Corpus,  # noqa: F811
    make: Make,  # noqa: F811
    tmp_path: Path,
) -> None:
    text = tmp_path / "a.txt"
    text.write_text("\nnothing timed\n")
    with pytest.raises(CommandError, match="Line 2 is: nothing timed"):
        call_command("ingest", make("five.mp4", film(5)), text, "--preview", corpus=corpus.slug, series="Test")
