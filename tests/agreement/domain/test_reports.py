import pytest

from agreement.domain.reports import annotations_since, request_report
from agreement.models import Report
from common.jobs.queue import execute
from common.models import Job
from corpus.models import Annotation, Revision
from tests.agreement.material import judge, judged, source, utterances
from tests.factories import CorpusFactory, UserFactory
from tests.refusals import refused

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def computed(report: Report) -> Report:
    assert report.job is not None
    execute(str(report.job.public_id))
    return Report.objects.select_related("job").get(pk=report.pk)


def test_a_report_is_computed_by_its_job_and_frozen() -> None:
    corpus, person = judged({"a": "+0-+", "b": "+0-0"}), UserFactory()
    asked = request_report(corpus=corpus, requested_by=person)
    assert (asked.figures, asked.computed_at, asked.selection) == (None, None, {"raters": ["a", "b"]})
    report = computed(asked)
    assert report.job is not None
    assert (report.job.state, report.job.result) == (Job.State.DONE, {"annotations": 8})
    assert (report.codebook, report.created_by, report.computed_at is None) == (corpus.codebook, person, False)
    assert {key: report.selection[key] for key in ("raters", "annotations", "utterances", "dialogues")} == {
        "raters": ["a", "b"],
        "annotations": 8,
        "utterances": 4,
        "dialogues": 4,
    }
    assert len(report.selection["digest"]) == 64
    assert report.figures is not None
    assert report.figures["questions"][0]["alpha"]["n_units"] == 4


def test_a_second_attempt_leaves_a_frozen_report_as_it_is() -> None:
    corpus = judged({"a": "+0-+", "b": "+0-0"})
    report = computed(request_report(corpus=corpus))
    Annotation.objects.all().delete()
    Job.objects.update(state=Job.State.QUEUED)
    again = computed(report)
    assert (again.figures, again.selection, again.computed_at) == (
        report.figures,
        report.selection,
        report.computed_at,
    )


def test_a_report_requested_twice_is_computed_once() -> None:
    corpus = judged({"a": "+0", "b": "+0"})
    judge(source(corpus), utterances(corpus)[0])
    first, second = request_report(corpus=corpus), request_report(corpus=corpus)
    other = request_report(corpus=corpus, raters=["a", "published"])
    assert (second.pk, Report.objects.count(), Job.objects.count()) == (first.pk, 2, 2)
    computed(first)
    assert request_report(corpus=corpus).pk not in (first.pk, other.pk)


def test_a_report_without_shortcuts_is_another_one() -> None:
    corpus = judged({"a": "+0-+", "b": "+0-0"})
    assert corpus.codebook
    annotation = Annotation.objects.filter(rater__slug="a").order_by("utterance__dialogue__order")[0]
    Revision.objects.create(
        annotation=annotation,
        number=annotation.number,
        cause="commit",
        codebook=corpus.codebook,
        shortcut="same_as_previous",
    )
    every, some = request_report(corpus=corpus), request_report(corpus=corpus, shortcuts=False)
    assert every != some
    assert (computed(every).selection["annotations"], computed(some).selection["annotations"]) == (8, 7)
    assert computed(some).selection["shortcuts"] is False


def test_annotations_since_a_report_are_counted() -> None:
    corpus = judged({"a": "+0", "b": "+ "})
    report = request_report(corpus=corpus)
    assert annotations_since(report) == 0
    report = computed(report)
    assert annotations_since(report) == 0
    judge(corpus.raters.get(slug="b"), utterances(corpus)[1], sentiment="neutral")
    judge(source(corpus), utterances(corpus)[1], sentiment="neutral")
    assert annotations_since(report) == 1


def test_without_a_codebook_there_is_nothing_to_compare() -> None:
    with refused("agreement.no_codebook"):
        request_report(corpus=CorpusFactory())
    assert Job.objects.count() == 0
