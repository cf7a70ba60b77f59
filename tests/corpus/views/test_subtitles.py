"""The import preview of subtitles, and the report afterwards."""

import re
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from common.jobs.queue import execute
from common.models import Job
from corpus.domain.ingest import speech_check
from corpus.domain.media.stored_files import sweep_leftovers
from corpus.models import Corpus, Cue, Dialogue, Episode, Series, Utterance
from tests.corpus.domain.conftest import files
from tests.corpus.media.conftest import Make, film
from tests.corpus.views.test_episodes import corpus, folders, manager, upload  # noqa: F401 -- fixtures

pytestmark = pytest.mark.django_db

SRT = """1
00:00:00,500 --> 00:00:02,000
小雨：你去哪儿了？
Xiaoyu: Where have you been?

2
00:00:02,500 -->
坏了。

3
00:00:02,500 --> 00:00:04,000
>> 买伞去了。
Buying an umbrella.

4
00:00:04,200 --> 00:00:04,800
（敲门声）
"""


def held(client: Client, corpus: Corpus, data: bytes = SRT.encode(), **more: Any) -> Episode:  # noqa: F811
    answer = upload(client, corpus, preview="on", subtitles=SimpleUploadedFile("a.srt", data), **more)
    episode = Episode.objects.get(title=more.get("title", "第一集"))
    assert answer["Location"] == address(episode)
    return episode


def address(episode: Episode, act: str = "") -> str:
    name = {"": "subtitles", "preview": "preview_subtitles", "import": "import_subtitles"}[act]
    return reverse(f"corpus:{name}", args=[episode.series.corpus.slug, episode.public_id])


ALL = ["rolling", "speaker_changes", "bracketed_names", "names", "dashes", "sounds", "music", "signs", "languages"]


def test_an_upload_waits_for_its_preview_and_writes_nothing(manager: Client, corpus: Corpus, folders: Path) -> None:  # noqa: F811
    episode = held(manager, corpus)
    assert (episode.state, Job.objects.count(), Cue.objects.count()) == ("preview", 0, 0)
    page = manager.get(address(episode)).content.decode()
    for text in (
        "2 utterances",
        "你去哪儿了？",
        "Where have you been?",
        "damaged timing line",
        "（敲门声）",
        "context",
    ):
        assert text in page
    assert sweep_leftovers() == 0
    assert len(files(folders / "work")) == 2


def test_a_switch_changes_the_preview_and_writes_nothing(manager: Client, corpus: Corpus, folders: Path) -> None:  # noqa: F811
    episode = held(manager, corpus)
    sent = {"rules": [rule for rule in ALL if rule != "languages"], "offset_s": "1.5", "show": "all"}
    part = manager.post(address(episode, "preview"), sent).content.decode()
    assert "你去哪儿了？ Where have you been?" not in part  # the second line has a speaker of its own
    assert "0:02.000" in part
    assert (Cue.objects.count(), Job.objects.count()) == (0, 0)
    episode.refresh_from_db()
    assert (episode.subtitle_options, episode.series.subtitle_options) == ({}, {})


def test_anchors_give_offset_and_rate(manager: Client, corpus: Corpus, folders: Path) -> None:  # noqa: F811
    episode = held(manager, corpus)
    anchors = {"file_a": "0:00.500", "film_a": "0:01.500", "file_b": "0:02.500", "film_b": "0:05.500"}
    part = manager.post(address(episode, "preview"), {"rules": ALL, **anchors}).content.decode()
    assert 'name="offset_s" inputmode="decimal" size="8" value="0.5"' in " ".join(part.split())
    assert "0:05.500" in part
    bad = manager.post(address(episode, "preview"), {"rules": ALL, "file_a": "0:01.000"}).content.decode()
    assert "Enter all four times of the anchors." in bad


def test_a_shift_entered_after_the_anchors_replaces_them(manager: Client, corpus: Corpus, folders: Path) -> None:  # noqa: F811
    episode = held(manager, corpus)
    anchors = {"file_a": "0:00.500", "film_a": "0:01.500", "file_b": "0:02.500", "film_b": "0:05.500"}
    part = manager.post(address(episode, "preview"), {"rules": ALL, **anchors}).content.decode()
    applied = "0:00.500|0:01.500|0:02.500|0:05.500"
    assert f'name="applied" value="{applied}"' in part
    sent = {"rules": ALL, **anchors, "applied": applied, "offset_s": "0.75", "rate": "2"}
    part = manager.post(address(episode, "preview"), sent).content.decode()
    assert "0:05.750" in part
    assert 'name="applied" value=""' in part
    assert "0:01.500" not in part
    # another anchor counts again
    sent |= {"film_a": "0:02.500", "film_b": "0:04.500"}
    assert "0:04.500" in manager.post(address(episode, "preview"), sent).content.decode()


SPOKEN = [(1000 * at, 1000 * at + 400 + 90 * (at % 7)) for at in (2, 4, 7, 9, 14, 16, 21, 26, 29, 33, 40, 44)]


def timed(spans: list[tuple[int, int]]) -> bytes:
    times = [" --> ".join(f"00:00:{ms // 1000:02d},{ms % 1000:03d}" for ms in span) for span in spans]
    return "".join(f"{at}\n{both}\nCue {at}.\n\n" for at, both in enumerate(times, 1)).encode()


def test_the_speech_check_names_what_does_not_fit_and_proposes_a_shift(
    manager: Client,  # noqa: F811
    corpus: Corpus,  # noqa: F811
    folders: Path,  # noqa: F811
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(speech_check, "is_installed", lambda: True)
    monkeypatch.setattr(speech_check, "probe", lambda _path: None)
    monkeypatch.setattr(speech_check, "find_ffmpeg", lambda _given: Path("ffmpeg"))
    heard = [(start - 1200, end - 1200) for start, end in SPOKEN] + [(52_000, 54_000)]
    monkeypatch.setattr(speech_check, "detect_speech", lambda _path, **_more: heard)
    episode = held(manager, corpus, timed([*SPOKEN, (58_000, 59_000)]))
    check = reverse("corpus:check_speech", args=[corpus.slug, episode.public_id])
    sent = {"rules": [rule for rule in ALL if rule != "names"]}
    part = manager.post(check, sent, headers={"hx-request": "true"}).content.decode()
    assert 'id="rule-names" name="rules" value="names" >' in " ".join(part.split())  # the switch stays off
    [job] = Job.objects.filter(kind="corpus.check_speech")
    execute(str(job.public_id))
    part = manager.post(address(episode, "preview"), {"rules": ALL}).content.decode()
    assert "0:52.000 – 0:54.000" in part
    part = manager.post(address(episode, "preview"), {"rules": ALL, "show": "silent"}).content.decode()
    assert "Cue 13." in part
    part = manager.post(address(episode, "preview"), {"rules": ALL, "propose": "1"}).content.decode()
    [shift] = re.findall(r'name="offset_s"[^>]*value="([^"]*)"', part)
    assert -1.3 <= float(shift) <= -1.1
    assert "drift of" in part
    assert Cue.objects.count() == 0


def test_an_encoding_that_cannot_be_told_is_chosen(manager: Client, corpus: Corpus, folders: Path) -> None:  # noqa: F811
    data = "1\n00:00:01,000 --> 00:00:02,000\nZażółć gęślą jaźń\n".encode("cp1250")
    episode = held(manager, corpus, data)
    assert "was not recognized" in manager.get(address(episode)).content.decode()
    part = manager.post(address(episode, "preview"), {"rules": ALL, "encoding": "cp1250"}).content.decode()
    assert "Zażółć gęślą jaźń" in part


def test_a_format_that_is_not_known_is_refused_with_its_line(manager: Client, corpus: Corpus, folders: Path) -> None:  # noqa: F811
    answer = upload(manager, corpus, preview="on", json=True, subtitles=SimpleUploadedFile("a.srt", b"\n\nno times"))
    assert answer.json() == {"errors": ["a.srt is not a subtitle file of a known format. Line 3 is: no times"]}
    assert (Episode.objects.count(), files(folders)) == (0, [])


@pytest.fixture
def imported(manager: Client, corpus: Corpus, folders: Path, make: Make) -> Episode:  # noqa: F811
    """An episode that was imported from its preview with the names left in the text."""
    with make("five.mp4", film(5)).open("rb") as file:
        episode = held(manager, corpus, film=SimpleUploadedFile("five.mp4", file.read()), title="five")
    sent = {"rules": [rule for rule in ALL if rule != "names"], "offset_s": "0.1"}
    answer = manager.post(address(episode, "import"), sent)
    assert answer["Location"].startswith(f"/c/{corpus.slug}/episodes/#episode-")
    job = Job.objects.get()
    execute(str(job.public_id))
    job.refresh_from_db()
    assert (job.state, job.error_code) == ("done", "")
    episode.refresh_from_db()
    return episode


def told() -> list[tuple[Any, ...]]:
    return list(Utterance.objects.values_list("speaker__name", "text", "start_ms"))


@pytest.mark.slow
def test_the_import_uses_the_options_and_the_series_keeps_them(imported: Episode) -> None:
    assert told() == [
        (None, "小雨：你去哪儿了？", 600),
        (None, "买伞去了。", 2600),
    ]
    cues = Cue.objects.values_list("line", "kind", "remark", "translation", "notes")
    assert list(cues) == [
        (7, "speech", "untimed", "", ["damaged_timing"]),
        (2, "speech", "", "Xiaoyu: Where have you been?", ["languages"]),
        (11, "speech", "", "Buying an umbrella.", ["languages", "speaker_changes"]),
        (16, "no_speech", "", "", ["sounds"]),
    ]
    off = ["names", "repeats"]
    assert imported.subtitle_options == {"off": off, "offset_ms": 100}
    assert Series.objects.get().subtitle_options == {"off": off}  # the shift belongs to one recording


@pytest.mark.slow
def test_the_report_says_what_was_done_to_each_cue(manager: Client, corpus: Corpus, imported: Episode) -> None:  # noqa: F811
    page = manager.get(address(imported)).content.decode()
    for text in ("damaged timing line", "translation kept apart", "sound: no speech", "坏了。", "E1_D001_U001"):
        assert text in page
    only = manager.get(address(imported) + "?show=no_speech").content.decode()
    assert "（敲门声）" in only
    assert re.search(r'href="\?show=no_speech"\s+aria-current="page"', only)
    assert re.search(r'aria-current="page"[^>]*>\s*Episodes', only)
    assert "坏了。" not in only


@pytest.mark.slow
def test_drafts_are_made_anew_by_reading_again_until_one_is_ready(
    manager: Client,  # noqa: F811
    corpus: Corpus,  # noqa: F811
    imported: Episode,
) -> None:
    assert "All dialogues of this episode are made anew" in manager.get(address(imported) + "?again=1").content.decode()
    manager.post(address(imported, "import"), {"rules": ALL})
    assert told() == [
        ("小雨", "你去哪儿了？", 500),
        (None, "买伞去了。", 2500),
    ]
    assert Cue.objects.count() == 4
    Dialogue.objects.update(state="ready", ready_at=imported.created_at)
    before = list(Cue.objects.values_list("pk", flat=True))
    manager.post(address(imported, "import"), {"rules": ALL, "offset_s": "1"})
    assert list(Cue.objects.values_list("pk", flat=True)) == before


def test_a_diarization_names_the_speakers(manager: Client, corpus: Corpus, folders: Path) -> None:  # noqa: F811
    plain = b"1\n00:00:00,500 --> 00:00:02,000\nWho?\n"
    rttm = SimpleUploadedFile("a.rttm", b"SPEAKER f 1 0.4 1.7 <NA> <NA> spk_7 <NA> <NA>\n")
    episode = held(manager, corpus, plain, speakers=rttm)
    assert "spk_7" in manager.get(address(episode)).content.decode()
    wrong = upload(manager, corpus, json=True, title="b", speakers=SimpleUploadedFile("b.rttm", b"hello"))
    assert wrong.json() == {
        "errors": ["b.rttm is no RTTM file. Each of its lines must begin with SPEAKER. Line 1 is: hello"]
    }
    alone = upload(manager, corpus, json=True, title="c", subtitles="", speakers=SimpleUploadedFile("b.rttm", b"x"))
    assert alone.json() == {"errors": ["Speakers (RTTM) need a subtitle file that they name. Choose one, too."]}
