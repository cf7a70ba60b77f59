"""Deletion of a series or an episode for good."""

from collections.abc import Callable

import pytest
from django.db import IntegrityError
from django.utils import timezone

from agreement.models import Report
from common.errors import Refused
from common.jobs.queue import execute
from common.models import Job
from corpus.domain.deletion import parts
from corpus.domain.deletion.parts import request_part_deletion
from corpus.models import (
    Annotation,
    Corpus,
    Deletion,
    Dialogue,
    Episode,
    MediaFile,
    Rater,
    Revision,
    Series,
    Speaker,
    Utterance,
)
from export.models import Release
from tests.factories import UserFactory
from tests.full_corpus import first_episode, full_corpus

pytestmark = [pytest.mark.django_db, pytest.mark.database, pytest.mark.usefixtures("checked_sums")]

NOW = timezone.now()


def requested(part: Series | Episode) -> Job:
    return request_part_deletion(part=part, typed=parts.name_of(part), requested_by=UserFactory(), now=NOW, here=True)


def deleted(part: Series | Episode) -> Job:
    job = requested(part)
    execute(str(job.public_id))
    job.refresh_from_db()
    return job


def counts(episode: Episode | None = None) -> dict[str, int]:
    utterances = Utterance.objects.filter(dialogue__episode=episode) if episode else Utterance.objects.all()
    annotations = Annotation.objects.filter(utterance__in=utterances)
    return {
        "dialogues": Dialogue.objects.filter(utterances__in=utterances).distinct().count(),
        "utterances": utterances.count(),
        "annotations": annotations.count(),
        "revisions": Revision.objects.filter(annotation__in=annotations).count(),
    }


@pytest.mark.django_db(transaction=True)
def test_an_episode_goes_with_its_answers_and_files_and_the_rest_stays() -> None:
    corpus = full_corpus()
    episode = first_episode(corpus)
    here, whole = counts(episode), counts()
    assert 0 < here["revisions"] < whole["revisions"]
    files = [*MediaFile.objects.filter(clips__utterance__dialogue__episode=episode), episode.playable]
    job = deleted(episode)
    assert (job.state, job.error_code, job.error_params) == ("done", "", {})
    assert counts() == {name: whole[name] - here[name] for name in whole}
    assert job.args["counts"].items() >= here.items()
    assert [file for file in files if file is None or file.path.exists()] == []
    assert MediaFile.objects.filter(pk__in=[file.pk for file in files if file]).count() == 0
    assert Rater.objects.filter(corpus=corpus).exists()
    record = Deletion.objects.get()
    assert (record.kind, record.corpus) == ("episode", corpus.public_id)


def test_a_series_goes_with_its_episodes_and_speakers() -> None:
    corpus = full_corpus()
    series = first_episode(corpus).series
    assert deleted(series).state == "done"
    assert not Episode.objects.exists()
    assert not Speaker.objects.filter(series_id=series.pk).exists()
    assert counts()["revisions"] == 0


def test_releases_and_reports_stay_as_they_are() -> None:
    corpus = full_corpus()
    release, report = Release.objects.get(name="v1"), Report.objects.get()
    deleted(first_episode(corpus).series)
    assert Release.objects.get(name="v1").manifest == release.manifest
    assert Report.objects.get().figures == report.figures
    assert release.file is not None
    assert release.file.path.exists()


def test_its_dialogues_are_excluded_at_once() -> None:
    corpus = full_corpus()
    episode = first_episode(corpus)
    requested(episode)
    assert set(episode.dialogues.values_list("state", flat=True)) == {"excluded"}
    assert Dialogue.objects.filter(corpus=corpus, state="ready").exists()


def archived(corpus: Corpus) -> None:
    Corpus.objects.filter(pk=corpus.pk).update(archived_at=NOW)


def busy(corpus: Corpus) -> None:
    Job.objects.create(kind="corpus.cut_clips", args={"episode": str(first_episode(corpus).public_id)})


@pytest.mark.parametrize(
    ("before", "code"), [(archived, "corpus.archived"), (busy, "episode.busy")], ids=["archived", "busy"]
)
def test_refusals(before: Callable[[Corpus], None], code: str, monkeypatch: pytest.MonkeyPatch) -> None:
    corpus = full_corpus()
    before(corpus)
    monkeypatch.setattr("corpus.domain.ingest.episodes.CUT", "corpus.cut_clips")
    with pytest.raises(Refused) as refusal:
        requested(first_episode(corpus))
    assert refusal.value.code == code


def test_the_title_must_be_typed() -> None:
    episode = first_episode(full_corpus())
    with pytest.raises(Refused):
        request_part_deletion(part=episode, typed="yes", requested_by=UserFactory(), now=NOW)


def test_an_answer_that_arrives_meanwhile_makes_it_try_again(monkeypatch: pytest.MonkeyPatch) -> None:
    corpus = full_corpus()
    episode = first_episode(corpus)
    work, failures = parts._delete_dialogues, [IntegrityError(), IntegrityError()]

    def late(corpus: Corpus, keys: list[int]) -> None:
        if failures:
            raise failures.pop()
        work(corpus, keys)

    monkeypatch.setattr(parts, "_delete_dialogues", late)
    assert deleted(episode).state == "done"


def test_a_killed_deletion_is_continued(monkeypatch: pytest.MonkeyPatch) -> None:
    corpus = full_corpus()
    series = first_episode(corpus).series
    monkeypatch.setattr(parts, "AT_ONCE", 1)
    work, calls = parts._delete_dialogues, iter(range(99))

    def killed(corpus: Corpus, keys: list[int]) -> None:
        if next(calls) == 2:
            raise KeyboardInterrupt
        work(corpus, keys)

    monkeypatch.setattr(parts, "_delete_dialogues", killed)
    job = requested(series)
    with pytest.raises(KeyboardInterrupt):
        execute(str(job.public_id))
    left = set(Dialogue.objects.values_list("state", flat=True))
    assert left == {"excluded"}  # whole dialogues are left, and nobody gets them
    Job.objects.filter(pk=job.pk).update(state="queued", lease_until=None)  # as the sweep does
    execute(str(job.public_id))
    assert not Series.objects.filter(pk=series.pk).exists()
    execute(str(job.public_id))


def test_a_transaction_that_meets_answers_again_and_again_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    tries = []

    def meets_an_answer(*_arguments: object) -> None:
        tries.append(1)
        raise IntegrityError

    monkeypatch.setattr(parts, "_delete_dialogues", meets_an_answer)
    job = deleted_or_failed(first_episode(full_corpus()))
    assert (job.state, len(tries)) == (Job.State.FAILED, parts.TRIES)


def test_a_job_whose_part_is_gone_changes_nothing() -> None:
    episode = first_episode(full_corpus())
    job = requested(episode)
    execute(str(job.public_id))
    known = {"dialogues": 7}
    again = parts.delete_part(
        run=None,  # type: ignore[arg-type]  # unused: there is nothing to do
        part="episode",
        public_id=str(episode.public_id),
        counts=known,
        requested_at=NOW.isoformat(),
    )
    assert again == known


def deleted_or_failed(part: Series | Episode) -> Job:
    job = requested(part)
    execute(str(job.public_id))
    job.refresh_from_db()
    return job
