from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from django.urls import reverse

from common.models import Job
from corpus.domain.ingest.episode_progress import episode_progress
from corpus.models import Corpus, Episode, Membership
from tests.corpus.domain.conftest import files
from tests.factories import CorpusFactory, DialogueFactory, EpisodeFactory, MembershipFactory, SeriesFactory

pytestmark = pytest.mark.django_db

SRT = "1\n00:00:01,000 --> 00:00:02,000\n你好\n".encode()


@pytest.fixture
def corpus() -> Any:
    return CorpusFactory()


@pytest.fixture
def manager(client: Client, corpus: Corpus) -> Client:
    client.force_login(MembershipFactory(corpus=corpus, role=Membership.Role.MANAGER).user)
    return client


@pytest.fixture(autouse=True)
def folders(settings: Any, tmp_path: Path) -> Path:
    settings.MEDIA_ROOT, settings.WORK_DIR = tmp_path / "media", tmp_path / "work"
    settings.FILE_UPLOAD_TEMP_DIR = tmp_path / "work"
    return tmp_path


def upload(client: Client, corpus: Corpus, **more: Any) -> Any:
    data = {
        "film": SimpleUploadedFile("第一集.mp4", b"film" * 100),
        "subtitles": SimpleUploadedFile("a.srt", SRT),
        "series": "家",
    }
    headers = {"accept": "application/json"} if more.pop("json", False) else {}
    return client.post(reverse("corpus:episodes", args=[corpus.slug]), data | more, headers=headers)


def test_an_upload_waits_for_a_worker(manager: Client, corpus: Corpus, folders: Path) -> None:
    response = upload(manager, corpus, licence="CC0", has_laugh_track="on")
    episode, job = Episode.objects.get(), Job.objects.get()
    assert response.status_code == 302
    assert response["Location"] == f"/c/{corpus.slug}/episodes/?page=1#episode-{episode.public_id}"
    assert (episode.title, episode.series.name, episode.licence, episode.has_laugh_track) == (
        "第一集",
        "家",
        "CC0",
        True,
    )
    assert (job.kind, job.state, job.scope) == ("corpus.ingest", "queued", str(corpus.public_id))
    assert job.args == {"episode": str(episode.public_id), "media": "第一集.mp4", "subtitles": "a.srt"}
    assert job.created_by is not None
    assert files(folders / "work") == [f"incoming/{episode.public_id}.{role}" for role in ("media", "subtitles")]


def test_the_page_shows_the_progress_of_the_job(manager: Client, corpus: Corpus) -> None:
    upload(manager, corpus)
    Job.objects.update(progress_done=3, progress_total=10, stage="making_playable")
    page = manager.get(reverse("corpus:episodes", args=[corpus.slug])).content.decode()
    assert f'hx-get="/jobs/{Job.objects.get().public_id}/"' in page
    assert "converting the media" in page
    assert "30 %" in page


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"series": ""}, "This field is required."),
        ({"film": ""}, "This field is required."),
        (
            {"subtitles": SimpleUploadedFile("a.srt", b"")},
            "a.srt is not a subtitle file of a known format. Line 1 is: ",
        ),
        ({"title": "there"}, "家 already has an episode named there."),
    ],
)
def test_a_refusal_is_shown_on_the_page_and_sent_to_the_script(
    manager: Client, corpus: Corpus, folders: Path, changes: dict[str, Any], sentence: str
) -> None:
    EpisodeFactory(series__corpus=corpus, series__name="家", title="there")
    refused = upload(manager, corpus, json=True, **changes)
    assert (refused.status_code, refused.json()) == (422, {"errors": [sentence]})
    page = upload(manager, corpus, **changes)
    assert page.status_code == 422
    assert sentence in page.content.decode()
    assert (Episode.objects.count(), Job.objects.count(), files(folders)) == (1, 0, [])


def test_the_script_gets_the_address_of_the_episode(manager: Client, corpus: Corpus) -> None:
    answer = upload(manager, corpus, json=True)
    episode = Episode.objects.get()
    assert answer.json() == {"location": f"/c/{corpus.slug}/episodes/?page=1#episode-{episode.public_id}"}


def test_an_upload_that_is_too_large_is_refused_unread(manager: Client, corpus: Corpus, settings: Any) -> None:
    settings.MAX_EPISODE_BYTES = 300
    assert upload(manager, corpus, json=True).json() == {
        "errors": ["The file exceeds the maximum size of an episode (0 MB)."]
    }


def test_an_upload_needs_room(manager: Client, corpus: Corpus, settings: Any) -> None:
    settings.MIN_FREE_BYTES = 2**60
    assert upload(manager, corpus, json=True).status_code == 422
    assert Episode.objects.count() == 0


def test_an_upload_needs_its_token(corpus: Corpus) -> None:
    client = Client(enforce_csrf_checks=True)
    client.force_login(MembershipFactory(corpus=corpus, role=Membership.Role.MANAGER).user)
    assert upload(client, corpus).status_code == 403
    page = client.get(reverse("corpus:episodes", args=[corpus.slug]))
    assert upload(client, corpus, csrfmiddlewaretoken=page.context["csrf_token"]).status_code == 302


def test_only_managers_upload(client: Client, corpus: Corpus, folders: Path) -> None:
    client.force_login(MembershipFactory(corpus=corpus, role=Membership.Role.ANNOTATOR).user)
    assert upload(client, corpus).status_code == 403
    assert files(folders) == []


def test_a_failed_episode_is_removed(manager: Client, corpus: Corpus) -> None:
    upload(manager, corpus)
    episode = Episode.objects.get()
    where = reverse("corpus:remove_episode", args=[corpus.slug, episode.public_id])
    assert "still being imported" in manager.post(where, follow=True).content.decode()
    Job.objects.update(state=Job.State.FAILED)
    assert "was removed" in manager.post(where, follow=True).content.decode()
    assert not Episode.objects.exists()


def test_a_series_of_a_rejected_upload_is_not_suggested(manager: Client, corpus: Corpus) -> None:
    EpisodeFactory(series__corpus=corpus, series__name="Kept")
    EpisodeFactory(series__corpus=corpus, series__name="Mistyped", state=Episode.State.FAILED, playable=None)
    DialogueFactory(corpus=corpus, series__name="Text corpus")
    page = manager.get(reverse("corpus:episodes", args=[corpus.slug])).content.decode()
    assert '<option value="Kept">' in page
    assert '<option value="Text corpus">' in page
    assert '<option value="Mistyped">' not in page


def test_the_list_takes_the_same_queries_for_one_and_for_three(
    manager: Client, corpus: Corpus, django_assert_max_num_queries: Any
) -> None:
    where = reverse("corpus:episodes", args=[corpus.slug])
    EpisodeFactory(series__corpus=corpus)
    with django_assert_max_num_queries(50) as one:
        manager.get(where)
    EpisodeFactory.create_batch(2, series__corpus=corpus)
    with django_assert_max_num_queries(len(one)):
        manager.get(where)


def test_the_page_after_an_upload_shows_its_row(manager: Client, corpus: Corpus) -> None:
    series = [SeriesFactory(corpus=corpus, name=name) for name in ("乙", "家")]
    for number in range(30):
        EpisodeFactory(series=series[number % 2], title=f"{number:02d}")
    for title, place in (("00", 15), ("14a", 23), ("99", 32), ("", 33)):
        response = upload(manager, corpus, title=title)
        episode = Episode.objects.latest("pk")
        assert response["Location"].endswith(f"?page={place // 25 + 1}#episode-{episode.public_id}")
        shown = manager.get(response["Location"]).content.decode()
        assert f'id="episode-{episode.public_id}"' in shown
        assert f'hx-get="/jobs/{Job.objects.get(args__episode=str(episode.public_id)).public_id}/"' in shown


def test_after_a_removal_the_same_page_is_shown(manager: Client, corpus: Corpus) -> None:
    series = SeriesFactory(corpus=corpus)
    rows = [EpisodeFactory(series=series, title=f"{number:02d}") for number in range(30)]
    response = manager.post(reverse("corpus:remove_episode", args=[corpus.slug, rows[27].public_id]))
    assert response["Location"] == f"/c/{corpus.slug}/episodes/?page=2"


def test_a_failed_job_is_shown_until_another_one_has_done_its_work(manager: Client, corpus: Corpus) -> None:
    episode = EpisodeFactory(series__corpus=corpus)

    def job(state: str, *dialogues: str) -> Job:
        return Job.objects.create(
            kind="corpus.cut",
            state=state,
            scope=str(corpus.public_id),
            args={"episode": str(episode.public_id), "dialogues": list(dialogues)},
            error_code="disk.full" if state == "failed" else "",
            error_params={"needed_mb": 1, "free_mb": 0} if state == "failed" else {},
        )

    def shown() -> Job | None:
        return episode_progress([episode])[0].job

    failed = job("failed", "a", "b")
    assert shown() == failed
    job("done", "c")
    assert shown() == failed
    waiting = job("queued", "a", "b", "c")
    assert shown() == waiting
    later = job("failed", "d")
    assert shown() == waiting
    waiting.state = "done"
    waiting.save()
    assert shown() == later
    job("done", "d", "e")
    assert shown() is None


@pytest.mark.parametrize("state", ["ready", "excluded"])
def test_an_episode_with_frozen_dialogues_is_deleted_and_not_removed(
    manager: Client, corpus: Corpus, state: str
) -> None:
    episode = EpisodeFactory(series=SeriesFactory(corpus=corpus))
    DialogueFactory(corpus=corpus, series=episode.series, episode=episode, state=state)
    remove, delete = (
        reverse(f"corpus:{name}", args=[corpus.slug, episode.public_id])
        for name in ("remove_episode", "delete_episode")
    )
    page = manager.get(reverse("corpus:episodes", args=[corpus.slug])).content.decode()
    assert (f'action="{remove}"' in page, f'href="{delete}"' in page) == (False, True)
    assert "Use “Delete …”" in manager.post(remove, follow=True).content.decode()
