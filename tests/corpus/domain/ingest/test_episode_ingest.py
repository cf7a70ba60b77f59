import hashlib
from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from common.jobs.queue import claim, execute
from common.models import Job
from corpus.domain.ingest import episode_ingest
from corpus.domain.ingest.episode_progress import episode_progress, episodes_of
from corpus.domain.ingest.episodes import SubmittedFile, remove_episode, submit_episode
from corpus.domain.media.stored_files import digest, incoming
from corpus.models import Corpus, Cue, Dialogue, Episode, MediaFile, Utterance
from tests.corpus.domain.conftest import files, stored
from tests.corpus.media.conftest import H264, PICTURE, Make, film
from tests.refusals import refused

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("converted_once")]

LINES = [(0, 900, "小明：你来了？"), (1000, 1900, "小红：来了，"), (2000, 2900, "小红：等一下。"), (7000, 7900, "谁？")]


def srt(*cues: tuple[int, int, str]) -> bytes:
    def time(ms: int) -> str:
        return f"00:00:{ms // 1000:02d},{ms % 1000:03d}"

    blocks = [f"{n}\n{time(start)} --> {time(end)}\n{text}\n" for n, (start, end, text) in enumerate(cues, 1)]
    return "\n".join(blocks).encode()


def written(folder: Path, data: bytes, name: str = "lines.srt") -> SubmittedFile:
    path = folder / name
    path.write_bytes(data)
    return SubmittedFile(path, name)


def bring(corpus: Corpus, media: Path, subtitles: SubmittedFile | None = None, **more: Any) -> tuple[Episode, Job]:
    episode, job = submit_episode(
        corpus=corpus, series="Test", media=SubmittedFile(media, media.name), subtitles=subtitles, here=True, **more
    )
    execute(str(job.public_id))
    job.refresh_from_db()
    return Episode.objects.filter(pk=episode.pk).first() or episode, job


def rows() -> list[tuple[str, str | None, str, int | None, int | None]]:
    found = Utterance.objects.order_by("dialogue__order", "order")
    return list(found.values_list("code", "speaker__name", "text", "start_ms", "end_ms"))


@pytest.fixture
def media(make: Make) -> Path:
    return make("eight.mp4", film(8))


def test_an_episode_becomes_draft_dialogues(corpus: Corpus, media: Path, store: Path, tmp_path: Path) -> None:
    episode, job = bring(corpus, media, written(tmp_path, srt(*LINES)), licence="CC0", has_laugh_track=True)
    assert (job.state, job.error_code, job.result) == ("done", "", {"dialogues": 2, "utterances": 3, "cues": 4})
    assert rows() == [
        ("E1_D001_U001", "小明", "你来了？", 0, 900),
        ("E1_D001_U002", "小红", "来了， 等一下。", 1000, 2900),
        ("E1_D002_U001", None, "谁？", 7000, 7900),
    ]
    assert (episode.state, episode.title, episode.licence, episode.has_laugh_track) == ("ready", "eight", "CC0", True)
    assert (episode.fps, episode.has_picture, episode.has_sound, episode.warnings) == (25.0, True, True, [])
    assert episode.duration_ms is not None
    assert abs(episode.duration_ms - 8000) < 50
    assert set(Dialogue.objects.values_list("state", flat=True)) == {"draft"}
    assert list(Cue.objects.values_list("utterance__code", flat=True)) == [
        "E1_D001_U001",
        "E1_D001_U002",
        "E1_D001_U002",
        "E1_D002_U001",
    ]


def test_files_are_stored_under_their_content_and_nothing_else_stays(
    corpus: Corpus, media: Path, store: Path, tmp_path: Path
) -> None:
    episode, _job = bring(corpus, media, written(tmp_path, srt(*LINES), "字幕;rm -rf.srt"))
    assert stored(corpus) == ["peaks", "playable", "source", "subtitles"]
    assert episode.source is not None
    assert episode.source.path.read_bytes() == media.read_bytes()
    for file in MediaFile.objects.all():
        assert (file.sha256, file.size) == (digest(file.path), file.path.stat().st_size)
        assert file.name.startswith(f"{corpus.public_id}/{file.kind}/{file.sha256[:2]}/{file.sha256}.")
    assert len(files(store / "media")) == 4
    assert media.exists()


def test_subtitles_inside_the_video_are_used(corpus: Corpus, store: Path, shared: Path) -> None:
    episode, _job = bring(corpus, shared / "media/nasa_13013.mp4")
    first = (
        "This is the optical and science segment of the Webb space telescope in one of the largest cleanrooms in the "
        "world at NASA’s Goddard Space Flight Center in Greenbelt, Maryland."
    )
    assert [row[2] for row in rows()] == [first, "This half of the observatory element successfully"]
    assert episode.warnings == [
        {"code": "cue.clipped", "params": {"row": 4, "text": "This half of the observatory element successfully"}}
    ]
    assert Utterance.objects.latest("pk").end_ms == episode.duration_ms


def test_a_video_without_audio_is_imported_with_a_warning(
    corpus: Corpus, make: Make, store: Path, tmp_path: Path
) -> None:
    silent = make("silent.mp4", f"{PICTURE.format(3)} {H264}")
    episode, job = bring(corpus, silent, written(tmp_path, srt((0, 900, "hm"))))
    assert (job.state, episode.state, episode.has_sound, episode.peaks) == ("done", "ready", False, None)
    assert episode.warnings == [{"code": "episode.no_sound", "params": {}}]


def test_a_subtitle_past_the_end_is_left_out_with_a_warning(
    corpus: Corpus, media: Path, store: Path, tmp_path: Path
) -> None:
    cues = [(7500, 9000, "half"), (8500, 9500, "outside")]
    episode, job = bring(corpus, media, written(tmp_path, srt(*cues)))
    assert job.result == {"dialogues": 1, "utterances": 1, "cues": 2}
    assert [row[2:] for row in rows()] == [("half", 7500, episode.duration_ms)]
    assert episode.warnings == [
        {"code": "cue.clipped", "params": {"row": 1, "text": "half"}},
        {"code": "cue.past_end", "params": {"row": 2, "text": "outside"}},
    ]


@pytest.mark.parametrize(
    ("cues", "configured", "code", "kept"),
    [
        ([(50_000, 51_000, "late")], "", "subtitles.all_past_end", 0),
        ([], "", "episode.no_subtitles", 0),
        (LINES, "/no/such/ffmpeg", "media.ffmpeg_missing", 2),
    ],
)
def test_a_refused_video_leaves_only_its_own_rows(
    corpus: Corpus,
    media: Path,
    store: Path,
    tmp_path: Path,
    settings: Any,
    cues: Any,
    configured: str,
    code: str,
    kept: int,
) -> None:
    settings.FFMPEG_BIN = configured
    episode, job = bring(corpus, media, written(tmp_path, srt(*cues)) if cues else None)
    assert (job.state, job.error_code, episode.state) == ("failed", code, "failed")
    assert (Dialogue.objects.count(), MediaFile.objects.count(), Cue.objects.count()) == (0, 0, 0)
    assert (files(store / "media"), len(files(store / "work" / "incoming"))) == ([], kept)
    remove_episode(episode=episode)
    assert not Episode.objects.exists()


def test_subtitles_of_another_video_are_refused_with_the_line_of_the_first(
    corpus: Corpus, media: Path, store: Path, tmp_path: Path
) -> None:
    _episode, job = bring(corpus, media, written(tmp_path, srt((50_000, 51_000, "late"), (60_000, 61_000, "later"))))
    assert (job.error_code, job.error_params["line"]) == ("subtitles.all_past_end", 2)


def test_a_wrong_file_fails_and_the_episode_may_be_submitted_again(
    corpus: Corpus, media: Path, store: Path, tmp_path: Path
) -> None:
    text = written(tmp_path, srt(*LINES))
    _episode, job = bring(corpus, text.path, text, title="One")
    assert job.error_code == "media.not_media"
    episode, job = bring(corpus, media, text, title="One")
    assert (job.state, Episode.objects.get()) == ("done", episode)


def test_a_full_disk_is_reported_before_anything_is_copied(
    corpus: Corpus, media: Path, store: Path, settings: Any
) -> None:
    settings.MIN_FREE_BYTES = 2**60
    with refused("disk.full"):
        bring(corpus, media)
    assert (Episode.objects.count(), Job.objects.count()) == (0, 0)


def test_a_disk_that_fills_up_keeps_the_upload_for_another_try(
    corpus: Corpus, media: Path, store: Path, tmp_path: Path, settings: Any
) -> None:
    episode, job = submit_episode(
        corpus=corpus,
        series="Test",
        media=SubmittedFile(media, "x.mp4"),
        subtitles=written(tmp_path, srt(*LINES)),
        here=True,
    )
    settings.MIN_FREE_BYTES = 2**60
    execute(str(job.public_id))
    job.refresh_from_db()
    assert (job.error_code, incoming(f"{episode.public_id}.media").exists()) == ("disk.full", True)
    settings.MIN_FREE_BYTES = 0
    Job.objects.update(state=Job.State.QUEUED, ended_at=None)
    execute(str(job.public_id))
    episode.refresh_from_db()
    assert episode.state == "ready"


def test_an_unreadable_subtitle_file_is_refused_at_once(
    corpus: Corpus, media: Path, store: Path, tmp_path: Path
) -> None:
    with refused("subtitles.encoding"):
        bring(
            corpus, media, written(tmp_path, "1\n00:00:01,000 --> 00:00:02,000\nZażółć gęślą jaźń\n".encode("cp1250"))
        )
    assert Episode.objects.count() == 0


def test_the_same_episode_twice_is_refused(corpus: Corpus, media: Path, store: Path, tmp_path: Path) -> None:
    text = written(tmp_path, srt(*LINES))
    bring(corpus, media, text, title="One")
    with refused("episode.same_title"):
        bring(corpus, media, text, title=" One ")
    _episode, job = bring(corpus, media, text, title="Two")
    assert (job.error_code, job.error_params) == ("episode.same_file", {"title": "One"})
    assert stored(corpus) == ["peaks", "playable", "source", "subtitles"]


def test_a_killed_run_is_repeated_by_the_next(corpus: Corpus, media: Path, store: Path, tmp_path: Path) -> None:
    episode, job = submit_episode(
        corpus=corpus,
        series="Test",
        media=SubmittedFile(media, "x"),
        subtitles=written(tmp_path, srt(*LINES)),
        here=True,
    )
    claim(str(job.public_id))
    leftover = store / "work" / f"ingest-{episode.public_id}.1"
    leftover.mkdir()
    (leftover / "playable.mp4").write_bytes(b"half")
    Job.objects.update(state=Job.State.QUEUED, lease_until=None)
    execute(str(job.public_id))
    job.refresh_from_db()
    assert (job.state, job.attempt, Dialogue.objects.count()) == ("done", 2, 2)


def test_a_run_killed_after_its_last_word_changes_nothing_more(
    corpus: Corpus, media: Path, store: Path, tmp_path: Path
) -> None:
    _episode, job = bring(corpus, media, written(tmp_path, srt(*LINES)))
    Job.objects.update(state=Job.State.QUEUED, ended_at=None)
    execute(str(job.public_id))
    job.refresh_from_db()
    assert (job.state, job.attempt, job.result) == ("done", 2, {"dialogues": 2, "utterances": 3, "cues": 4})
    assert Dialogue.objects.count() == 2


def test_a_failure_of_the_final_transaction_removes_the_files_and_can_be_retried(
    corpus: Corpus, media: Path, store: Path, tmp_path: Path
) -> None:
    with patch.object(episode_ingest, "write_drafts", side_effect=RuntimeError("bug")):
        episode, job = bring(corpus, media, written(tmp_path, srt(*LINES)))
    assert (job.error_code, files(store / "media")) == ("job.crashed", [])
    assert (MediaFile.objects.count(), episode.state) == (0, "failed")
    Job.objects.update(state=Job.State.QUEUED, ended_at=None)
    execute(str(job.public_id))
    episode.refresh_from_db()
    assert (episode.state, stored(corpus)) == ("ready", ["peaks", "playable", "source", "subtitles"])


def test_a_removed_episode_takes_its_files_along(
    corpus: Corpus, media: Path, store: Path, tmp_path: Path, django_capture_on_commit_callbacks: Any
) -> None:
    episode, _job = bring(corpus, media, written(tmp_path, srt(*LINES)))
    with django_capture_on_commit_callbacks(execute=True):
        remove_episode(episode=episode)
    assert (MediaFile.objects.count(), Dialogue.objects.count(), files(store / "media")) == (0, 0, [])


def test_progress_takes_the_same_queries_for_one_and_three_episodes(
    corpus: Corpus, media: Path, store: Path, tmp_path: Path, django_assert_num_queries: Any
) -> None:
    bring(corpus, media, written(tmp_path, srt(*LINES)))
    for title in ("b", "c"):
        bring(corpus, media, written(tmp_path, srt(*LINES)), title=title)
    with django_assert_num_queries(4):
        found = episode_progress(list(episodes_of(corpus)))
    assert [(one.episode.title, one.drafts, one.ready, one.utterances, one.clips) for one in found] == [
        ("b", 0, 0, 0, 0),
        ("c", 0, 0, 0, 0),
        ("eight", 2, 0, 3, 0),
    ]
    assert [one.job.error_code if one.job else None for one in found] == ["episode.same_file"] * 2 + [None]


def test_digest_is_sha256(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(b"abc")
    assert digest(tmp_path / "x") == hashlib.sha256(b"abc").hexdigest()
