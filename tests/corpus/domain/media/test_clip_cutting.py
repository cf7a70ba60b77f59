from pathlib import Path
from typing import Any
from unittest.mock import patch

import pytest

from common.jobs.queue import execute
from common.models import Job
from corpus.domain.media import clip_cutting
from corpus.domain.structure.draft_dialogues import declare_all_ready, declare_ready
from corpus.media.cut.clips import CutFault, cut_clips
from corpus.media.faults import MediaFault
from corpus.media.probe.media_probe import probe
from corpus.models import Clip, Corpus, Dialogue, Episode, MediaFile, Utterance
from tests.corpus.domain.conftest import files
from tests.corpus.domain.ingest.test_episode_ingest import bring, srt, written
from tests.corpus.media.conftest import Make, film
from tests.factories import DialogueFactory, UtteranceFactory

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("converted_once")]

LINES = [(0, 900, "A: 1"), (1000, 1900, "B: 2"), (2000, 2900, "A: 3"), (7000, 8500, "B: 4")]


@pytest.fixture
def episode(corpus: Corpus, make: Make, store: Path, tmp_path: Path) -> Episode:
    return bring(corpus, make("eight.mp4", film(8)), written(tmp_path, srt(*LINES)))[0]


def cut_all() -> list[Job]:
    jobs = list(Job.objects.filter(kind="corpus.cut").order_by("pk"))
    for job in jobs:
        execute(str(job.public_id))
        job.refresh_from_db()
    return jobs


def test_a_ready_dialogue_gets_its_clips(episode: Episode, store: Path) -> None:
    dialogue = declare_ready(dialogue=Dialogue.objects.get(code="E1_D001"))
    [job] = cut_all()
    assert job.args == {"episode": str(episode.public_id), "dialogues": [str(dialogue.public_id)]}
    assert (job.state, job.result, job.scope) == ("done", {"cut": 3, "before": 0}, str(dialogue.corpus.public_id))
    for clip in Clip.objects.select_related("utterance", "file"):
        said = clip.utterance
        assert (clip.requested_start_ms, clip.requested_end_ms) == (said.start_ms, said.end_ms)
        assert clip.true_start_ms <= clip.requested_start_ms < clip.requested_end_ms <= clip.true_end_ms
        assert (clip.profile, clip.file.kind, clip.file.content_type) == ("480p", "clip", "video/mp4")
        assert abs(probe(clip.file.path).duration_ms - (clip.true_end_ms - clip.true_start_ms)) <= 50
    assert Clip.objects.count() == 3


def test_a_second_run_cuts_only_missing_clips(episode: Episode, store: Path) -> None:
    declare_all_ready(episode=episode)
    cut_all()
    clip = Clip.objects.earliest("pk")
    clip.delete()
    Job.objects.filter(kind="corpus.cut").update(state=Job.State.QUEUED, ended_at=None)
    [job] = cut_all()
    assert (job.result, Clip.objects.count()) == ({"cut": 1, "before": 3}, 4)
    assert MediaFile.objects.filter(kind="clip").count() == 4  # the same bytes again, so the same file
    assert len([name for name in files(store / "media") if "/clip/" in name]) == 4


def test_an_interrupted_run_keeps_committed_clips(episode: Episode, store: Path) -> None:
    calls: list[int] = []

    def dies(*args: Any) -> Any:
        calls.append(1)
        if len(calls) == 2:
            raise RuntimeError("killed")
        yield from cut_clips(*args)

    declare_all_ready(episode=episode)
    with patch.object(clip_cutting, "WINDOW", 2), patch.object(clip_cutting, "cut_clips", dies):
        [job] = cut_all()
    assert (job.error_code, Clip.objects.count()) == ("job.crashed", 2)
    Job.objects.filter(kind="corpus.cut").update(state=Job.State.QUEUED, ended_at=None)
    [job] = cut_all()
    assert job.result == {"cut": 2, "before": 2}


def test_one_clip_that_fails_does_not_cost_the_others(episode: Episode, store: Path) -> None:
    declare_all_ready(episode=episode)
    last = Utterance.objects.latest("start_ms")

    def fails(playable: Path, spans: Any, folder: Path) -> Any:
        yield from cut_clips(playable, spans[:-1], folder)
        yield CutFault(spans[-1].key, MediaFault("media.undecodable"))

    with patch.object(clip_cutting, "cut_clips", fails):
        [job] = cut_all()
    assert (job.error_code, job.error_params) == ("clips.missing", {"missing": 1, "wanted": 4, "first": last.code})
    assert Clip.objects.count() == 3


def test_utterances_of_the_same_span_share_a_file(episode: Episode, store: Path) -> None:
    first, second = Utterance.objects.order_by("start_ms")[:2]
    Utterance.objects.filter(pk=second.pk).update(start_ms=first.start_ms, end_ms=first.end_ms)
    declare_all_ready(episode=episode)
    with patch.object(clip_cutting, "WINDOW", 1):
        [job] = cut_all()
    assert (job.state, Clip.objects.count(), MediaFile.objects.filter(kind="clip").count()) == ("done", 4, 3)


def test_dialogues_of_text_need_no_clips() -> None:
    dialogue = DialogueFactory(state="draft", ready_at=None)
    UtteranceFactory(dialogue=dialogue)
    declare_ready(dialogue=dialogue)
    assert not Job.objects.exists()


def test_simultaneous_utterances_share_a_file(episode: Episode, store: Path) -> None:
    first, second = Utterance.objects.filter(dialogue__code="E1_D001").order_by("order")[:2]
    Utterance.objects.filter(pk=second.pk).update(start_ms=first.start_ms, end_ms=first.end_ms)
    declare_all_ready(episode=episode)
    with patch.object(clip_cutting, "WINDOW", 1):
        [job] = cut_all()
    assert (job.state, job.result) == ("done", {"cut": 4, "before": 0})
    assert Clip.objects.get(utterance=first).file == Clip.objects.get(utterance=second).file
