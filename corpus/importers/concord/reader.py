"""Importer of a release of Concord: its JSONL rows with the answers of every rater, its codebook and its splits.

The release is a folder, unpacked, with `manifest.json` and `train.jsonl`, `dev.jsonl` and `test.jsonl`. `release_rows`
is the only part that knows the form of the rows.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from itertools import groupby
from pathlib import Path
from typing import Any, NamedTuple

from common.errors import Refused
from corpus.importers.base import Importer
from corpus.importers.concord.codebook_yaml import as_yaml
from corpus.importers.files import entry, json_of, parsed, undecodable
from corpus.importers.remarks import RemarkLog
from corpus.importers.source import (
    Source,
    SourceAnswers,
    SourceDialogue,
    SourceEpisode,
    SourceRater,
    SourceSeries,
    SourceUtterance,
)
from corpus.rules.codebook import CANNOT_JUDGE, NOT_APPLICABLE, from_document

MANIFEST = "manifest.json"
SPLITS = ("train", "dev", "test")
RESERVED = (CANNOT_JUDGE, NOT_APPLICABLE)
LABELS = "labels"  # the rater of labels whose answers the release does not list


class ReleaseRow(NamedTuple):
    """A row of a release, whatever its form.

    Attributes:
        file, number: position.
        plain: `id`, `dialogue`, `order`, `series`, `episode`, `speaker`, `text`, `start_ms`, `end_ms`.
        votes: rater -> question -> answer.
        labels: question -> label.
        sources: question -> how the label came about.
        distributions: question -> records of answer and probability.
    """

    file: str
    number: int
    plain: Mapping[str, Any]
    votes: dict[str, dict[str, Any]]
    labels: dict[str, Any]
    sources: dict[str, str]
    distributions: dict[str, Any]


class ConcordImporter(Importer):
    """Reads a release folder."""

    name = "concord"
    summary = "a release of Concord (manifest.json with train, dev and test.jsonl)"

    def recognises(self, folder: Path) -> bool:
        """Return whether the manifest is there."""
        return (folder / MANIFEST).is_file()

    def read(self, folder: Path) -> Source:
        """Read the release.

        Raises:
            Refused: `import.file_missing`, `import.encoding`, `import.json`, `import.json_entry`,
                `import.codebook_unreadable`.
        """
        manifest = json_of(folder / MANIFEST)
        document = entry(manifest, "codebook", dict, file=MANIFEST, where="codebook")
        try:
            codebook = from_document(document)
        except (KeyError, TypeError, ValueError) as error:
            raise Refused("import.codebook_unreadable", file=MANIFEST, error=str(error)) from None
        raters: dict[str, SourceRater] = {}
        series: dict[str, dict[str, None]] = {}
        for row in release_rows(folder):
            titles = series.setdefault(row.plain["series"], {})
            if row.plain["episode"]:
                titles.setdefault(row.plain["episode"])
            for slug in row.votes or ([LABELS] if row.sources else []):
                raters.setdefault(slug, SourceRater(slug, slug))
        return Source(
            series=[
                SourceSeries(name, episodes=[SourceEpisode(title) for title in titles])
                for name, titles in series.items()
            ],
            dialogues=_dialogues(folder),
            raters=list(raters.values()),
            codebook_yaml=as_yaml(codebook),
            remarks=RemarkLog(),
            is_exact=True,
        )


def release_rows(folder: Path) -> Iterator[ReleaseRow]:
    """Yield the rows of a release, split by split."""
    found = False
    for split in SPLITS:
        path = folder / f"{split}.jsonl"
        if not path.is_file():
            continue
        found = True
        try:
            with path.open(encoding="utf-8") as file:
                for number, line in enumerate(file, start=1):
                    yield _row(path.name, number, parsed(line, path.name, number))
        except UnicodeDecodeError as error:
            raise undecodable(path) from error
    if not found:
        raise Refused("import.file_missing", file="train.jsonl")


def _row(file: str, number: int, row: Any) -> ReleaseRow:
    for name in ("id", "dialogue", "text"):
        entry(row, name, str, file=file, where=number)
    votes: dict[str, dict[str, Any]] = {}
    labels, sources, distributions = {}, {}, {}
    labelled = entry(row, "labels", dict, file=file, where=number)
    for question in labelled:
        cell = entry(labelled, question, dict, file=file, where=number)
        for rater, answer in _votes(cell.get("votes") or [], file, number):
            own = votes.setdefault(rater, {})
            if answer is not None:
                own[question] = answer
        label = NOT_APPLICABLE if cell.get("state") == NOT_APPLICABLE else cell.get("label")
        if label is not None:
            labels[question] = label
        sources[question] = str(cell.get("source") or "")
        if cell.get("distribution"):
            distributions[question] = cell["distribution"]
    plain = {name: row.get(name) for name in ("id", "dialogue", "order", "speaker", "text", "start_ms", "end_ms")}
    plain |= {"series": row.get("series") or "Concord", "episode": row.get("episode") or ""}
    return ReleaseRow(file, number, plain, votes, labels, sources, distributions)


def _votes(votes: Any, file: str, number: int) -> Iterator[tuple[str, Any]]:
    """Yield rater and answer; the first version of releases had a mapping of them instead of records."""
    if isinstance(votes, Mapping):
        yield from votes.items()
        return
    for vote in entry({"votes": votes}, "votes", list, file=file, where=number):
        rater, state = (entry(vote, name, str, file=file, where=number) for name in ("rater", "state"))
        yield rater, state if state in RESERVED else vote.get("answer")


def _dialogues(folder: Path) -> Iterator[SourceDialogue]:
    for (file, code), rows in groupby(release_rows(folder), key=lambda row: (row.file, row.plain["dialogue"])):
        lines = list(rows)
        head = lines[0].plain
        yield SourceDialogue(
            code=code,
            series=head["series"],
            utterances=[_utterance(row) for row in lines],
            split=Path(file).stem,
            episode=head["episode"],
            file=file,
        )


def _utterance(row: ReleaseRow) -> SourceUtterance:
    raw = {f"label.{question}": json.dumps(label, ensure_ascii=False) for question, label in row.labels.items()}
    raw |= {f"source.{question}": source for question, source in row.sources.items() if source}
    raw |= {f"distribution.{question}": json.dumps(each) for question, each in row.distributions.items()}
    votes = row.votes or ({LABELS: row.labels} if row.sources else {})
    return SourceUtterance(
        code=row.plain["id"],
        speaker=row.plain["speaker"] or "",
        text=row.plain["text"],
        start_ms=row.plain["start_ms"],
        end_ms=row.plain["end_ms"],
        answers={rater: SourceAnswers(dict(answers), raw) for rater, answers in votes.items()},
        row=row.number,
    )
