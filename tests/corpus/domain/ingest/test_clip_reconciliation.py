import os
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from pytest_django import DjangoAssertNumQueries, DjangoCaptureOnCommitCallbacks

from common.models import Job
from corpus.domain.ingest.clip_reconciliation import cut_again, delete_left_over, reconcile
from corpus.domain.media.clip_cutting import order_clips
from corpus.domain.selection.candidates import Criteria
from corpus.domain.selection.steps import screen_dialogues
from corpus.models import Clip, Dialogue, Episode, MediaFile, Utterance
from tests.factories import ClipFactory, DialogueFactory, EpisodeFactory, MembershipFactory, UtteranceFactory

pytestmark = pytest.mark.django_db
OLD = 1_000_000_000  # seconds


@pytest.fixture
def episode(corpus: Any, store: Path) -> Any:
    return EpisodeFactory(series__corpus=corpus)


def spoken(episode: Episode, **dialogue: Any) -> Utterance:
    of = DialogueFactory(corpus=episode.series.corpus, series=episode.series, episode=episode, **dialogue)
    made: Utterance = UtteranceFactory(dialogue=of, start_ms=1000, end_ms=2000)
    return made


def clipped(utterance: Utterance, start_ms: int = 1000) -> Clip:
    """Give an utterance a clip whose file exists."""
    clip: Clip = ClipFactory(
        utterance=utterance, profile="480p", requested_start_ms=start_ms, file__corpus=utterance.dialogue.corpus,
        requested_end_ms=2000, true_start_ms=start_ms, true_end_ms=2000, file__kind=MediaFile.Kind.CLIP,
    )  # fmt: skip
    name = f"{utterance.dialogue.corpus.public_id}/clip/{clip.pk}.mp4"
    MediaFile.objects.filter(pk=clip.file_id).update(name=name)
    clip.file.name = name
    written(name)
    return clip


def written(name: str) -> Path:
    path = Path(settings.MEDIA_ROOT) / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("clip")
    os.utime(path, (OLD, OLD))
    return path


def test_each_reason_for_a_missing_clip_is_told(episode: Episode) -> None:
    whole, moved, lost, waiting, failed, never = (spoken(episode) for _ in range(6))
    clipped(whole)
    clipped(moved, start_ms=900)
    (Path(settings.MEDIA_ROOT) / clipped(lost).file.name).unlink()
    order_clips(dialogues=[failed.dialogue])
    Job.objects.update(state=Job.State.FAILED)
    order_clips(dialogues=[waiting.dialogue])
    spoken(episode, state=Dialogue.State.DRAFT, ready_at=None)  # a draft needs none

    found = reconcile(corpus=episode.series.corpus)
    assert found.expected == 6
    assert {row.utterance: row.reason for row in found.lacking} == {
        moved: "stale",
        lost: "lost",
        waiting: "pending",
        failed: "failed",
        never: "unordered",
    }


def test_drafts_that_were_screened_out_lack_no_clip(episode: Episode) -> None:
    ready, draft = spoken(episode), spoken(episode, state=Dialogue.State.DRAFT, ready_at=None)
    corpus = episode.series.corpus
    both = Criteria(codes=(ready.dialogue.code, draft.dialogue.code))
    screen_dialogues(corpus=corpus, criteria=both, is_in=False, reason="adverts", decided_by=None)
    assert {row.utterance for row in reconcile(corpus=corpus).lacking} == {ready}
    assert cut_again(corpus=corpus) == 1


def test_cutting_again_orders_what_no_job_is_going_to_cut(
    episode: Episode, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    waiting, lost, never = (spoken(episode) for _ in range(3))
    order_clips(dialogues=[waiting.dialogue])
    (Path(settings.MEDIA_ROOT) / clipped(lost).file.name).unlink()
    with django_capture_on_commit_callbacks(execute=True):
        assert cut_again(corpus=episode.series.corpus) == 2
    assert set(Job.objects.latest("pk").args["dialogues"]) == {str(each.dialogue.public_id) for each in (lost, never)}
    assert {row.reason for row in reconcile(corpus=episode.series.corpus).lacking} == {"pending"}
    assert cut_again(corpus=episode.series.corpus) == 0


def test_clips_that_nobody_needs_are_told_and_deleted(
    episode: Episode, django_capture_on_commit_callbacks: DjangoCaptureOnCommitCallbacks
) -> None:
    corpus = episode.series.corpus
    kept, draft = spoken(episode), spoken(episode, state=Dialogue.State.DRAFT, ready_at=None)
    present, moved, early = clipped(kept), clipped(kept, start_ms=900), clipped(draft)
    unused = clipped(kept, start_ms=800)
    unused.delete()
    unknown = written(f"{corpus.public_id}/clip/ab/unknown.mp4")
    fresh = written(f"{corpus.public_id}/clip/ab/fresh.mp4")
    os.utime(fresh)  # perhaps of a transaction that is not committed yet

    rows = reconcile(corpus=corpus).left_over
    assert {(row.reason, row.clip or row.file or row.name) for row in rows} == {
        ("moved", moved),
        ("not_ready", early),
        ("unused", unused.file),
        ("unknown", f"{corpus.public_id}/clip/ab/unknown.mp4"),
    }
    with django_capture_on_commit_callbacks(execute=True):
        assert delete_left_over(corpus=corpus) == 4
    assert list(Clip.objects.all()) == [present]
    there = set((Path(settings.MEDIA_ROOT) / str(corpus.public_id) / "clip").rglob("*.mp4"))
    assert there == {Path(settings.MEDIA_ROOT) / present.file.name, fresh}
    assert not unknown.exists()
    assert reconcile(corpus=corpus).left_over == ()


def test_the_page_lists_both_and_repairs_them(
    client: Client, episode: Episode, django_assert_num_queries: DjangoAssertNumQueries
) -> None:
    corpus = episode.series.corpus
    client.force_login(MembershipFactory(corpus=corpus, role="manager").user)
    never, moved = spoken(episode), spoken(episode)
    clipped(moved, start_ms=900)
    other = spoken(EpisodeFactory(series=episode.series))
    address = reverse("corpus:clips", args=[corpus.slug])
    page = client.get(address).content.decode()
    assert all(text in page for text in (never.code, moved.code, other.code, "was never cut", "of earlier times"))
    of_episode = client.get(f"{address}?episode={episode.public_id}").content.decode()
    assert never.code in of_episode
    assert other.code not in of_episode
    assert client.get(f"{address}?episode=x").status_code == 404

    client.post(reverse("corpus:cut_clips", args=[corpus.slug]) + f"?episode={episode.public_id}")
    assert len(Job.objects.get(kind="corpus.cut").args["dialogues"]) == 2
    client.post(reverse("corpus:delete_clips", args=[corpus.slug]))
    assert not Clip.objects.exists()


def test_check_media_names_the_page(episode: Episode, capsys: pytest.CaptureFixture[str]) -> None:
    spoken(episode)
    MediaFile.objects.exclude(kind=MediaFile.Kind.CLIP).update(name=written("film.mp4").name, size=4)
    call_command("check_media")
    told = capsys.readouterr().out
    assert "1 utterances without a clip, 0 clips without an utterance" in told
    assert reverse("corpus:clips", args=[episode.series.corpus.slug]) in told
