import os
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import connection

from common.errors import sentence
from common.models import Job
from corpus.models import Corpus, Episode
from tests.conftest import ROOT
from tests.corpus.domain.conftest import files
from tests.corpus.media.conftest import H264, PICTURE, Make, film

SRT = b"1\n00:00:01,000 --> 00:00:02,000\nAnna: hello\n\n2\n00:00:02,500 --> 00:00:09,000\nBob: bye\n"


@pytest.fixture
def subtitles(tmp_path: Path) -> Path:
    path = tmp_path / "lines.srt"
    path.write_bytes(SRT)
    return path


@pytest.mark.django_db(transaction=True)
def test_an_episode_is_imported_without_a_worker(
    corpus: Corpus, make: Make, store: Path, subtitles: Path, capfd: Any
) -> None:
    call_command("ingest", make("five.mp4", film(5)), subtitles, corpus=corpus.slug, series="Test", title="One")
    output = capfd.readouterr()
    assert output.out == "Test · One: 2 cues, 2 utterances, 1 dialogue\n"
    assert output.err.endswith("Subtitle 2 exceeds the end of the video and was shortened: bye\n")
    # the stages of the job when it was polled; a fast machine may be done before
    stages = ["checking", "reading_subtitles", "making_playable", "drawing_sound", "writing"]
    assert {*output.err.splitlines()[:-1]} <= {sentence(f"stage.{stage}", {}) for stage in stages}
    assert (Episode.objects.get().state, Job.objects.get().state) == ("ready", "done")


@pytest.mark.django_db
def test_a_worker_is_left_to_do_it(
    corpus: Corpus, make: Make, subtitles: Path, settings: Any, tmp_path: Path, capsys: Any
) -> None:
    settings.MEDIA_ROOT, settings.WORK_DIR = tmp_path / "media", tmp_path / "work"
    call_command("ingest", make("five.mp4", film(5)), subtitles, "--no-wait", corpus=corpus.slug, series="Test")
    assert (Job.objects.get().state, Episode.objects.get().state) == ("queued", "new")
    output = capsys.readouterr()
    assert output.out == f"job {Job.objects.get().public_id} waits for a worker\n"
    # no worker or broker is running
    assert output.err.splitlines() == [
        "The broker does not respond; the sweep sends the job once it does.",
        "No worker is running; the job waits until one starts.",
    ]


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("changes", "code", "sentence"),
    [
        ({"episode": "no.mp4"}, 2, "no such file: no.mp4"),
        ({"subtitles": "no.srt"}, 2, "no such file: no.srt"),
        ({"corpus": "none"}, 2, "no corpus with the short name none"),
        ({"series": " "}, 2, "--series is empty"),
        (
            {"episode": "lines.srt"},
            1,
            "This is not a supported video or audio file (MP4, MKV, WebM ...).",
        ),
        (
            {"subtitles": "odd.srt"},
            1,
            (
                "The encoding of odd.srt was not recognized. The first text that cannot be read is in line 3 (byte 35 "
                "of the file). Choose the encoding in the preview, or save the file as UTF-8."
            ),
        ),
    ],
)
def test_a_refusal_is_printed_and_leaves_nothing(
    corpus: Corpus,
    make: Make,
    store: Path,
    subtitles: Path,
    monkeypatch: pytest.MonkeyPatch,
    changes: dict[str, str],
    code: int,
    sentence: str,
) -> None:
    monkeypatch.chdir(subtitles.parent)
    Path("odd.srt").write_bytes(b"1\n00:00:01,000 --> 00:00:02,000\nZa\xbf\xf3\xb3\xe6 g\xea\x9cl\xb9 ja\x9f\xf1\n")
    wanted = {
        "episode": str(make("five.mp4", film(5))),
        "subtitles": "lines.srt",
        "corpus": corpus.slug,
        "series": "Test",
    }
    wanted |= changes
    with pytest.raises(CommandError) as caught:
        call_command("ingest", wanted.pop("episode"), wanted.pop("subtitles"), **wanted)
    assert (caught.value.returncode, str(caught.value)) == (code, sentence)
    assert (Episode.objects.count(), files(store / "media")) == (0, [])


@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize(
    ("configured", "lines", "sentence"),
    [
        ({"FFMPEG_BIN": "/no/such/ffmpeg"}, SRT, "/no/such/ffmpeg"),
        ({"MIN_FREE_BYTES": 2**60}, SRT, "Not enough disk space:"),
        (
            {},
            SRT.replace(b"00:00:0", b"00:01:0"),
            "All subtitles start after the end of the video (5 s), the first of them in line ",
        ),
    ],
)
def test_missing_or_unrelated_files_are_refused_and_leave_nothing(
    corpus: Corpus,
    make: Make,
    store: Path,
    subtitles: Path,
    settings: Any,
    configured: dict[str, Any],
    lines: bytes,
    sentence: str,
) -> None:
    subtitles.write_bytes(lines)
    for name, value in configured.items():
        setattr(settings, name, value)
    with pytest.raises(CommandError) as caught:
        call_command("ingest", make("five.mp4", film(5)), subtitles, corpus=corpus.slug, series="Test")
    assert caught.value.returncode == 1
    assert sentence in str(caught.value)
    assert (Episode.objects.count(), files(store / "media"), files(store / "work")) == (0, [], [])


@pytest.mark.django_db(transaction=True)
def test_a_video_without_audio_is_imported_with_a_warning(
    corpus: Corpus, make: Make, store: Path, subtitles: Path, capfd: Any
) -> None:
    silent = make("silent.mp4", f"{PICTURE.format(5)} {H264}")
    call_command("ingest", silent, subtitles, corpus=corpus.slug, series="Test")
    assert "The video has no audio.\n" in capfd.readouterr().err


@pytest.mark.slow
@pytest.mark.django_db(transaction=True)
def test_ctrl_c_reverts_everything(corpus: Corpus, make: Make, subtitles: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    environment = os.environ | {"CONCORD_HOME": str(home), "CONCORD_DEMO": "0"}
    environment.pop("DATABASE_URL", None)
    connection.ensure_connection()
    with sqlite3.connect(home / "concord.sqlite3") as database:
        connection.connection.backup(database)
    database.close()
    long = make("long.mkv", "-f lavfi -i testsrc2=size=1280x720:rate=25:duration=40 -c:v mpeg4 -q:v 5")
    files_given = [str(long), str(subtitles)]
    command = [sys.executable, "manage.py", "ingest", *files_given, "--corpus", corpus.slug, "--series", "Test"]
    with subprocess.Popen(command, cwd=ROOT, env=environment, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        assert "converting the media\n" in iter(process.stderr.readline, "")
        time.sleep(0.5)
        process.send_signal(signal.SIGINT)
        output = process.stderr.read().splitlines()
    assert (process.returncode, output) == (1, ["CommandError: Interrupted: the episode was not imported."])
    assert [name for name in files(home) if "sqlite" not in name] == []


@pytest.mark.django_db(transaction=True)
def test_a_folder_is_imported_although_one_of_its_episodes_is_broken(
    corpus: Corpus, make: Make, store: Path, tmp_path: Path, capfd: Any
) -> None:
    folder = tmp_path / "家"
    folder.mkdir()
    for number in (10, 1, 3):
        (folder / f"E{number}.mp4").write_bytes(make("five.mp4", film(5)).read_bytes() + bytes(number))
        (folder / f"E{number}.srt").write_bytes(SRT)
    (folder / "E2.mp4").write_bytes(b"no film")
    (folder / "E2.srt").write_bytes(SRT)
    (folder / "x.srt").write_bytes(SRT)
    with pytest.raises(CommandError, match="1 of 4 episodes were not imported") as failed:
        call_command("ingest", folder, corpus=corpus.slug)
    assert failed.value.returncode == 1
    output = capfd.readouterr()
    assert [line for line in output.out.splitlines() if " + " in line] == [
        f"E{number}.mp4 + E{number}.srt" for number in (1, 2, 3, 10)
    ]
    assert "E2.mp4: " in output.err
    assert "x.srt belongs to no video" in output.err
    assert sorted(Episode.objects.values_list("series__name", "title", "state")) == [
        ("家", "E1", "ready"),
        ("家", "E10", "ready"),
        ("家", "E3", "ready"),
    ]
    (folder / "E2.mp4").write_bytes(make("five.mp4", film(5)).read_bytes() + bytes(2))
    call_command("ingest", folder, corpus=corpus.slug)  # again: only the one that is missing
    assert Episode.objects.count() == 4
    assert capfd.readouterr().out.count("is in the corpus already") == 3


@pytest.mark.django_db
def test_a_folder_without_videos_is_refused(corpus: Corpus, tmp_path: Path) -> None:
    with pytest.raises(CommandError, match="no video or audio file in"):
        call_command("ingest", tmp_path, corpus=corpus.slug)
