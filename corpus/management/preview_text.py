"""The import preview as lines of text, for the command line."""

from __future__ import annotations

from collections.abc import Iterator

from common.errors import sentence
from corpus.domain.ingest.subtitle_preview import Preview, Row
from corpus.management.counts import counted
from corpus.rules.timestamps import stamp


def preview_lines(shown: Preview) -> Iterator[str]:
    """Yield what was recognised, then each utterance with its cues, by dialogue.

    Args:
        shown: a preview that could be read.
    """
    reading = shown.reading
    assert reading is not None  # noqa: S101 -- as the caller made sure
    yield f"{reading.form}, {reading.encoding}: " + ", ".join(counted(n, name) for name, n in shown.counts.items())
    for name, count in sorted(shown.found.items(), key=lambda one: -one[1]):
        state = "" if shown.options.on(name) else " (off)"
        yield f"  {name}{state}: {count}"
    for part in reading.parts:
        yield f"  {part.key} = {part.role}: {part.count}"
    for remark in reading.remarks:
        yield "  " + sentence(f"line.{remark.code}", {"line": str(remark.line), "text": remark.text})
    for row in shown.rows:
        if row.dialogue:
            yield f"--- {row.dialogue}"
        yield from _row(row)


def _row(row: Row) -> Iterator[str]:
    for cue in row.cues:
        did = ", ".join((*cue.notes, *((cue.remark,) if cue.remark else ())))
        if did or row.turn is None:
            yield f"    line {cue.line}: {' / '.join(cue.raw.split(chr(10)))}  [{did or cue.kind}]"
    if row.turn:
        speaker = f"{row.turn.speaker}: " if row.turn.speaker else ""
        translation = f"  ({row.translation})" if row.translation else ""
        yield f"{stamp(row.turn.start_ms)}-{stamp(row.turn.end_ms)}  {speaker}{row.turn.text}{translation}"
