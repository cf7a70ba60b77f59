import re
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from common.jobs import service_heartbeats
from corpus.models import Corpus
from export.domain.training import process
from export.metadata.training_summary import shown_training, training_summary
from export.models import Release, Training
from tests.agreement.material import judge, utterances
from tests.annotator.material import corpus_with_work
from tests.export.stored import stored_release
from tests.factories import MembershipFactory, RaterFactory

pytestmark = [pytest.mark.django_db, pytest.mark.database]

FIGURE = {"sd": 0.01, "low": 0.4, "high": 0.6, "seeds": []}


def report() -> dict[str, Any]:
    def figures(macro: float, distance: float, collapsed: int) -> dict[str, Any]:
        measures = {"macro-f1": {"mean": macro, **FIGURE}, "macro-mae": {"mean": distance, **FIGURE}}
        return {"measures": measures, "collapsed_seeds": collapsed}

    row = {"first": "soft-sharing", "second": "linear", "question": "sentiment", "value": 0.1, "low": 0.05, "high": 0.2}
    unlabelled = {"measures": {}, "collapsed_seeds": 0}
    return {
        "version": "0",
        "rows": {"train": 80, "dev": 10, "test": 11},
        "models": {
            name: {"seeds": [0, 1], "cost": {"cpu_s": 12.4, "peak_mb": 300.0}} for name in ("linear", "soft-sharing")
        },
        "test": {
            "sentiment": {
                "n": 11,
                "ceiling": {"human": {"macro-f1": 0.777}},
                "models": {"linear": figures(0.512, 0.9, 0), "soft-sharing": figures(0.401, 0.3, 1)},
            },
            "emotion": {"n": 0, "ceiling": {}, "models": {"linear": unlabelled, "soft-sharing": unlabelled}},
        },
        "comparison": {
            "measure": "macro-f1",
            "split": "test",
            "family": 2,
            "rows": [{**row, "p_holm": 0.01}, {**row, "question": "humor", "value": -0.1, "p_holm": None}],
        },
    }


PICTURES = (
    "sentiment-figures.svg",
    "sentiment-linear-confusion.svg",
    "soft-sharing-sharing.svg",
    "emotion-figures.svg",
)


@pytest.fixture
def corpus() -> Corpus:
    return corpus_with_work(dialogues=1)


@pytest.fixture
def release(corpus: Corpus, monkeypatch: pytest.MonkeyPatch) -> Release:
    monkeypatch.setattr("export.views.training.is_installed", lambda: True)
    monkeypatch.setattr(process, "is_installed", lambda: True)
    return stored_release(corpus)


@pytest.fixture
def manager(client: Client, corpus: Corpus) -> Client:
    client.force_login(MembershipFactory(corpus=corpus, roles=["manager"]).user)
    return client


def address(release: Release, name: str = "baselines", *more: str) -> str:
    return reverse(f"export:{name}", args=[release.corpus.slug, release.public_id, *more])


def trained(release: Release) -> Training:
    summary = training_summary(report(), PICTURES)
    return Training.objects.create(release=release, options={}, summary=summary, file=release.file)


def test_a_manager_requests_models_and_sees_that_they_wait_for_their_worker(manager: Client, release: Release) -> None:
    page = manager.get(address(release))
    assert "Train models" in page.content.decode()
    answer = manager.post(address(release), {"models": ["soft-sharing"], "seeds": "3"})
    assert answer.status_code == 302
    row = Training.objects.get()
    assert row.options == {"models": ["majority", "linear", "soft-sharing"], "seeds": 3}
    service_heartbeats.record_heartbeat("worker", "w")
    assert "no worker for trainings is running" in manager.get(address(release)).content.decode()
    service_heartbeats.record_heartbeat("training", "t")
    assert "no worker for trainings is running" not in manager.get(address(release)).content.decode()
    twice = manager.post(address(release), {"models": [], "seeds": "1"})
    assert "Wait until they are finished" in twice.content.decode()


def test_without_torch_the_page_names_the_command(
    manager: Client, release: Release, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("export.views.training.is_installed", lambda: False)
    text = manager.get(address(release)).content.decode()
    assert "make baseline" in text
    assert f"python -m baseline train {release.file_name}" in text
    assert "<form" not in text.partition("<main")[2].partition("</main")[0]


def test_the_page_shows_the_figures_the_differences_and_the_costs(manager: Client, release: Release) -> None:
    trained(release)
    text = " ".join(manager.get(address(release)).content.decode().split())
    assert re.findall(r"<strong ?>([\d.]+)</strong>", text) == ["0.512"]  # the best macro F1; no distance is marked
    assert "0.777" in text
    assert "sentiment (1 of 2 seeds)" in text
    assert address(release, "baselines_picture", "soft-sharing-sharing.svg") in text


def test_a_question_without_labels_in_test_is_only_named() -> None:
    shown = shown_training(training_summary(report(), PICTURES), None, "en")
    assert [question["name"] for question in shown["questions"]] == ["sentiment"]
    assert shown["unlabelled"] == ["emotion"]
    assert [row["better"] for row in shown["comparison"]["rows"]] == ["first", ""]
    assert shown["questions"][0]["pictures"] == ["sentiment-figures.svg", "sentiment-linear-confusion.svg"]


def test_below_25_dialogues_the_intervals_are_grey_with_the_reason_and_no_model_is_better(
    manager: Client, release: Release
) -> None:
    def page(dialogues: int) -> str:
        row = trained(release)
        row.summary = training_summary(report() | {"dialogues": {"test": dialogues}}, PICTURES)
        row.save()
        text = " ".join(manager.get(address(release)).content.decode().split())
        row.delete()
        return text

    few = page(9)
    assert "Test has only 9 dialogues. Below 25, the intervals are too narrow" in few
    assert few.count("interval-few") == 4 + 4  # two measures of two models; interval and p value of two comparisons
    assert "<td> soft-sharing </td>" not in few
    enough = page(25)
    assert "interval-few" not in enough
    assert "too narrow" not in enough


def test_an_unknown_picture_is_not_found(manager: Client, release: Release) -> None:
    assert manager.get(address(release, "baselines_picture", "report.json")).status_code == 404
    assert manager.get(address(release, "baselines_zip")).status_code == 404
    trained(release)
    assert manager.get(address(release, "baselines_picture", "report.json")).status_code == 404
    assert manager.get(address(release, "baselines_zip")).status_code == 200


def test_a_manager_who_still_labels_sees_no_figures_of_raters(client: Client, corpus: Corpus, release: Release) -> None:
    trained(release)
    corpus.allows_several_roles = True
    corpus.save()
    other = RaterFactory(corpus=corpus, membership__corpus=corpus)
    own = RaterFactory(corpus=corpus, membership__corpus=corpus, membership__roles=["manager", "annotator"])
    judge(other, utterances(corpus)[0], sentiment="positive")
    client.force_login(own.membership.user)
    page = client.get(address(release))
    assert page.context["hides_raters"]
    assert "shown" not in page.context
    assert client.get(address(release, "baselines_zip")).status_code == 409
