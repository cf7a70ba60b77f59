"""Matches of the label browser as records of the API and as lines of files."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Iterable, Iterator
from typing import Any

from agreement.domain.labels.reader import Reader
from agreement.domain.labels.rows import Profile, Row
from annotator.rules.spreadsheet_text import as_cell
from corpus.rules.codebook import Codebook

PLACE = ("dialogue", "utterance", "id", "series", "episode", "speaker", "text", "start_ms", "end_ms", "source_split")


def record(row: Row, reader: Reader) -> dict[str, Any]:
    """Return a match as JSON."""
    decision = row.decision
    return {
        **_place(row),
        "differs": sorted(row.differing),
        "in_progress": row.in_progress,
        "flags": [{"reason": flag.reason, "state": flag.state} for flag in row.flags],
        "answers": [_answers(profile, reader) for profile in row.profiles],
        "decision": decision
        and {"outcome": decision.outcome, "answers": decision.answers, "needs_review": decision.needs_review},
    }


def json_lines(rows: Iterable[Row], reader: Reader) -> Iterator[bytes]:
    """Yield one line of JSON per match."""
    for row in rows:
        yield json.dumps(record(row, reader), ensure_ascii=False).encode() + b"\n"


def csv_lines(rows: Iterable[Row], codebook: Codebook, reader: Reader) -> Iterator[bytes]:
    """Yield a header, and one line per match and rater; a match without answers has one line.

    A decision is a line of its own, with `decision` in the column of the rater.
    """
    slugs = [question.slug for question in codebook.questions]
    yield "\ufeff".encode()
    yield _line([*PLACE, "rater", *slugs, "corrected", "answered", "codebook"])
    for row in rows:
        place = [_cell(value) for value in _place(row).values()]
        lines = [
            [
                profile.name,
                *(_cell(profile.answers.get(slug)) for slug in slugs),
                " ".join(sorted(profile.corrected)),
                _when(profile, reader),
                profile.version,
            ]
            for profile in row.profiles
        ]
        if row.decision:
            answers = row.decision.answers or {}
            version = row.decision.codebook.version
            lines.append(["decision", *(_cell(answers.get(slug)) for slug in slugs), "", "", version])
        for line in lines or [[""] * (len(slugs) + 4)]:
            yield _line([*place, *line])


def _place(row: Row) -> dict[str, Any]:
    utterance, dialogue = row.utterance, row.utterance.dialogue
    return {
        "dialogue": dialogue.code,
        "utterance": utterance.code,
        "id": str(utterance.public_id),
        "series": dialogue.series.name,
        "episode": dialogue.episode.title if dialogue.episode else "",
        "speaker": utterance.speaker.name if utterance.speaker else "",
        "text": utterance.text,
        "start_ms": utterance.start_ms,
        "end_ms": utterance.end_ms,
        "source_split": dialogue.source_split,
    }


def _answers(profile: Profile, reader: Reader) -> dict[str, Any]:
    return {
        "rater": profile.name,
        "answers": profile.answers,
        "corrected": sorted(profile.corrected),
        "answered": _when(profile, reader),
        "codebook": profile.version,
    }


def _when(profile: Profile, reader: Reader) -> str:
    return profile.when.isoformat(timespec="seconds") if reader.sees_raters else profile.when.date().isoformat()


def _cell(value: Any) -> Any:
    if isinstance(value, list):
        return " ".join(value)
    return as_cell(value) if isinstance(value, str) else value


def _line(cells: Iterable[Any]) -> bytes:
    line = io.StringIO()
    csv.writer(line).writerow(["" if cell is None else cell for cell in cells])
    return line.getvalue().encode()
