from datetime import timedelta
from typing import Any

import pytest
from django.utils import timezone

from agreement.domain.live_figures import (
    IDLE,
    KIND,
    RECENT,
    REST,
    corpora_just_handed_in,
    corpora_with_newer_answers,
    newer_answers,
)
from agreement.domain.reports import request_report
from agreement.models import LiveFigures, Report
from annotator.models import Assignment
from common.jobs import upkeep
from common.jobs.queue import enqueue, execute
from common.jobs.sweep import sweep_once
from common.jobs.upkeep import queue_urgent_upkeep
from common.models import Job
from corpus.models import Corpus, Dialogue
from tests.agreement.material import judged, put_in_use, source
from tests.factories import CorpusFactory

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def refreshed(corpus: Corpus) -> LiveFigures | None:
    job = enqueue(kind=KIND, args={"corpus": str(corpus.public_id)}, here=True)
    execute(str(job.public_id))
    job.refresh_from_db()
    assert not job.error_code, job.error_params
    return LiveFigures.objects.filter(corpus=corpus).first()


def due(corpus: Corpus, *, after: timedelta = REST) -> tuple[bool, bool]:
    """Whether the sweep, and its look twice a second, find the corpus some time after the last figures."""
    live = LiveFigures.objects.filter(corpus=corpus).first()
    now = (live.computed_at if live else timezone.now()) + after
    return corpus in corpora_with_newer_answers(now=now), corpus in corpora_just_handed_in(now=now)


def hand_in(corpus: Corpus, rater: str, **changes: Any) -> None:
    """Let the oldest dialogue of a rater be handed in now."""
    first = Assignment.objects.filter(rater__corpus=corpus, rater__slug=rater).order_by("pk")[0]
    Assignment.objects.filter(pk=first.pk).update(state="done", **({"ended_at": timezone.now()} | changes))


def test_they_are_the_alphas_and_intervals_of_a_report() -> None:
    corpus = judged({"a": "+0-+0-", "b": "+0-0?+", "c": "+0+0+-"})
    report = request_report(corpus=corpus)
    execute(str(report.job.public_id))  # type: ignore[union-attr]
    figures = Report.objects.get().figures
    live = refreshed(corpus)
    assert live is not None
    assert figures is not None
    expected = {question["slug"]: question["alpha"] for question in figures["questions"]}
    assert {question["slug"]: question["alpha"] for question in live.figures["questions"]} == expected
    assert (live.figures["raters"], live.annotations) == (["a", "b", "c"], 18)
    assert expected["sentiment"]["value"] is not None


def test_imported_labels_are_no_part_of_them() -> None:
    corpus = judged({"a": "+0", "b": "+-"})
    source(corpus, "+0")
    live = refreshed(corpus)
    assert live is not None
    assert live.figures["raters"] == ["a", "b"]


def test_there_are_none_before_the_first_hand_in_or_without_a_codebook() -> None:
    corpus = judged({"a": "+", "b": "-"})
    Assignment.objects.update(state="open", ended_at=None)
    assert due(corpus) == (False, False)
    assert refreshed(corpus) is None
    assert refreshed(CorpusFactory()) is None


def test_a_hand_in_makes_them_due_once() -> None:
    corpus = judged({"a": "+0", "b": "+-"})
    assert due(corpus) == (True, True)
    refreshed(corpus)
    assert due(corpus) == (False, False)
    hand_in(corpus, "a")
    assert due(corpus) == (True, True)
    refreshed(corpus)
    assert due(corpus) == (False, False)


def test_they_rest_between_two_hand_ins_and_longer_if_they_take_long() -> None:
    corpus = judged({"a": "+0", "b": "+-"})
    refreshed(corpus)
    hand_in(corpus, "a")
    assert due(corpus, after=REST / 2) == (False, False)
    LiveFigures.objects.update(took_ms=60_000)
    assert due(corpus, after=IDLE * timedelta(seconds=59)) == (False, False)
    assert due(corpus, after=IDLE * timedelta(seconds=61))[0]


def test_a_hand_in_that_was_committed_late_is_noticed() -> None:
    corpus = judged({"a": "+0", "b": "+-"})
    Assignment.objects.filter(rater__slug="a").update(state="open", ended_at=None)
    live = refreshed(corpus)
    assert live is not None
    hand_in(corpus, "a", ended_at=live.newest - RECENT / 2)
    assert due(corpus) == (False, True)
    refreshed(corpus)
    assert due(corpus) == (False, False)


def test_an_older_hand_in_needs_no_look_twice_a_second() -> None:
    corpus = judged({"a": "+0", "b": "+-"})
    Assignment.objects.update(ended_at=timezone.now() - 2 * RECENT)
    assert due(corpus) == (True, False)


def test_another_codebook_makes_them_due() -> None:
    corpus = judged({"a": "+0", "b": "+-"})
    refreshed(corpus)
    put_in_use(corpus, "[negative, neutral, positive]", "[bad, neutral, positive]")
    assert due(corpus) == (True, False)


def test_archived_corpora_have_no_new_ones() -> None:
    corpus = judged({"a": "+0", "b": "+-"})
    Corpus.objects.update(archived_at=timezone.now())
    assert due(corpus) == (False, False)


def test_newer_answers_are_those_of_dialogues_handed_in_later() -> None:
    corpus = judged({"a": "+0-+", "b": "+-0+"}, utterances_per_dialogue=2)
    live = refreshed(corpus)
    assert live is not None
    assert newer_answers(live) == 0
    hand_in(corpus, "a")
    hand_in(corpus, "b")
    assert newer_answers(live) == 4
    Dialogue.objects.filter(corpus=corpus).update(state="excluded")
    assert newer_answers(live) == 0


def test_the_sweep_and_its_look_between_queue_them(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(upkeep, "UPKEEP", [each for each in upkeep.UPKEEP if each.kind == KIND])
    corpus = judged({"a": "+0", "b": "+-"})
    assert queue_urgent_upkeep(now=timezone.now()) == 1
    sweep_once()
    job = Job.objects.get(kind=KIND)
    execute(str(job.public_id))
    assert LiveFigures.objects.filter(corpus=corpus).exists()
