"""Episodes that wait: their subtitles inside the container, their preview, and what is refused."""

from pathlib import Path

import pytest
from django.utils.translation import override

from common.jobs.queue import claim, execute
from common.jobs.run import JobRun, Superseded
from common.models import Job
from corpus.domain.ingest import episodes, subtitle_files
from corpus.domain.ingest.episode_ingest import bring_in
from corpus.domain.ingest.episodes import (
    EXTRACT,
    SubmittedFile,
    begin_import,
    drop_incoming,
    hold_episode,
    submit_episode,
    with_speakers,
)
from corpus.domain.ingest.subtitle_files import SubtitleFile, embedded_subtitles, subtitles_of
from corpus.domain.ingest.subtitle_preview import preview_of, preview_of_files
from corpus.domain.media.stored_files import incoming
from corpus.media.probe.media_probe import Probe, SubtitleTrack
from corpus.models import Corpus, Episode, Series
from corpus.rules.subtitles.options import Options
from tests.corpus.domain.conftest import files
from tests.corpus.domain.ingest.test_episode_ingest import LINES, srt, written
from tests.corpus.media.conftest import H264, PICTURE, Make
from tests.refusals import refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def container(make: Make, tmp_path: Path) -> Path:
    (tmp_path / "inside.srt").write_bytes(srt(*LINES[:2]))
    return make("inside.mkv", f"{PICTURE.format(2)} -i {tmp_path}/inside.srt {H264} -c:s copy")


def held(corpus: Corpus, container: Path) -> tuple[Episode, Job]:
    episode = hold_episode(corpus=corpus, series="Test", media=SubmittedFile(container, container.name))
    return episode, Job.objects.get(kind=EXTRACT, args={"episode": str(episode.public_id)})


def waiting(corpus: Corpus, folder: Path) -> tuple[Episode, Job]:
    media = written(folder, b"not read", "film.mp4")
    return submit_episode(corpus=corpus, series="Test", media=media, subtitles=written(folder, srt(*LINES)), here=True)


def tracks(monkeypatch: pytest.MonkeyPatch, *texts: str) -> Probe:
    def extract(source: Path, *, found: Probe, ffmpeg: Path, stream: int) -> tuple[bytes, str]:
        return texts[stream].encode(), "embedded.srt"

    monkeypatch.setattr(subtitle_files, "extract_subtitles", extract)
    rows = (SubtitleTrack(index, "subrip", "eng", "", default=False, is_text=True) for index in range(len(texts)))
    return Probe("matroska", 1, 1000, None, (), tuple(rows))


def test_subtitles_inside_a_held_container_are_taken_out_for_the_preview(
    corpus: Corpus, container: Path, store: Path
) -> None:
    episode, job = held(corpus, container)
    assert preview_of(episode, Options()) is None
    execute(str(job.public_id))
    job.refresh_from_db()
    data = subtitles_of(episode)
    assert data is not None
    assert "小明：你来了？" in data.data.decode()
    assert (job.state, job.error_code, job.result) == ("done", "", {"bytes": len(data.data)})
    assert files(store / "work" / "incoming") == [f"{episode.public_id}.media", f"{episode.public_id}.subtitles"]
    drop_incoming(episode)


def test_a_held_container_that_is_gone_fails_the_job(corpus: Corpus, container: Path, store: Path) -> None:
    episode, job = held(corpus, container)
    drop_incoming(episode)
    execute(str(job.public_id))
    job.refresh_from_db()
    assert (job.state, job.error_code) == ("failed", "episode.gone")


def test_only_tracks_with_text_are_joined(monkeypatch: pytest.MonkeyPatch) -> None:
    found = tracks(monkeypatch, "one\n", " \n", "three\n")
    joined = embedded_subtitles(Path("film"), found=found, ffmpeg=Path("ffmpeg")).decode()
    assert joined == "== subtitle track 0 eng ==\none\n\n== subtitle track 2 eng ==\nthree\n\n"


def test_blank_tracks_are_no_subtitles(monkeypatch: pytest.MonkeyPatch) -> None:
    found = tracks(monkeypatch, " \n", "\n")
    with refused("episode.no_subtitles"):
        embedded_subtitles(Path("film"), found=found, ffmpeg=Path("ffmpeg"))


def test_a_container_is_previewed_without_being_submitted(corpus: Corpus, container: Path) -> None:
    shown = preview_of_files(corpus, [container], Options())
    assert [row.turn.text for row in shown.rows if row.turn] == ["你来了？", "来了，"]
    assert "names" in shown.rows[0].notes
    assert Episode.objects.count() == 0


def test_cues_of_one_utterance_share_a_row_of_the_preview(corpus: Corpus) -> None:
    episode = Episode(series=Series(corpus=corpus), duration_ms=8000)
    shown = preview_of(episode, Options(), file=SubtitleFile(srt(*LINES), "lines.srt"))
    assert shown is not None
    assert [(len(row.cues), row.dialogue) for row in shown.rows] == [(1, 1), (2, 0), (1, 2)]


def test_a_rule_that_would_leave_nothing_is_not_counted_while_off(corpus: Corpus) -> None:
    episode = Episode(series=Series(corpus=corpus), duration_ms=8000)
    file = SubtitleFile(srt((0, 900, "[door slams]")), "lines.srt")
    read = preview_of(episode, Options(), file=file)
    assert read is not None
    assert read.fault is not None
    shown = preview_of(episode, Options(off=frozenset(["sounds"])), file=file)
    assert shown is not None
    assert (shown.counts["utterances"], "sounds" in shown.found) == (1, False)


def test_an_episode_without_a_series_is_refused(corpus: Corpus, tmp_path: Path, store: Path) -> None:
    with refused("episode.no_series"):
        hold_episode(corpus=corpus, series=" ", media=written(tmp_path, b"", "film.mp4"))
    assert Episode.objects.count() == 0


def test_an_import_begins_once_and_not_after_it_failed(corpus: Corpus, tmp_path: Path, store: Path) -> None:
    episode, _job = waiting(corpus, tmp_path)
    with refused("episode.busy"):
        begin_import(episode=episode)
    Episode.objects.update(state=Episode.State.FAILED)
    with refused("episode.imported"):
        begin_import(episode=episode)
    assert Job.objects.count() == 1
    drop_incoming(episode)


def test_files_of_an_episode_that_cannot_be_queued_are_removed(
    corpus: Corpus, tmp_path: Path, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(**_given: object) -> Job:
        raise OSError("no queue")

    monkeypatch.setattr(episodes, "enqueue", broken)
    with pytest.raises(OSError, match="no queue"):
        waiting(corpus, tmp_path)
    assert files(store / "work" / "incoming") == []


def test_speakers_in_an_unknown_encoding_are_refused(tmp_path: Path) -> None:
    speakers = written(tmp_path, b"\x00\x01\xff\xfe\x81\x00\x00", "speakers.rttm")
    with refused("subtitles.encoding"):
        with_speakers(written(tmp_path, srt(*LINES)), speakers, tmp_path)


def test_speakers_that_are_no_rttm_are_refused_with_their_line(tmp_path: Path) -> None:
    speakers = written(tmp_path, b";; from a diarization\n\nAnna 0.4 1.7\n", "speakers.rttm")
    with refused("subtitles.no_rttm") as caught:
        with_speakers(written(tmp_path, srt(*LINES)), speakers, tmp_path)
    assert caught.value.params == {"name": speakers.name, "line": 3, "text": "Anna 0.4 1.7"}
    with override("zh-hans"):
        assert "第 3 行" in str(caught.value)


def test_an_upload_that_is_gone_fails_the_import(corpus: Corpus, tmp_path: Path, store: Path) -> None:
    episode, job = waiting(corpus, tmp_path)
    incoming(f"{episode.public_id}.media").unlink()
    execute(str(job.public_id))
    job.refresh_from_db()
    episode.refresh_from_db()
    assert (job.state, job.error_code, episode.state) == ("failed", "episode.gone", "failed")


def test_the_import_of_a_removed_episode_fails(corpus: Corpus, tmp_path: Path, store: Path) -> None:
    episode, job = waiting(corpus, tmp_path)
    drop_incoming(episode)
    episode.delete()
    execute(str(job.public_id))
    job.refresh_from_db()
    assert (job.state, job.error_code) == ("failed", "episode.gone")


def test_a_superseded_import_leaves_the_episode_to_the_next_attempt(
    corpus: Corpus, tmp_path: Path, store: Path
) -> None:
    episode, job = waiting(corpus, tmp_path)
    claimed = claim(str(job.public_id))
    assert claimed is not None
    Job.objects.update(attempt=claimed.attempt + 1)
    with pytest.raises(Superseded):
        bring_in(JobRun(claimed), episode=str(episode.public_id), media="film.mp4")
    episode.refresh_from_db()
    assert episode.state == "new"
    assert incoming(f"{episode.public_id}.media").exists()
    drop_incoming(episode)
