"""A corpus at one time: the first half of a release, read in one snapshot, with its rows in a spool file."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice
from pathlib import Path
from struct import Struct
from typing import Any, Protocol

from agreement.consensus.registry import ChosenMethod, choose
from agreement.domain.audit import AuditSample, read_audit
from agreement.domain.report_figures import emptied_questions, figures, left_out_total
from agreement.judgements import raters as judging_raters
from agreement.judgements.tables import AnswerTables
from annotator.models import Assignment
from common.database.snapshot import snapshot
from common.errors import Refused
from corpus.domain.known_defects import defects_document
from corpus.domain.people.consents import withheld
from corpus.domain.screening import weights, weights_by_code
from corpus.domain.selection.summary import selection_summary
from corpus.domain.structure.sources import described_speakers, sources_of, topics_of
from corpus.models import Corpus, Dialogue, Rater
from corpus.rules.codebook import Codebook
from export.domain.datasheet import datasheet_answers
from export.domain.options import KINDS_OF_RATERS, Options
from export.metadata.prevalence import prevalence
from export.rows.columns import column_names
from export.rows.published import LABELS
from export.rows.reader import Clips, RowReader
from export.rows.records import Batch
from export.splits.assignment import DialogueSummary
from export.splits.duplicates import Duplicates

SIZE = Struct("<I")  # before the rows of each dialogue
BUFFER = 2**18  # bytes
SAMPLE = 50  # dialogues whose script tells the language


class Progress(Protocol):
    """A callback for progress."""

    def __call__(self, done: int, total: int, stage: str) -> None:
        """Take the units done, the units in all, and the name of the stage."""


@dataclass(frozen=True, slots=True)
class CorpusSnapshot:
    """The parts of a corpus that a release needs.

    Attributes:
        corpus: its short name.
        rules: the codebook in use.
        codebook: its document, with the number of its version.
        raters: slug and kind of each rater whose answers are listed.
        consent: the number of raters whose answers count for the labels but are not listed, because they did not
            consent (`withheld`), and of those who have not been asked (`not_asked`).
        dialogues: the released dialogues, in order.
        left_out: number of dialogues that are not released, by reason (`draft`, `incomplete`, `unjudged`), and of
            `incomparable` answers.
        clips: the clips named in rows.
        agreement: the figures of these raters.
        answers: number of annotations, and how many of them were corrected after they were handed in; the labels have
            the corrected answers, the agreement has the first ones.
        consensus: the method with its number, and the released utterances and their questions by the source of their
            labels.
        known_defects: of the sources, see `corpus.domain.known_defects`.
        audit: the audited utterances, from which the error of unanimous and majority answers is estimated.
        twins: pairs of indices of released dialogues that are duplicates.
        title: of the corpus.
        date: day of the newest answer.
        languages: codes of the languages of its texts.
        versions: numbers of the versions of codebook and guideline that answers were given under.
        datasheet: slug of a datasheet question -> answer.
        sources: licence and laugh track of series and episodes.
        selection: how the dialogues were selected, see `corpus.domain.selection.summary`; with the `prevalence` of
            labels, see `export.metadata.prevalence`.
        speakers: of the released dialogues, as they are described.
        topics: dialogue code -> topic.
        methods: name of a file -> the methods appendix of a paper; empty without figures.
    """

    corpus: str
    rules: Codebook
    codebook: dict[str, Any]
    raters: list[dict[str, str]]
    consent: dict[str, int]
    dialogues: list[DialogueSummary]
    left_out: dict[str, int]
    clips: Clips
    agreement: dict[str, Any]
    answers: dict[str, Any]
    consensus: dict[str, Any]
    known_defects: dict[str, Any]
    audit: AuditSample
    sources: list[dict[str, Any]]
    twins: list[tuple[int, int]]
    title: str
    date: str
    languages: tuple[str, ...]
    versions: dict[str, list[int]]
    datasheet: dict[str, str]
    selection: dict[str, Any]
    speakers: list[dict[str, Any]]
    topics: dict[str, str]
    methods: dict[str, str]


def read_corpus(*, corpus: Corpus, options: Options, spool: Path, progress: Progress) -> CorpusSnapshot:
    """Read a corpus in one snapshot and write its rows to a spool file, see `spooled_batches`.

    Args:
        corpus: its codebook in use decides the questions.
        options: of the release.
        spool: the file to write.
        progress: called per dialogue; must not write to the database.

    Raises:
        Refused: `export.no_codebook`, `export.no_raters`, `export.unknown_rater`, `export.nothing_ready`,
            `export.nothing_judged`, `export.nothing_complete`, `export.column_clash`, `agreement.codes_missing`;
            `export.all_incomparable`, a question has answers, but none that can be compared.
    """
    with snapshot():
        corpus = Corpus.objects.select_related("codebook").get(pk=corpus.pk)
        if corpus.codebook is None:
            raise Refused("export.no_codebook")
        raters = chosen_raters(corpus, options)
        method = choose(options.consensus)
        hidden = withheld(raters)
        reader = RowReader(
            corpus=corpus,
            codebook=corpus.codebook,
            raters=raters,
            method=method,
            incomplete=options.incomplete,
            withheld=hidden.slugs | ({LABELS} if options.keep_labels else set()),
            names_clips=options.clips,
            keeps_labels=options.keep_labels,
        )
        _require_distinct_columns(reader.rules, is_soft=method.method.is_soft)
        duplicates = Duplicates()
        dialogues = _spool(reader, spool, progress, duplicates)
        twins = duplicates.pairs()
        del duplicates  # some 14 bytes per utterance, before the tables of the answers need memory
        left_out = _left_out(corpus, reader)
        defects = defects_document(corpus, members=True, without=withheld(corpus.raters.all()).slugs)
        audit = read_audit(corpus=corpus)
        assert audit is not None  # noqa: S101 -- the corpus has a codebook
        sources = sources_of(corpus, [dialogue.code for dialogue in dialogues])
        assert reader.newest is not None  # noqa: S101 -- a dialogue is released
        released = [dialogue.code for dialogue in dialogues]
        speakers, topics = described_speakers(corpus, reader.speakers), topics_of(corpus, released)
        selection = selection_summary(corpus, released)
        selection["prevalence"] = prevalence(dialogues, weights_by_code(corpus), reader.rules)
        progress(0, 1, "computing_figures")
        tables = reader.tables()
        computed = figures(tables, weights(corpus))
        agreement = _without_raters(computed, hidden.slugs)
        left_out["incomparable"] = left_out_total(agreement)
        if (emptied := emptied_questions(agreement, reader.rules)) and not options.allow_empty:
            raise Refused("export.all_incomparable", questions=", ".join(emptied), version=corpus.codebook.version)
        methods = _methods(corpus, tables, computed, reader.newest) if options.figures else {}
        progress(1, 1, "computing_figures")
    return CorpusSnapshot(
        corpus=corpus.slug,
        rules=reader.rules,
        codebook=_with_sorted_keys({"version": corpus.codebook.version, **corpus.codebook.document}),
        raters=[{"slug": rater.slug, "kind": rater.kind} for rater in raters if rater.slug not in hidden.slugs],
        consent={"withheld": len(hidden.slugs), "not_asked": hidden.not_asked},
        dialogues=dialogues,
        left_out=left_out,
        clips=reader.clips,
        agreement=agreement,
        sources=sources,
        twins=twins,
        title=corpus.title,
        date=f"{reader.newest:%Y-%m-%d}",
        languages=_languages(spool, len(dialogues)),
        versions={"codebooks": reader.codebook_versions(), "guidelines": _guidelines(raters)},
        datasheet=datasheet_answers(corpus),
        selection=selection,
        speakers=speakers,
        topics=topics,
        methods=methods,
        answers={
            "annotations": tables.annotations,
            "corrected": tables.corrected,
            "labels": "corrected",
            "agreement": "first",
        },
        consensus=_consensus(method, reader),
        known_defects=defects,
        audit=audit,
    )


def spooled_batches(path: Path, dialogues: int) -> Iterator[Batch]:
    """Yield the rows of each dialogue from a file that `read_corpus` wrote.

    Args:
        path: the file.
        dialogues: number of dialogues in it.
    """
    with path.open("rb", BUFFER) as file:
        for _ in range(dialogues):
            (size,) = SIZE.unpack(file.read(SIZE.size))
            yield Batch(file.read(size))


def chosen_raters(corpus: Corpus, options: Options) -> list[Rater]:
    """Return the raters that the options name, by slug.

    Raises:
        Refused: `export.unknown_rater`, `export.no_raters`.
    """
    everyone = corpus.raters.order_by("slug")
    if not options.raters:
        raters = judging_raters.chosen_raters(corpus, ())
    elif len(options.raters) == 1 and options.raters[0] in KINDS_OF_RATERS:
        raters = list(everyone.filter(kind=KINDS_OF_RATERS[options.raters[0]]))
    else:
        raters = list(everyone.filter(slug__in=options.raters))
        unknown = set(options.raters) - {rater.slug for rater in raters}
        if unknown:
            known = ", ".join(everyone.values_list("slug", flat=True))
            raise Refused("export.unknown_rater", raters=", ".join(sorted(unknown)), known=known or "–")
    if not raters:
        raise Refused("export.no_raters")
    return raters


def _methods(corpus: Corpus, answers: AnswerTables, computed: dict[str, Any], moment: datetime) -> dict[str, str]:
    """Return the methods appendix as Markdown and LaTeX."""
    from agreement.presentation.paper.blocks import as_latex, as_markdown  # few releases need them
    from agreement.presentation.paper.methods import methods_appendix

    raters = answers.raters
    blocks = methods_appendix(corpus, raters=raters, answers=answers, computed=computed, moment=moment)
    return {"methods.md": as_markdown(blocks), "methods.tex": as_latex(blocks)}


def _without_raters(agreement: dict[str, Any], slugs: frozenset[str]) -> dict[str, Any]:
    """Return figures without the names of these raters and without the figures of their pairs."""
    questions = [
        {**each, "pairs": [pair for pair in each["pairs"] if not slugs & {pair["first"], pair["second"]}]}
        for each in agreement["questions"]
    ]
    raters = [slug for slug in agreement["raters"] if slug not in slugs]
    return {**agreement, "raters": raters, "questions": questions}


def _with_sorted_keys(document: dict[str, Any]) -> dict[str, Any]:
    """Return a stored document with its keys sorted, because databases keep them in different orders."""
    ordered: dict[str, Any] = json.loads(json.dumps(document, sort_keys=True))
    return ordered


def _left_out(corpus: Corpus, reader: RowReader) -> dict[str, int]:
    """Return the number of dialogues that are not released, by reason.

    Raises:
        Refused: no dialogue is released.
    """
    draft = corpus.dialogues.filter(state=Dialogue.State.DRAFT).count()
    if not reader.ready:
        raise Refused("export.nothing_ready", draft=draft)
    incomplete = reader.left_out["dialogues"]
    if not reader.released and incomplete:
        raise Refused("export.nothing_complete", dialogues=incomplete)
    if not reader.released:
        raise Refused("export.nothing_judged", ready=reader.ready)
    return {"draft": draft, "incomplete": incomplete, "unjudged": reader.ready - reader.released - incomplete}


def _consensus(method: ChosenMethod, reader: RowReader) -> dict[str, Any]:
    return {
        "method": method.method.name,
        **({method.method.parameter.name: method.value} if method.method.parameter else {}),
        **reader.settlement.document(),
        "incomplete": reader.left_out["utterances"],
    }


def _require_distinct_columns(rules: Codebook, *, is_soft: bool) -> None:
    names = column_names([question.slug for question in rules.questions], is_soft=is_soft)
    repeated = sorted({name for name in names if names.count(name) > 1})
    if repeated:
        raise Refused("export.column_clash", columns=", ".join(repeated))


def _guidelines(raters: list[Rater]) -> list[int]:
    """Return the numbers of the guideline's versions that the raters worked under, in order."""
    shown = Assignment.objects.filter(rater__in=raters, guideline__isnull=False)
    return sorted(shown.order_by().values_list("guideline__version", flat=True).distinct())


def _languages(spool: Path, dialogues: int) -> tuple[str, ...]:
    """Return "zh" or "en" by the script of the first texts; the corpus itself does not record a language."""
    texts = "".join(text for batch in islice(spooled_batches(spool, dialogues), SAMPLE) for text in batch.texts)
    letters = [sign for sign in texts if sign.isalpha()]
    chinese = sum("\u4e00" <= sign <= "\u9fff" for sign in letters)
    return ("zh",) if letters and chinese > len(letters) / 2 else ("en",)


def _spool(reader: RowReader, path: Path, progress: Progress, duplicates: Duplicates) -> list[DialogueSummary]:
    dialogues: list[DialogueSummary] = []
    with path.open("wb", BUFFER) as file:
        for dialogue, batch in reader.dialogues():
            file.write(SIZE.pack(len(batch.lines)))
            file.write(batch.lines)
            duplicates.add(len(dialogues), batch.texts)
            dialogues.append(dialogue)
            progress(len(dialogues), reader.ready, "reading_labels")
    return dialogues
