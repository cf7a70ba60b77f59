"""The methods appendix: selection, phases, exclusions, who labelled what, agreement, findings; in English."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime
from typing import Any

from django.db.models import Count, Max, Min, Sum
from django.utils import timezone, translation

from agreement.detectors.collection import LEVEL
from agreement.domain.findings.listing import findings_of, listed
from agreement.domain.report_figures import figures
from agreement.judgements.raters import chosen_raters
from agreement.judgements.tables import AnswerTables, read_tables
from agreement.models import DetectionLook, ExclusionRules, Report
from agreement.presentation.interval_notes import generalises, is_grey, short_note, with_shown_intervals
from agreement.presentation.paper.blocks import Block, Heading, Paragraph, Table
from agreement.statistics.intervals.figures import FEW_DIALOGUES
from annotator.models import Assignment
from common.errors import Refused
from common.version import VERSION
from corpus.domain.people.consents import withheld
from corpus.domain.selection.summary import is_documented, selection_summary
from corpus.models import Annotation, Corpus, Dialogue, Finding, Purpose, Rater, Revision, Utterance


def methods_appendix(
    corpus: Corpus,
    *,
    raters: Iterable[str] = (),
    answers: AnswerTables | None = None,
    computed: dict[str, Any] | None = None,
    moment: datetime | None = None,
) -> list[Block]:
    """Return the appendix of a corpus as it is now.

    People are named by their pseudonyms; those who did not consent to figures of their own are counted, not named.

    Args:
        corpus: with a codebook.
        raters: slugs of those whose agreement is computed; default as in a report.
        answers: of these raters, if they have been read already.
        computed: the figures of these answers, if they are known.
        moment: whose day it names; default now.

    Raises:
        Refused: `agreement.no_codebook`, `agreement.unknown_rater`.
    """
    if corpus.codebook is None:
        raise Refused("agreement.no_codebook")
    with translation.override("en"):
        compared = chosen_raters(corpus, raters)
        hidden = set(withheld(corpus.raters.select_related("membership")).slugs)
        answers = answers or read_tables(codebook=corpus.codebook, raters=compared)
        return [
            Heading("Methods"),
            Paragraph(
                f"Written by Concord {VERSION} on {_day(moment or timezone.now())} from the corpus “{corpus.title}” "
                f"({corpus.slug}). Digest of the compared answers: {answers.digest[:16]}."
            ),
            *_selection(corpus),
            *_phases(corpus),
            *_exclusions(corpus, hidden),
            *_people(corpus, hidden),
            *_agreement(corpus, answers, computed or figures(answers), hidden),
            *_findings(corpus, hidden),
        ]


def _selection(corpus: Corpus) -> Iterator[Block]:
    assert corpus.codebook is not None  # noqa: S101 -- checked by the caller
    states = dict(Dialogue.objects.filter(corpus=corpus).order_by().values_list("state").annotate(Count("pk")))
    ready = Utterance.objects.filter(dialogue__corpus=corpus, dialogue__state=Dialogue.State.READY)
    series = corpus.series.count()
    policy = corpus.codebook.rules().policy
    yield Heading("Selection")
    yield Paragraph(
        f"The corpus has {states.get(Dialogue.State.READY, 0):,} dialogues with {ready.count():,} utterances of "
        f"{series:,} series. {states.get(Dialogue.State.EXCLUDED, 0):,} dialogues were excluded as a whole, and "
        f"{states.get(Dialogue.State.DRAFT, 0):,} are drafts that nobody can label. Each dialogue is given to "
        f"{policy.k} annotators, who do not see each other’s answers; they see "
        f"{'the whole dialogue' if policy.context == 'all' else 'the utterances up to the present one'}."
    )
    if is_documented(corpus):
        yield from _steps(selection_summary(corpus))


def _steps(summary: dict[str, Any]) -> Iterator[Block]:
    """Yield how the dialogues were selected from the candidates, step by step."""
    yield Paragraph(
        f"There are {summary['candidates']:,} candidate dialogues: {summary['in']:,} selected, {summary['out']:,} "
        f"left out, {summary['undecided']:,} undecided."
    )
    lines = [
        [
            step["at"][:10],
            "drawn at random" if step["kind"] == "draw" else "chosen" if step["decision"] == "in" else "left out",
            step["reason"] or "–",
            f"{step['population']:,}",
            f"{step['taken']:,}",
            str(step.get("seed", "–")),
        ]
        for step in summary["steps"]
    ]
    head = ["day", "step", "reason or rule", "from", "dialogues", "seed"]
    yield Table("Steps of the selection, the oldest first.", head, lines, words=3, wide=2)


def _phases(corpus: Corpus) -> Iterator[Block]:
    answered = Annotation.objects.filter(rater__corpus=corpus, rater__kind=Rater.Kind.MEMBER, answers__isnull=False)
    rows = (
        answered.order_by()
        .values_list("purpose", "codebook__version")
        .annotate(
            people=Count("rater", distinct=True),
            dialogues=Count("utterance__dialogue", distinct=True),
            annotations=Count("pk"),
            first=Min("updated_at"),
            last=Max("updated_at"),
        )
    )
    names = dict(Purpose.choices)
    order = list(Purpose.values)
    lines = [
        [
            str(names[purpose]),
            f"v{version}",
            f"{people:,}",
            f"{dialogues:,}",
            f"{annotations:,}",
            _day(first),
            _day(last),
        ]
        for purpose, version, people, dialogues, annotations, first, last in sorted(
            rows, key=lambda row: (order.index(row[0]), row[1])
        )
    ]
    yield Heading("Phases")
    if lines:
        head = ["phase", "codebook", "annotators", "dialogues", "annotations", "first", "last"]
        yield Table("Phases of the annotation; the days are those of the present answers.", head, lines, words=2)
    else:
        yield Paragraph("No member has answered anything yet.")
    guidelines = Revision.objects.filter(codebook__corpus=corpus, guideline__isnull=False).order_by()
    used = sorted(set(guidelines.values_list("guideline__version", flat=True).distinct()))
    if used:
        versions = ", ".join(f"v{each}" for each in used)
        yield Paragraph(f"The answers were given under the guideline versions {versions}.")


def _exclusions(corpus: Corpus, hidden: set[str]) -> Iterator[Block]:
    yield Heading("Exclusions")
    rules = list(ExclusionRules.objects.filter(corpus=corpus))
    if not rules:
        yield Paragraph("No rules of exclusion were written down. Concord itself excludes no answers.")
    for each in reversed(rules):
        when = "before the first annotation" if not each.annotations else f"after {each.annotations:,} annotations"
        yield Paragraph(f"Rules of exclusion, written down on {_day(each.written_at)}, {when}:\n{each.text}")
    paused = corpus.memberships.filter(paused_at__isnull=False, is_annotator=True).count()
    left = Assignment.objects.filter(
        rater__corpus=corpus, purpose=Purpose.MAIN, state=Assignment.State.RELEASED
    ).count()
    yield Paragraph(
        f"{paused} annotators are paused. {left:,} dialogues were given up or taken back before they were handed in; "
        f"their answers do not count. {len(hidden)} annotators did not consent to figures of their own and are not "
        "named."
    )
    for report in Report.objects.filter(corpus=corpus, selection__has_key="excluded").defer("slices", "figures"):
        excluded = report.selection["excluded"]
        reason = report.selection["reason"] or "no reason given"
        if hidden & set(excluded):
            reason = "the reason is kept with the report"  # it can name them
        named = ", ".join(_named(excluded, hidden))
        yield Paragraph(f"A report of {_day(report.created_at)} compares answers without {named}: {reason}")


def _people(corpus: Corpus, hidden: set[str]) -> Iterator[Block]:
    given = (
        Annotation.objects.filter(
            rater__corpus=corpus,
            purpose=Purpose.MAIN,
            answers__isnull=False,
            utterance__dialogue__state=Dialogue.State.READY,
        )
        .order_by()
        .values_list("rater__slug", "rater__kind")
        .annotate(dialogues=Count("utterance__dialogue", distinct=True), annotations=Count("pk"))
    )
    hours = dict(
        Revision.objects.filter(
            annotation__rater__corpus=corpus,
            annotation__rater__kind=Rater.Kind.MEMBER,
            annotation__purpose=Purpose.MAIN,
            cause__in=Revision.ANSWERING,
        )
        .order_by()
        .values_list("annotation__rater__slug")
        .annotate(Sum("active_ms"))
    )
    lines = [
        [slug, kind, f"{dialogues:,}", f"{annotations:,}", f"{hours[slug] / 3_600_000:.1f}" if slug in hours else "–"]
        for slug, kind, dialogues, annotations in sorted(given)
        if slug not in hidden
    ]
    yield Heading("Annotators")
    if lines:
        head = ["rater", "kind", "dialogues", "utterances", "active hours"]
        yield Table("Who labelled what, in the main work.", head, lines, words=2)


def _agreement(corpus: Corpus, answers: AnswerTables, computed: dict[str, Any], hidden: set[str]) -> Iterator[Block]:
    assert corpus.codebook is not None  # noqa: S101 -- checked by the caller
    own, rules = computed, corpus.codebook.rules()
    computed = with_shown_intervals(own)
    lines, few = [], False
    for question in computed["questions"]:
        alpha, percent = question["alpha"], question["percent"]
        few = few or is_grey(alpha)
        lines.append(
            [
                rules.text(question["slug"], "en").name,
                question["level"],
                f"{alpha['n_units']:,}",
                f"{alpha['n_dialogues']:,}",
                _number(alpha),
                "–" if alpha["low"] is None else f"[{alpha['low']:.3f}, {alpha['high']:.3f}]",
                "–" if percent["value"] is None else f"{100 * percent['value']:.1f} %",
                short_note(alpha) or "–",
            ]
        )
    yield Heading("Agreement")
    head = ["question", "level", "utterances", "dialogues", "alpha", "95 % interval", "agreement", "note"]
    named = ", ".join(_named(computed["raters"], hidden)) or "nobody"
    caption = (
        f"Krippendorff’s alpha and percent agreement of the answers first handed in by {named}. Intervals are "
        f"clustered by dialogues and hold for {'annotators like these' if generalises(own) else 'these annotators'}."
    )
    if few:
        caption += (
            f" Where fewer than {FEW_DIALOGUES} dialogues contain the rarer answers, an interval holds the value less "
            "often than in 95 % of cases."
        )
    yield Table(caption, head, lines, words=2)
    yield Paragraph(
        f"{answers.annotations:,} annotations were read; {answers.corrected:,} of them were corrected after they were "
        f"handed in, and agreement uses the first answers. {answers.single[0]:,} utterances were labelled by one "
        "rater alone and are not compared."
    )


def _findings(corpus: Corpus, hidden: set[str]) -> Iterator[Block]:
    look = DetectionLook.objects.filter(corpus=corpus).first()
    yield Heading("Findings")
    if look is None:
        yield Paragraph("The data were not searched for defects.")
        return
    yield Paragraph(
        f"The data were searched for defects, last on {_day(look.looked_at)} ({look.answered:,} annotations). The "
        f"tests together raise a false finding in at most {100 * LEVEL:.0f} of 100 corpora without a fault, over all "
        "searches."
    )
    lines, withheld_findings = [], 0
    notes: Counter[str] = Counter()
    for finding in findings_of(corpus):
        if {finding.rater.slug if finding.rater else "", finding.evidence.get("other")} & hidden:
            withheld_findings += 1
            continue
        shown = listed(finding)
        if finding.severity == Finding.Severity.NOTE:
            notes[shown.summary] += 1
            continue
        lines.append(
            [
                finding.severity,
                shown.summary,
                finding.rater.slug if finding.rater else "–",
                finding.task or "–",
                f"{shown.text} ({shown.extent})",
                "fact" if finding.p_value is None else f"{max(finding.p_value, 1e-12):.0e}".replace("1e-12", "<1e-12"),
                finding.comment or "–",
            ]
        )
    if lines:
        head = ["severity", "finding", "rater", "question", "case", "p", "dismissed because"]
        caption = "Findings that hold; p is adjusted for everything the test examined."
        yield Table(caption, head, lines, words=7, wide=4)
    else:
        yield Paragraph("Nothing severe was found, and there are no warnings.")
    if notes:
        yield Paragraph(f"Notes: {'; '.join(f'{count} × {summary}' for summary, count in notes.most_common())}.")
    if withheld_findings:
        yield Paragraph(f"{withheld_findings} further findings concern annotators who are not named.")


def _named(raters: Iterable[str], hidden: set[str]) -> list[str]:
    return [slug if slug not in hidden else "an annotator not named" for slug in raters]


def _number(figure: dict[str, Any]) -> str:
    return figure["reason"].replace("_", " ") if figure["value"] is None else f"{figure['value']:.3f}"


def _day(moment: datetime) -> str:
    return timezone.localtime(moment).date().isoformat()
