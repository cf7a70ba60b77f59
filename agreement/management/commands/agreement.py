"""Compute a report without a worker and print its table."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from django.core.management.base import CommandError, CommandParser

from agreement.domain.findings.listing import listed, severe_findings
from agreement.domain.reports import request_report
from agreement.models import Report
from agreement.presentation.cards import more_dialogues_sentence
from agreement.presentation.interval_notes import generalises, note_sentence, short_note, with_shown_intervals
from agreement.presentation.left_out import left_out_sentences
from common.errors import Refused, sentence
from common.jobs.queue import execute
from common.management.base import ConcordCommand
from corpus.domain.structure.short_names import corpus_named
from corpus.models import Corpus

USAGE, FAILURE = 2, 1
MEASURES = ("alpha", "fleiss", "percent")


class Command(ConcordCommand):
    help = "Compute the agreement of the raters of a corpus, store it as a report, and print its table."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("corpus", metavar="CORPUS", help="short name of the corpus")
        parser.add_argument("--raters", default="", metavar="A,B,...", help="slugs of raters; default: the members")

    def handle(self, *_args: Any, **options: Any) -> None:
        corpus = corpus_named(options["corpus"])
        if corpus is None:
            raise CommandError(f"no corpus with the short name {options['corpus']}", returncode=USAGE)
        raters = [slug.strip() for slug in options["raters"].split(",") if slug.strip()]
        try:
            report = request_report(corpus=corpus, raters=raters, here=True)
        except Refused as refusal:
            unknown = refusal.code == "agreement.unknown_rater"
            raise CommandError(str(refusal), returncode=USAGE if unknown else FAILURE) from None
        assert report.job is not None  # noqa: S101 -- a report is created with its job
        execute(str(report.job.public_id))
        report.refresh_from_db()
        report.job.refresh_from_db()
        if report.job.error_code:
            raise CommandError(sentence(report.job.error_code, report.job.error_params), returncode=FAILURE)
        if report.figures is None:
            raise CommandError("a worker is computing the same report; see its page", returncode=FAILURE)
        for line in table(report, report.figures):
            self.stdout.write(line)


def table(report: Report, figures: dict[str, Any]) -> Iterator[str]:
    """Yield the lines of a report, one per question, with alpha and its interval first."""
    chosen, figures = report.selection, with_shown_intervals(figures)
    yield (
        f"{report.corpus.slug}, {report.codebook}: {chosen['annotations']} annotations of {chosen['utterances']} "
        f"utterances in {chosen['dialogues']} dialogues by {', '.join(figures['raters']) or 'no raters'}"
    )
    if chosen.get("corrected"):
        yield f"{chosen['corrected']} annotations corrected after handing in; agreement uses the first answers"
    yield f"{'question':24} {'level':8} {'alpha':>7} {'95 % interval':>17} {'Fleiss':>7} {'percent':>7} {'compared':>9}"
    for question in figures["questions"]:
        alpha, fleiss, percent = (question[measure] for measure in MEASURES)
        interval = "" if alpha["low"] is None else f"{alpha['low']:.3f} .. {alpha['high']:.3f}"
        remark = alpha["reason"].replace("_", " ") or short_note(alpha)
        numbers = " ".join(f"{number(figure):>7}" for figure in (fleiss, percent))
        yield (
            f"{question['slug']:24} {question['level']:8} {number(alpha):>7} {interval:>17} {numbers} "
            f"{alpha['n_units']:>9}{'  ' + remark if remark else ''}"
        )
    whom = "annotators like these" if generalises(figures) else "these annotators"
    yield f"interval: 95 %, clustered by dialogues, for {whom}"
    for question in figures["questions"]:
        if note := note_sentence(question["alpha"]):
            yield f"{question['slug']}: {note}"
        if question.get("more_dialogues") and (more := more_dialogues_sentence(question)):
            yield f"{question['slug']}, until alpha +- 0.05: {more}"
        noted = [(label["label"], short_note(label["alpha"])) for label in question["labels"]]
        if notes := ", ".join(f"{label} ({note})" for label, note in noted if note):
            yield f"{question['slug']}, alpha against the rest: {notes}"
    if figures["single"]["utterances"] and len(figures["raters"]) > 1:
        yield "labelled by one rater and not compared: {utterances} utterances, {dialogues} dialogues".format(
            **figures["single"]
        )
    for question in figures["questions"]:
        yield from (f"{question['slug']}: {line}" for line in left_out_sentences(question))
    yield from defects(report.corpus, figures)


def defects(corpus: Corpus, figures: dict[str, Any]) -> Iterator[str]:
    """Yield what is known to be wrong with the data, as above the report on its page."""
    if known := figures.get("known_defects", {}).get("count"):
        yield f"known defects of the sources: {known}; manage.py doctor {corpus.slug} --stored lists them"
    for finding in severe_findings(corpus):
        yield f"severe finding: {listed(finding).line(finding.task)}"


def number(figure: dict[str, Any]) -> str:
    """Return the value with three digits, or a dash if it is undefined."""
    return "-" if figure["value"] is None else f"{figure['value']:.3f}"
