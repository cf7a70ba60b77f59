"""Baselines trained on a stored release; `python -m baseline` itself runs in the last test only."""

import json
import os
import shutil
import sys
import time
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import pytest
from django.conf import settings

from baseline.models.registry import ALWAYS, MODELS
from common.jobs.queue import execute, queue_of
from common.models import Job
from corpus.models import Corpus, MediaFile
from export.domain.options import Options
from export.domain.releases import discard_release, request_release
from export.domain.training import process, trainings
from export.domain.training.trainings import picture, request_training
from export.forms import TRAINED
from export.models import Release, Training
from tests.conftest import missing
from tests.corpus.domain.conftest import files
from tests.export.material import released_corpus
from tests.factories import UserFactory
from tests.refusals import refused

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.database]

# stands for `python -m baseline train`: the arguments, what it finds, and the files that it writes
CHILD = """
import json, pathlib, sys, time
folder, models = pathlib.Path(sys.argv[1]), sys.argv[2:]
print(json.dumps({"done": 0, "of": 2}), flush=True)
for name in models:
    run = folder / "runs" / name / "seed-0"
    again = run.exists()
    run.mkdir(parents=True, exist_ok=True)
    (run / "run.json").write_text("kept" if again else "new")
(folder / "features").mkdir(exist_ok=True)
(folder / "features" / "cache").write_text("much")
(folder / "pictures").mkdir(exist_ok=True)
(folder / "pictures" / "sentiment-figures.svg").write_text("<svg/>")
print(json.dumps({"done": 2, "of": 2}), flush=True)
names = sorted(path.name for path in (folder / "runs").iterdir())
figures = {"macro-f1": {"mean": 0.5, "sd": None, "low": 0.4, "high": 0.6, "seeds": [0.5]}}
report = {
    "version": "0", "rows": {"train": 8, "dev": 2, "test": 2},
    "models": {name: {"seeds": [0], "cost": {"cpu_s": 1.0, "peak_mb": 2.0}, "details": {}} for name in names},
    "test": {"sentiment": {"n": 2, "ceiling": {}, "models": {
        name: {"measures": figures, "collapsed_seeds": 1} for name in names}}},
    "comparison": {"measure": "macro-f1", "split": "test", "family": 0, "rows": []},
}
(folder / "report.json").write_text(json.dumps(report))
"""


@pytest.fixture
def corpus() -> Corpus:
    return released_corpus(dialogues=8)


@pytest.fixture
def release(corpus: Corpus) -> Release:
    release = request_release(corpus=corpus, name="v1", options=Options(), here=True)
    assert release.job
    execute(str(release.job.public_id))
    return Release.objects.select_related("file", "corpus").get(pk=release.pk)


def acts(monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    def command(_release: Path, folder: Path, models: Sequence[str], _seeds: int) -> list[str]:
        return [sys.executable, "-c", script, str(folder), *ALWAYS, *models]

    monkeypatch.setattr(process, "_command", command)
    monkeypatch.setattr(process, "is_installed", lambda: True)


@pytest.fixture
def child(monkeypatch: pytest.MonkeyPatch) -> None:
    acts(monkeypatch, CHILD)


def trained(release: Release, *models: str) -> Training:
    row = request_training(release=release, models=models, seeds=1, requested_by=None, here=True)
    assert row.job
    execute(str(row.job.public_id))
    return Training.objects.select_related("job", "file", "release").get(pk=row.pk)


def models(training: Training) -> list[str]:
    assert training.summary is not None
    return [model["name"] for model in training.summary["models"]]


def names(training: Training) -> dict[str, str]:
    """Return the files of the stored zip, without their top folder, and the texts of the runs."""
    assert training.file
    with zipfile.ZipFile(training.file.path) as archive:
        return {entry.partition("/")[2]: archive.read(entry).decode(errors="replace") for entry in archive.namelist()}


@pytest.mark.usefixtures("child")
def test_the_report_is_stored_and_nothing_is_left_in_the_work_folder(release: Release) -> None:
    training = trained(release, "hard-sharing")
    assert training.job
    assert (training.job.state, training.job.result) == ("done", {"models": 3})
    assert models(training) == ["hard-sharing", "linear", "majority"]
    assert "report.json" in names(training)
    assert not any("features" in name or "log" in name for name in names(training))
    assert files(Path(settings.WORK_DIR)) == []
    assert picture(training, "sentiment-figures.svg") == b"<svg/>"
    assert picture(training, "../report.json") is None


@pytest.mark.usefixtures("child")
def test_a_model_that_predicts_one_class_is_named_unless_it_is_meant_to(release: Release) -> None:
    summary = trained(release, "hard-sharing").summary
    assert summary is not None
    found = {each["name"]: each["collapsed"] for each in summary["questions"][0]["models"]}
    assert found == {"hard-sharing": 1, "linear": 1, "majority": 0}


@pytest.mark.usefixtures("child")
def test_a_further_training_keeps_the_runs_and_replaces_the_zip(release: Release) -> None:
    first = trained(release, "hard-sharing")
    assert first.file
    path = first.file.path
    second = trained(release, "soft-sharing")
    assert second.pk == first.pk
    assert models(second) == ["hard-sharing", "linear", "majority", "soft-sharing"]
    assert names(second)["runs/linear/seed-0/run.json"] == "kept"
    assert not path.exists()
    assert MediaFile.objects.count() == 2  # the release and this


@pytest.mark.usefixtures("child")
def test_a_kill_while_runs_are_unpacked_leaves_no_half_of_a_run(
    release: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    trained(release, "hard-sharing")
    copy = shutil.copyfileobj

    def killed(source: Any, target: Any) -> None:
        copy(source, target)
        raise KeyboardInterrupt  # nothing handles it, as nothing handles a kill

    row = request_training(release=release, models=[], seeds=1, requested_by=None, here=True)
    assert row.job
    monkeypatch.setattr(shutil, "copyfileobj", killed)
    with pytest.raises(KeyboardInterrupt):
        execute(str(row.job.public_id))
    monkeypatch.undo()
    acts(monkeypatch, CHILD)
    assert not (settings.WORK_DIR / f"training-{row.public_id}.runs").exists()
    Job.objects.filter(pk=row.job.pk).update(state="queued", lease_until=None)
    execute(str(row.job.public_id))
    again = Training.objects.select_related("job", "file", "release").get(pk=row.pk)
    assert models(again) == ["hard-sharing", "linear", "majority"]
    assert names(again)["runs/linear/seed-0/run.json"] == "kept"
    assert files(Path(settings.WORK_DIR)) == []


def test_a_failed_training_tells_the_last_line_and_keeps_what_is_finished(
    release: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    acts(monkeypatch, "import sys; print('beginning', file=sys.stderr); sys.exit('The training split has no labels.')")
    training = trained(release)
    assert training.job
    assert (training.job.state, training.job.error_code) == ("failed", "training.failed")
    assert training.job.error_params == {"reason": "The training split has no labels"}
    acts(monkeypatch, CHILD)
    assert trained(release).job.state == "done"  # type: ignore[union-attr]


def test_a_killed_worker_takes_the_child_with_it(tmp_path: Path) -> None:
    script = (
        "import os, pathlib, sys, time; pathlib.Path(sys.argv[1], 'pid').write_text(str(os.getpid())); time.sleep(60)"
    )
    worker = os.fork()
    if not worker:  # the worker
        with pytest.MonkeyPatch.context() as patch:
            acts(patch, script)
            process.train(tmp_path, tmp_path, models=[], seeds=1, progress=lambda _done, _of: None)
        os._exit(0)
    wait_for((tmp_path / "pid").exists)
    wait_for(lambda: bool((tmp_path / "pid").read_text()))
    child = Path("/proc", (tmp_path / "pid").read_text())
    assert child.exists()
    os.kill(worker, 9)
    os.waitpid(worker, 0)
    wait_for(lambda: not child.exists() or "zombie" in (child / "status").read_text())


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 20
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.05)


def test_discarding_the_release_ends_its_training(
    release: Release, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    acts(monkeypatch, f"import time, pathlib; pathlib.Path({str(tmp_path / 'began')!r}).touch(); time.sleep(60)")
    monkeypatch.setattr(process, "SILENCE_S", 0.05)
    row = request_training(release=release, models=[], seeds=1, requested_by=None, here=True)
    looks = Training.objects.filter

    def look(**wanted: Any) -> Any:
        if (tmp_path / "began").exists() and wanted == {"pk": row.pk}:
            discard_release(release=release, reason="wrong", discarded_by=UserFactory(), now=row.created_at)
            (tmp_path / "began").unlink()
        return looks(**wanted)

    monkeypatch.setattr(Training.objects, "filter", look)
    assert row.job
    execute(str(row.job.public_id))
    job = Job.objects.get(pk=row.job.pk)
    assert (job.state, job.result) == ("done", {})
    assert not Training.objects.exists()
    assert files(Path(settings.WORK_DIR)) == []


@pytest.mark.usefixtures("child")
def test_a_discarded_release_loses_its_models_and_gets_no_others(release: Release) -> None:
    training = trained(release)
    assert training.file
    path = training.file.path
    discard_release(release=release, reason="wrong", discarded_by=UserFactory(), now=training.created_at)
    assert not path.exists()
    assert not Training.objects.exists()
    with refused("export.no_files"):
        trained(release)


@pytest.mark.usefixtures("child")
def test_only_one_training_at_a_time(release: Release) -> None:
    request_training(release=release, models=[], seeds=1, requested_by=None, here=True)
    with refused("training.unfinished"):
        request_training(release=release, models=[], seeds=1, requested_by=None, here=True)


@pytest.mark.usefixtures("child")
@pytest.mark.parametrize(
    ("models", "seeds", "code"),
    [(["gpt"], 1, "training.unknown_model"), ([], 0, "training.bad_seeds"), ([], 11, "training.bad_seeds")],
)
def test_unusable_requests_are_refused(release: Release, models: list[str], seeds: int, code: str) -> None:
    with refused(code):
        request_training(release=release, models=models, seeds=seeds, requested_by=None)


def test_without_torch_the_refusal_names_the_command(release: Release, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(process, "is_installed", lambda: False)
    with refused("training.not_installed"):
        request_training(release=release, models=[], seeds=1, requested_by=None)


def test_trainings_have_a_queue_of_their_own() -> None:
    assert queue_of(trainings.KIND) == "training"
    assert queue_of("export.release") == ""


def test_the_models_offered_are_those_of_the_baseline() -> None:
    assert list(trainings.MODELS) == [entry.name for entry in MODELS]
    assert list(TRAINED) == list(trainings.MODELS)
    assert trainings.ALWAYS == ALWAYS


@pytest.mark.slow
@pytest.mark.torch
def test_the_baseline_itself_is_trained_on_a_stored_release(release: Release) -> None:
    if not process.is_installed():
        missing("torch (`make baseline`)")
    training = trained(release, "speaker-only")
    assert training.job
    assert training.job.state == "done", training.job.error_params
    assert models(training) == ["majority", "speaker-only", "linear"]
    assert json.loads(names(training)["report.json"])["corpus"] == release.corpus.slug
    assert picture(training, "sentiment-figures.svg")
