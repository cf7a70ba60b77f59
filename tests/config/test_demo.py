import uuid
from io import StringIO
from pathlib import Path

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError

from agreement.models import Report
from annotator.models import Assignment
from common.jobs import queue
from common.models import Job, User
from config.demo import build
from config.setup.first_run import ANNOTATORS, MANAGER
from corpus.models import Annotation, Clip, Corpus, Revision, Utterance
from export.models import Release

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def people() -> None:
    User.objects.create_user(MANAGER, may_create_corpora=True)
    for name in ANNOTATORS:
        User.objects.create_user(name)


@pytest.fixture
def worker(monkeypatch: pytest.MonkeyPatch) -> None:
    def do_at_once(job: Job) -> bool:
        queue.execute(str(job.public_id))
        return True

    monkeypatch.setattr(queue, "send", do_at_once)


@pytest.mark.slow
def test_an_interrupted_demo_is_continued_to_clips_answers_a_report_and_a_release(
    people: None, worker: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    def interrupted(**_: object) -> None:
        raise build.DemoFailed("interrupted by Ctrl-C")

    with monkeypatch.context() as patch:
        patch.setattr(build, "finish", interrupted)
        with pytest.raises(CommandError, match="interrupted by"):
            call_command("demo", stdout=StringIO())

    corpus = Corpus.objects.get()
    args = {"episode": str(uuid.uuid4())}
    others = Job.objects.create(
        kind="corpus.ingest", state="failed", scope=str(corpus.public_id), args=args, error_code="media.damaged"
    )
    call_command("demo", stdout=StringIO())

    assert Clip.objects.count() == Utterance.objects.count() == 27
    assert all(clip.file.path.is_file() for clip in Clip.objects.select_related("file"))
    done = Assignment.objects.filter(state=Assignment.State.DONE)
    assert done.count() == 3 * (corpus.dialogues.count() - build.LEFT_OPEN)
    # the shuffling of the batch determines which dialogue is left open
    labelled = Utterance.objects.filter(dialogue__assignments__in=done).count()
    assert Revision.objects.count() == Annotation.objects.count() == labelled
    assert len({str(answers) for answers in Annotation.objects.values_list("answers", flat=True)}) > 10
    assert Report.objects.get().figures is not None
    manifest = Release.objects.get().manifest
    assert manifest is not None
    assert manifest["files"].keys() >= {"train.jsonl", "dev.jsonl", "test.jsonl"}
    assert list(Job.objects.exclude(state=Job.State.DONE)) == [others]


def test_the_demo_is_small_enough_to_live_in_the_repository() -> None:
    size = sum(path.stat().st_size for path in Path(build.FOLDER).iterdir() if path.suffix in {".mp4", ".srt"})

    assert size < 3_000_000
