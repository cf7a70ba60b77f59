"""`manage.py ingest --preview`, and the options of the reader on the command line."""

from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command

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
        "srt, utf-8: 4 cues, 1 utterances, 1 dialogues, 1 no_speech, 0 left_out, 2 unusable"
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


def test_the_preview_of_another_file_is_refused_with_its_line(
    corpus: Corpus,  # noqa: F811
    make: Make,  # noqa: F811
    tmp_path: Path,
) -> None:
    text = tmp_path / "a.txt"
    text.write_text("\nnothing timed\n")
    with pytest.raises(CommandError, match="Line 2 is: nothing timed"):
        call_command("ingest", make("five.mp4", film(5)), text, "--preview", corpus=corpus.slug, series="Test")
