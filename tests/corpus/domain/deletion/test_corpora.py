"""Deletion of a corpus for good."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from django.db import connection
from django.utils import timezone

from common.errors import Refused
from common.jobs.queue import execute
from common.models import Job, User
from corpus.domain.deletion import corpora, removal
from corpus.domain.deletion.corpora import request_deletion
from corpus.domain.media.stored_files import incoming
from corpus.models import Corpus, Deletion, Revision
from corpus.models.ownership import table
from tests.factories import UserFactory
from tests.full_corpus import folder_of, full_corpus, tables_of_a_corpus

pytestmark = [pytest.mark.django_db, pytest.mark.database, pytest.mark.usefixtures("checked_sums")]

NOW = timezone.now()


@pytest.fixture
def person() -> User:
    user: User = UserFactory(username="lena", first_name="Lena")
    return user


def deleted(corpus: Corpus, person: User) -> Job:
    job = request_deletion(corpus=corpus, typed=corpus.slug, requested_by=person, now=NOW, here=True)
    execute(str(job.public_id))
    job.refresh_from_db()
    return job


def rows() -> dict[str, int]:
    return {name: model._default_manager.count() for name, model in tables_of_a_corpus().items()}


def test_a_corpus_goes_with_all_its_rows_and_files_and_no_other_one_is_touched(person: User) -> None:
    other = full_corpus()
    before, files = rows(), sorted(folder_of(other).rglob("*"))
    corpus = full_corpus()
    assert all(count > before[name] for name, count in rows().items() if before[name])
    upload = incoming(f"{corpus.series.first().episodes.first().public_id}.media")  # type: ignore[union-attr]
    upload.parent.mkdir(parents=True, exist_ok=True)
    upload.touch()
    job = deleted(corpus, person)
    assert (job.state, job.error_code, job.error_params) == ("done", "", {})
    assert rows() == before
    assert not folder_of(corpus).exists()
    assert not upload.exists()
    assert sorted(folder_of(other).rglob("*")) == files


def test_a_line_remains_with_person_time_and_counts(person: User) -> None:
    corpus = full_corpus()
    revisions, name = Revision.objects.count(), f"{corpus.slug} · {corpus.title}"
    deleted(corpus, person)
    record = Deletion.objects.get()
    assert (record.kind, record.corpus, record.name) == ("corpus", corpus.public_id, name)
    assert (record.person, record.person_name, record.requested_at) == (person, "Lena (lena)", NOW)
    assert record.counts["revisions"] == revisions > 0
    assert record.counts["bytes"] > 0


def test_the_name_must_be_typed(person: User) -> None:
    corpus = full_corpus()
    with pytest.raises(Refused, match=corpus.slug):
        request_deletion(corpus=corpus, typed=corpus.title, requested_by=person, now=NOW)
    corpus.refresh_from_db()
    assert corpus.archived_at is None


def test_other_jobs_of_the_corpus_are_stopped(person: User) -> None:
    corpus = full_corpus()
    running = Job.objects.create(
        kind="export.release", scope=str(corpus.public_id), state="running", attempt=1, lease_until=NOW
    )
    waiting = Job.objects.create(kind="export.release", scope=str(corpus.public_id))
    elsewhere = Job.objects.create(kind="export.release", scope="other")
    request_deletion(corpus=corpus, typed=corpus.slug, requested_by=person, now=NOW, here=True)
    states = {job.pk: (job.state, job.error_code) for job in Job.objects.all()}
    assert states[running.pk] == states[waiting.pk] == ("failed", "corpus.being_deleted")
    assert states[elsewhere.pk] == ("queued", "")


def test_a_killed_deletion_is_continued(person: User, monkeypatch: pytest.MonkeyPatch) -> None:
    corpus = full_corpus()
    monkeypatch.setattr(removal, "CHUNK", 3)
    chunks = removal.Removal.chunks

    def killed(self: removal.Removal, row: Corpus) -> Iterator[int]:
        for number, deleted_rows in enumerate(chunks(self, row)):
            if number == 20:
                raise KeyboardInterrupt
            yield deleted_rows

    monkeypatch.setattr(removal.Removal, "chunks", killed)
    job = request_deletion(corpus=corpus, typed=corpus.slug, requested_by=person, now=NOW, here=True)
    with pytest.raises(KeyboardInterrupt):
        execute(str(job.public_id))
    corpus.refresh_from_db()
    assert corpus.deletion_requested_at == NOW
    counts = job.args["counts"]
    monkeypatch.setattr(removal.Removal, "chunks", chunks)
    Job.objects.filter(pk=job.pk).update(state="queued", lease_until=None)  # as the sweep does
    execute(str(job.public_id))
    assert not Corpus.objects.exists()
    assert Deletion.objects.get().counts == counts


def test_a_failed_deletion_is_tried_again_by_the_same_request(person: User, monkeypatch: pytest.MonkeyPatch) -> None:
    corpus = full_corpus()
    with monkeypatch.context() as patch:
        patch.setattr(corpora, "_remove_folder", lambda _folder: Path("/proc/no").unlink())
        failed = deleted(corpus, person)
    assert failed.state == "failed"
    again = deleted(corpus, person)
    assert (again.pk, again.state) == (failed.pk, "done")


def test_a_deletion_that_ended_is_not_repeated(person: User) -> None:
    job = deleted(full_corpus(), person)
    Job.objects.filter(pk=job.pk).update(state="queued")
    execute(str(job.public_id))
    assert Deletion.objects.count() == 1


def test_a_corpus_without_a_request_is_not_deleted() -> None:
    corpus = full_corpus()
    args = {"corpus": str(corpus.public_id), "counts": {"rows": 0}, "requested_at": NOW.isoformat()}
    job = Job.objects.create(kind=corpora.KIND, args=args)
    execute(str(job.public_id))
    job.refresh_from_db()
    assert (job.state, job.error_code) == ("failed", "corpus.not_marked")


def test_memory_and_transactions_are_bounded(person: User, monkeypatch: pytest.MonkeyPatch) -> None:
    corpus = full_corpus()
    monkeypatch.setattr(removal, "CHUNK", 2)
    removed: list[int] = []
    delete = removal.Removal._delete

    def counted(self: removal.Removal, model: type, most: int | None = None) -> int:
        count = delete(self, model, most)
        removed.append(count)
        return count

    monkeypatch.setattr(removal.Removal, "_delete", counted)
    deleted(corpus, person)
    assert max(removed) == 2


def test_tables_are_emptied_children_first() -> None:
    order = [table(model) for model in removal.Removal(Corpus, 1)._order]
    for model in tables_of_a_corpus().values():
        for key in model._meta.concrete_fields:
            other = key.related_model
            if other and not isinstance(other, str) and table(other) in order and table(model) != "corpus_corpus":
                assert order.index(table(model)) <= order.index(table(other))
    assert connection.vendor in ("sqlite", "postgresql")
