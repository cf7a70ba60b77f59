"""The first half of making a release: everything it needs, read in one snapshot into a file beside it."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

from agreement.domain import figures
from agreement.judgements import raters as raters_
from common.database.snapshot import snapshot
from common.errors import Refused
from corpus.models import Corpus, Dialogue, Rater
from corpus.rules.codebook import Codebook
from export.domain.options import KINDS_OF_RATERS, Options
from export.formats import jsonl
from export.rows.columns import column_names
from export.rows.reader import Clips, RowReader
from export.splits.assignment import DialogueSummary


class Tell(Protocol):
    """Told how far the work is."""

    def __call__(self, done: int, total: int, stage: str) -> None:
        """Take units done, units in all, and the word for what is being done."""


@dataclass(frozen=True, slots=True)
class Gathered:
    """A corpus at one moment, as far as a release shows it.

    Attributes:
        corpus: its short name.
        rules: the codebook in use.
        codebook: its document, with the number of its version.
        raters: slug and kind of each whose labels are shown.
        dialogues: the released dialogues, in order.
        lengths: bytes of the rows of each in the gathered file, where they follow one another.
        left_out: how many dialogues are not released, by reason.
        clips: the clips that rows name.
        agreement: the figures of these raters.
    """

    corpus: str
    rules: Codebook
    codebook: dict[str, Any]
    raters: list[dict[str, str]]
    dialogues: list[DialogueSummary]
    lengths: list[int]
    left_out: dict[str, int]
    clips: Clips
    agreement: dict[str, Any]


def gather(*, corpus: Corpus, options: Options, rows: Path, tell: Tell) -> Gathered:
    """Read a corpus in one snapshot; its rows go to a file, as JSON lines in the corpus's order.

    Args:
        corpus: its codebook in use decides the questions.
        options: says whose labels count.
        rows: the file to write.
        tell: called per dialogue; must not write to the database.

    Raises:
        Refused: `export.no_codebook`, `export.no_raters`, `export.unknown_rater`, `export.nothing_ready`,
            `export.nothing_judged`, `export.column_clash`.
    """
    with snapshot():
        corpus = Corpus.objects.select_related("codebook").get(pk=corpus.pk)
        if corpus.codebook is None:
            raise Refused("export.no_codebook")
        raters = chosen_raters(corpus, options)
        reader = RowReader(corpus=corpus, codebook=corpus.codebook, raters=raters)
        _require_distinct_columns(reader.rules)
        dialogues, lengths = _spool(reader, rows, tell)
        left_out = _left_out(corpus, reader)
        agreement = figures.figures(reader.tables())
    return Gathered(
        corpus=corpus.slug,
        rules=reader.rules,
        codebook=_in_order({"version": corpus.codebook.version, **corpus.codebook.document}),
        raters=[{"slug": rater.slug, "kind": rater.kind} for rater in raters],
        dialogues=dialogues,
        lengths=lengths,
        left_out=left_out,
        clips=reader.clips,
        agreement=agreement,
    )


def chosen_raters(corpus: Corpus, options: Options) -> list[Rater]:
    """Return the raters that the options name, by slug.

    Raises:
        Refused: `export.unknown_rater`, `export.no_raters`.
    """
    found = corpus.raters.order_by("slug")
    if not options.raters:
        raters = raters_.chosen_raters(corpus, ())
    elif len(options.raters) == 1 and options.raters[0] in KINDS_OF_RATERS:
        raters = list(found.filter(kind=KINDS_OF_RATERS[options.raters[0]]))
    else:
        raters = list(found.filter(slug__in=options.raters))
        unknown = set(options.raters) - {rater.slug for rater in raters}
        if unknown:
            known = ", ".join(found.values_list("slug", flat=True))
            raise Refused("export.unknown_rater", raters=", ".join(sorted(unknown)), known=known or "–")
    if not raters:
        raise Refused("export.no_raters")
    return raters


def _in_order(document: dict[str, Any]) -> dict[str, Any]:
    """Return a stored document with its keys sorted: databases keep them in orders of their own."""
    found: dict[str, Any] = json.loads(json.dumps(document, sort_keys=True))
    return found


def _left_out(corpus: Corpus, reader: RowReader) -> dict[str, int]:
    """Return how many dialogues are not released and why.

    Raises:
        Refused: none would be.
    """
    draft = corpus.dialogues.filter(state=Dialogue.State.DRAFT).count()
    if not reader.ready:
        raise Refused("export.nothing_ready", draft=draft)
    if not reader.released:
        raise Refused("export.nothing_judged", ready=reader.ready)
    return {"draft": draft, "unjudged": reader.ready - reader.released}


def _require_distinct_columns(rules: Codebook) -> None:
    names = column_names([question.slug for question in rules.questions])
    twice = sorted({name for name in names if names.count(name) > 1})
    if twice:
        raise Refused("export.column_clash", columns=", ".join(twice))


def _spool(reader: RowReader, path: Path, tell: Tell) -> tuple[list[DialogueSummary], list[int]]:
    dialogues: list[DialogueSummary] = []
    lengths: list[int] = []
    with path.open("wb") as file:
        for dialogue, rows in reader.dialogues():
            data = b"".join(map(jsonl.line, rows))
            lengths.append(len(data))
            dialogues.append(dialogue)
            file.write(data)
            tell(len(dialogues), reader.ready, "reading_labels")
    return dialogues, lengths
