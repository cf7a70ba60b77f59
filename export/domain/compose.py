"""The second half of making a release: the folder, its splits proved on what was written, its manifest last."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import groupby
from pathlib import Path
from typing import Any

from django.conf import settings

from common.errors import Refused
from common.files.disk_space import require_space
from common.version import VERSION
from export.domain.gather import Gathered, Tell
from export.domain.options import Options
from export.formats import csv_
from export.formats.checksummed_file import Written
from export.metadata.manifest import question_document, split_report
from export.splits import assignment
from export.splits.assignment import SPLITS, DialogueSummary, SplitFault
from export.splits.overlap import Overlap

FORMAT = "concord-release/1"
BLOCK = 2**20

Files = dict[str, dict[str, Any]]


def compose(*, gathered: Gathered, rows: Path, folder: Path, options: Options, tell: Tell) -> dict[str, Any]:
    """Write a release into an empty folder and return its manifest.

    Args:
        gathered: what `gather` read.
        rows: the file that it wrote.
        folder: empty.
        options: of the release.
        tell: called per dialogue and per clip.

    Raises:
        Refused: `export.split.*`: the split that was asked for does not exist; `export.clip_damaged`, `disk.full`.
    """
    try:
        home = _assigned(gathered.dialogues, options)
        files, overlap = _write_splits(gathered, rows, folder, home, tell)
        groups = assignment.check(_read_back(folder), options.group)
    except SplitFault as fault:
        raise Refused(_code(fault), **fault.params) from fault
    if options.clips:
        files |= _copy_clips(gathered, folder, tell)
    manifest = {
        "format": FORMAT,
        "concord": VERSION,
        "corpus": gathered.corpus,
        "options": options.as_document(),
        "seed": options.seed,
        "raters": gathered.raters,
        "left_out": gathered.left_out,
        "questions": [question_document(question) for question in gathered.rules.questions],
        "splits": split_report(gathered.dialogues, home, gathered.rules, options.group),
        "leaks": {"group": options.group, "groups": groups, **overlap.report()},
        "agreement": gathered.agreement,
        "files": files,
        "codebook": gathered.codebook,
    }
    text = json.dumps(manifest, ensure_ascii=False, indent=1) + "\n"
    (folder / "manifest.json").write_text(text, encoding="utf-8")
    return manifest


def _assigned(dialogues: list[DialogueSummary], options: Options) -> dict[str, str]:
    if options.split == "source":
        return assignment.keep_source(dialogues)
    return assignment.assign(dialogues, group=options.group, ratios=options.ratios, seed=options.seed)


def _code(fault: SplitFault) -> str:
    """Return the code of a fault's sentence: one for each kind of group, where it is about one."""
    return ".".join(
        ["export.split", fault.reason, *[str(fault.params[name]) for name in ("group",) if name in fault.params]]
    )


def _write_splits(
    gathered: Gathered, rows: Path, folder: Path, home: dict[str, str], tell: Tell
) -> tuple[Files, Overlap]:
    """Copy each dialogue's rows to its split, as they are and as CSV."""
    questions = [question.slug for question in gathered.rules.questions]
    overlap = Overlap()
    with ExitStack() as stack:
        written = {
            name: stack.enter_context(Written(folder / name))
            for split in SPLITS
            for name in (f"{split}.jsonl", f"{split}.csv")
        }
        for split in SPLITS:
            written[f"{split}.csv"].write(csv_.header(questions))
        source = stack.enter_context(rows.open("rb"))
        for done, (dialogue, length) in enumerate(zip(gathered.dialogues, gathered.lengths, strict=True), start=1):
            split, lines = home[dialogue.code], source.read(length)
            found = [json.loads(line) for line in lines.splitlines()]
            written[f"{split}.jsonl"].write(lines, rows=len(found))
            written[f"{split}.csv"].write(b"".join(csv_.line(row, questions) for row in found), rows=len(found))
            overlap.add(split, dialogue.code, [row["text"] for row in found])
            tell(done, len(gathered.dialogues), "writing_splits")
    return {name: file.about() for name, file in written.items()}, overlap


def _read_back(folder: Path) -> Iterator[tuple[str, DialogueSummary]]:
    """Yield (split, dialogue) from the written files: the proof shall not rest on what we meant to write."""
    for split in SPLITS:
        with (folder / f"{split}.jsonl").open("rb") as file:
            for code, rows in groupby(map(json.loads, file), key=lambda row: str(row["dialogue"])):
                found = list(rows)
                speakers = frozenset(row["speaker"] for row in found)
                yield split, DialogueSummary(code, found[0]["series"], found[0]["episode"], speakers, split, ())


def _copy_clips(gathered: Gathered, folder: Path, tell: Tell) -> Files:
    """Copy the clips that rows name, and check that they still are what they were when they were cut."""
    stored = {name: Path(settings.MEDIA_ROOT) / path for name, path in sorted(gathered.clips.items())}
    missing = [name for name, path in stored.items() if not path.is_file()]
    if missing:
        raise Refused("export.clip_damaged", clip=missing[0])
    require_space(sum(path.stat().st_size for path in stored.values()), folder=folder)
    (folder / "clips").mkdir()
    files: Files = {}
    for done, (name, path) in enumerate(stored.items(), start=1):
        with Written(folder / name) as target, path.open("rb") as source:
            while block := source.read(BLOCK):
                target.write(block)
        files[name] = target.about()
        if files[name]["sha256"] != Path(name).stem:
            raise Refused("export.clip_damaged", clip=name)
        tell(done, len(stored), "copying_clips")
    return files
