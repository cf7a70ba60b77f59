"""The folder of a release: the second half, with splits checked on the written files and the manifest last."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import groupby
from operator import attrgetter
from pathlib import Path
from typing import Any

import msgspec
from django.conf import settings

from agreement.consensus.registry import choose
from agreement.domain.audit import error_document
from common.errors import Refused
from common.files.disk_space import require_space
from common.version import VERSION
from export.domain.corpus_snapshot import CorpusSnapshot, Progress, spooled_batches
from export.domain.options import Options
from export.domain.release_difference import Side, difference
from export.domain.split_memory import Memory
from export.domain.split_plan import SplitPlan, planned
from export.formats.checksummed_file import ChecksummedFile
from export.formats.registry import FORMATS, NATIVE
from export.formats.release_files import ReleaseFiles, SplitFiles
from export.metadata.changes import Previous, changes
from export.metadata.croissant import croissant
from export.metadata.documents import CUT_CLIPS, card, citation, datasheet
from export.metadata.figures import put_figures
from export.metadata.json_schema import schema_document
from export.metadata.manifest import missing_classes, question_document, split_report
from export.metadata.release_facts import ReleaseFacts
from export.rows.columns import Table
from export.rows.records import head_of
from export.splits import assignment
from export.splits.assignment import DialogueSummary, SplitFault
from export.splits.overlap import Overlap, shared

FORMAT = "concord-release/2"
BLOCK = 2**20  # bytes of a clip copied at once

Files = dict[str, dict[str, Any]]  # name -> its entry in the manifest


def write_release(
    *,
    corpus: CorpusSnapshot,
    spool: Path,
    folder: Path,
    options: Options,
    memory: Memory,
    progress: Progress,
    name: str = "",
    previous: tuple[str, Side | None] = ("", None),
) -> dict[str, Any]:
    """Write a release into an empty folder and return its manifest.

    Args:
        corpus: as `read_corpus` returned it.
        spool: the rows that `read_corpus` wrote.
        folder: empty.
        options: of the release.
        memory: the earlier split that it continues.
        progress: called per dialogue and per clip.
        name: of the release; "" if it is not stored.
        previous: name of the release before, and its rows; "" if there is none, None if its files cannot be read.

    Raises:
        Refused: `export.split.*`, the requested split is impossible; `export.clip_damaged`, `disk.full`.
    """
    formats = [NATIVE, *(FORMATS[name] for name in options.formats)]
    table = Table(corpus.rules, is_soft=choose(options.consensus).method.is_soft, corpus=corpus.corpus)
    try:
        plan = planned(corpus.dialogues, options=options, memory=memory, twins=corpus.twins, rules=corpus.rules)
        with ReleaseFiles(folder) as files:
            written = SplitFiles(files, formats, table, plan.splits)
            overlap = _write_splits(corpus, spool, written, plan, progress)
            written.finish()
            files.put("schema.json", schema_document(table))
            if not options.clips:
                files.put("cut_clips.py", CUT_CLIPS.encode())
        groups = assignment.check(_written_dialogues(folder, plan.splits), plan.group)
    except SplitFault as fault:
        raise Refused(_code(fault), **fault.params) from fault
    described = files.descriptions()
    if options.clips:
        described |= _copy_clips(corpus, folder, progress)
    splits = split_report(corpus.dialogues, plan.split_of, corpus.rules, plan.group, plan.splits)
    manifest = {
        "format": FORMAT,
        "concord": VERSION,
        "corpus": corpus.corpus,
        "licence": corpus.datasheet.get("licence", ""),
        "options": options.as_document(),
        "seed": options.seed,
        "raters": corpus.raters,
        "consent": corpus.consent,
        "sources": corpus.sources,
        "left_out": corpus.left_out | ({"conflicts": len(plan.conflicts)} if plan.conflicts else {}),
        "selection": corpus.selection,
        "speakers": corpus.speakers,
        "topics": corpus.topics,
        "questions": [question_document(question) for question in corpus.rules.questions],
        "splits": splits,
        "split": {
            **plan.origin,
            "group": plan.group,
            "requested": dict(zip(plan.splits, plan.shares, strict=False)),
            "duplicates_kept_together": plan.twins,
            "published": sum(bool(each.source_split) for each in corpus.dialogues),
            "conflicts": plan.conflict_documents(),
        },
        "warnings": missing_classes(splits, corpus.rules),
        "leaks": {
            "group": plan.group,
            "groups": groups,
            "shared": shared(corpus.dialogues, plan.split_of),
            **overlap.report(),
        },
        "answers": corpus.answers,
        "consensus": corpus.consensus,
        "consensus_error": error_document(corpus.audit, plan.split_of),
        "known_defects": corpus.known_defects,
        "agreement": corpus.agreement,
        "files": described,
        "versions": corpus.versions,
        "codebook": corpus.codebook,
    }
    since = _previous(folder, manifest, *previous, progress=progress)
    manifest["changes"] = since.document()
    facts = ReleaseFacts(
        manifest=manifest,
        table=table,
        title=corpus.title,
        name=name,
        date=corpus.date,
        languages=corpus.languages,
        versions=corpus.versions,
        answers=corpus.datasheet,
    )
    documents = {"README.md": card, "DATASHEET.md": datasheet, "CITATION.cff": citation, "croissant.json": croissant}
    with ReleaseFiles(folder) as files:
        files.put("CHANGES.md", changes(facts, since).encode())
        for document, content in documents.items():
            files.put(document, content(facts).encode())
        if options.figures:
            put_figures(files, folder, splits=plan.splits, rules=corpus.rules, manifest=manifest)
        for document, text in corpus.methods.items():
            files.put(document, text.encode())
    described |= files.descriptions()
    manifest["flags"] = facts.flags()
    (folder / "manifest.json").write_bytes(_indented(manifest))
    return manifest


def _indented(manifest: dict[str, Any]) -> bytes:
    """Return the manifest as JSON; the standard library indents in Python, which takes ten times as long."""
    return msgspec.json.format(json.dumps(manifest, ensure_ascii=False).encode(), indent=1) + b"\n"


def _previous(folder: Path, manifest: dict[str, Any], name: str, side: Side | None, *, progress: Progress) -> Previous:
    """Return the release before with the difference of the one in `folder`."""
    if side is None:
        return Previous(name)
    progress(0, 1, "comparing_with_previous")
    try:
        return Previous(name, side.manifest, difference(side, Side(folder, manifest)))
    except Refused:  # it is damaged, which check_releases reports, or of an early version
        return Previous(name)


def _code(fault: SplitFault) -> str:
    """Return the code of the message: one for each kind of group, if the fault has a group."""
    return ".".join(
        ["export.split", fault.reason, *[str(fault.params[name]) for name in ("group",) if name in fault.params]]
    )


def _write_splits(
    corpus: CorpusSnapshot, spool: Path, files: SplitFiles, plan: SplitPlan, progress: Progress
) -> Overlap:
    """Write the rows of each dialogue to the files of its split; return the overlap of the splits."""
    overlap = Overlap(plan.splits)
    dialogues = zip(corpus.dialogues, spooled_batches(spool, len(corpus.dialogues)), strict=True)
    for done, (dialogue, batch) in enumerate(dialogues, start=1):
        split = plan.split_of.get(dialogue.code)
        if split is not None:  # else it joins groups of different splits
            files.write(split, batch)
            overlap.add(split, dialogue.code, batch.texts)
        progress(done, len(corpus.dialogues), "writing_splits")
    return overlap


def _written_dialogues(folder: Path, splits: tuple[str, ...]) -> Iterator[tuple[str, DialogueSummary]]:
    """Yield (split, dialogue) from the written files, so that the check does not rest on the intended assignment."""
    for split in splits:
        with (folder / f"{split}.jsonl").open("rb") as file:
            for code, group in groupby(map(head_of, file), key=attrgetter("dialogue")):
                rows = list(group)
                speakers = frozenset(row.speaker for row in rows)
                yield split, DialogueSummary(code, rows[0].series, rows[0].episode, speakers, split, ())


def _copy_clips(corpus: CorpusSnapshot, folder: Path, progress: Progress) -> Files:
    """Copy the clips named in rows and check that their bytes have not changed since they were cut."""
    stored = {name: Path(settings.MEDIA_ROOT) / path for name, path in sorted(corpus.clips.items())}
    missing = [name for name, path in stored.items() if not path.is_file()]
    if missing:
        raise Refused("export.clip_damaged", clip=missing[0])
    require_space(sum(path.stat().st_size for path in stored.values()), folder=folder)
    (folder / "clips").mkdir()
    files: Files = {}
    for done, (name, path) in enumerate(stored.items(), start=1):
        with ChecksummedFile(folder / name) as target, path.open("rb") as source:
            while block := source.read(BLOCK):
                target.write(block)
        files[name] = target.description()
        if files[name]["sha256"] != Path(name).stem:
            raise Refused("export.clip_damaged", clip=name)
        progress(done, len(stored), "copying_clips")
    return files
