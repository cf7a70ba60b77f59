import pytest

from agreement.domain.reports import annotations_since, request_report
from agreement.models import Report
from agreement.presentation.csv_download import as_csv
from common.jobs.queue import execute
from common.models import Job
from corpus.domain.findings import NewFinding, record_findings
from corpus.domain.selection.candidates import Criteria
from corpus.domain.selection.steps import draw_dialogues, screen_dialogues
from corpus.models import Annotation, Dialogue, Revision, Screening, SelectionStep
from tests.agreement.material import judge, judged, source, utterances
from tests.factories import CorpusFactory, DialogueFactory, UserFactory
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


def test_a_report_keeps_the_known_defects_and_the_selection_of_its_moment() -> None:
    corpus = judged({"a": "+0-+", "b": "+0-0"})
    defect = NewFinding(
        kind="repeated_block",
        rows={"file": "train.csv", "first_row": 2491, "last_row": 13789},
        extent_count=11299,
        extent_share=0.82,
        severity="severe",
        task="sentiment",
        rater=source(corpus),
        evidence={"period": 200},
    )
    record_findings(corpus=corpus, source="repeated_block", findings=[defect])
    codes = Dialogue.objects.filter(corpus=corpus).order_by("order").values_list("code", flat=True)
    chosen = Criteria(codes=tuple(codes[:2]))
    screen_dialogues(corpus=corpus, criteria=chosen, is_in=True, reason="the pilot", decided_by=None)
    Annotation.objects.filter(utterance__dialogue__code__in=codes[2:]).delete()
    draw_dialogues(corpus=corpus, criteria=Criteria(), number=1, seed=1, decided_by=None)
    report = computed(request_report(corpus=corpus))
    record_findings(corpus=corpus, source="repeated_block", findings=[])
    figures = report.figures
    assert figures is not None
    assert figures["known_defects"]["worst"][0]["extent"] == "rows 2,491 to 13,789, 82 % of train.csv"
    assert (figures["selection"]["in"], figures["selection"]["out"]) == (3, 1)
    rows = as_csv(figures, report.selection).splitlines()
    assert any(",known_defect," in row and "rows 2,491 to 13,789, 82 % of train.csv" in row for row in rows)


def test_shares_of_a_report_are_weighted_if_dialogues_were_drawn_with_different_probabilities() -> None:
    corpus = judged({"a": "+0", "b": "+0"})
    assert "weighted_share" not in str(computed(request_report(corpus=corpus)).figures)
    first, _second = Dialogue.objects.filter(corpus=corpus).order_by("order")
    DialogueFactory.create_batch(2, corpus=corpus)
    step = SelectionStep.objects.create(corpus=corpus, kind="draw", population=3, taken=1, seed=1)
    Screening.objects.create(step=step, dialogue=first, is_in=True, probability=1 / 3)
    report = computed(request_report(corpus=corpus))
    assert report.figures is not None
    labels = {label["label"]: label for label in report.figures["questions"][0]["labels"]}
    assert (labels["positive"]["share"], labels["positive"]["weighted_share"]) == (0.5, 0.75)
    rows = as_csv(report.figures, report.selection)
    assert ",weighted_share,positive,0.75," in rows


def test_a_report_keeps_no_finding_on_the_answers_of_a_member() -> None:
    corpus = judged({"a": "+0-+", "b": "+0-0"})
    copied = NewFinding(
        kind="copied_answers",
        rows={"utterances": []},
        extent_count=2,
        extent_share=0.5,
        severity="severe",
        rater=corpus.raters.get(slug="b"),
        evidence={"other": "a", "identical": 2, "compared": 4, "expected": "0.1"},
    )
    record_findings(corpus=corpus, source="copied_answers", findings=[copied])
    report = computed(request_report(corpus=corpus))
    assert report.figures is not None
    assert report.figures["known_defects"] == {"count": 0, "worst": []}
