"""README.md (a card that Hugging Face reads), DATASHEET.md, CITATION.cff and cut_clips.py of a release."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import yaml

from export.metadata import label_tables, passages
from export.metadata.datasheet_questions import questions_for
from export.metadata.passages import LISTED
from export.metadata.release_facts import ReleaseFacts
from export.metadata.tables import table
from export.rows.columns import Field, fields

HUGGING_FACE_SPLITS = {"dev": "validation"}
LICENCES = {"cc-by-4.0", "cc-by-sa-4.0", "cc-by-nc-4.0", "cc-by-nc-sa-4.0", "cc0-1.0", "mit", "apache-2.0", "gpl-3.0"}

FOR_PAPERS = (
    "`figures/` and `tables/` have these and further figures for papers; methods.md and methods.tex are an appendix on "
    "methods."
)


def card(facts: ReleaseFacts) -> str:
    """Return README.md: metadata that loaders read, then a summary for people."""
    licence = facts.answers.get("licence", "").strip().lower().removesuffix("-or-later").removesuffix("-only")
    config = [{"split": _split(split), "path": name} for split, name in facts.data_files.items()]
    head: dict[str, Any] = {
        "pretty_name": facts.title,
        "language": list(facts.languages),
        "license": licence if licence in LICENCES else "other",
        "annotations_creators": ["expert-generated" if passages.has_members(facts) else "found"],
        "task_categories": ["text-classification"],
        "configs": [{"config_name": "default", "data_files": config}],
        "dataset_info": {"features": [_feature(field) for field in fields(facts.table)]},
    }
    parts = [
        f"---\n{yaml.safe_dump(head, allow_unicode=True, sort_keys=False)}---",
        f"# {facts.title}{f' ({facts.name})' if facts.name else ''}",
        passages.size(facts),
        *([facts.answers["purpose"]] if "purpose" in facts.answers else []),
        *(["## Selection of dialogues", selected] if (selected := passages.selection(facts)) else []),
        "## Splits",
        table(
            ("split", "utterances", "dialogues", "share"),
            (
                (split, about["rows"], about["dialogues"], f"{about['share']:.1%}")
                for split, about in facts.manifest["splits"].items()
            ),
        ),
        passages.splits(facts),
        "## Labels",
        label_tables.questions(facts),
        label_tables.labels(facts),
        "## How the labels were made",
        passages.origin_of_labels(facts),
        f"Raters: {passages.raters(facts)} {facts.answer('annotators')}",
        f"Consent to being listed: {passages.consent(facts)}",
        "## Columns",
        table(
            ("column", "type", "content"),
            ((f"`{field.name}`", _type_name(field), field.description) for field in fields(facts.table)),
        ),
        "Each question in `labels` has:",
        table(
            ("part", "content"),
            ((f"`{part.name}`", part.description) for part in fields(facts.table)[-1].fields[0].fields),
        ),
        "## Agreement",
        passages.agreement(facts),
        "## Licences",
        f"Labels: {facts.answer('licence')}",
        passages.licences(facts),
        "## Known defects and limitations",
        passages.findings(facts),
        f"Limitations: {facts.answer('limitations')}",
        "## Use and contact",
        f"Intended use: {facts.answer('uses')}",
        f"Not intended: {facts.answer('misuses')}",
        f"Contact: {facts.answer('contact')}",
        "DATASHEET.md answers further questions, manifest.json has every figure.",
        *([FOR_PAPERS] if _has_figures(facts) else []),
    ]
    return "\n\n".join(parts) + "\n"


def datasheet(facts: ReleaseFacts) -> str:
    """Return DATASHEET.md: the questions that records answer with figures, then those that people answered."""
    manifest = facts.manifest
    answers = manifest["answers"]
    shown = [f"{each['series']} {each['episode']}".strip() for each in manifest["sources"][:LISTED]]
    codebooks, guidelines = _numbers(facts.versions["codebooks"]), _numbers(facts.versions["guidelines"])
    versions = f"Codebook versions {codebooks}, guideline versions {guidelines}"
    if not passages.has_members(facts):
        versions = f"Those of the source, see below; the labels are read as codebook versions {codebooks}"
    tracks = {True: "with", False: "without", None: "unknown"}
    lines: list[tuple[str, str]] = [
        (
            "What do the instances represent, and how many are there?",
            f"Utterances of dialogues in context: {passages.size(facts)}",
        ),
        ("Is it a sample? What was left out?", f"{passages.left_out(facts)} {passages.selection(facts)}".strip()),
        (
            "What does each instance consist of?",
            f"The columns of README.md; schema.json has their types. Questions: {', '.join(facts.table.slugs)}.",
        ),
        ("Is information missing?", passages.missing(facts)),
        ("Are there recommended splits?", passages.splits(facts)),
        ("Are there errors or redundancies?", passages.findings(facts)),
        (
            "Is it self-contained?",
            "The clips are included."
            if manifest["options"]["clips"]
            else "Sound and picture are not included; `python cut_clips.py VIDEOS OUT` cuts the clips from your own "
            "copy of the recordings.",
        ),
        (
            "Who annotated it?",
            passages.raters(facts),
        ),
        ("Did the annotators agree to being listed?", passages.consent(facts)),
        (
            "How many annotations are there?",
            f"{answers['annotations']:,}, of which {answers['corrected']:,} were corrected after they were handed in.",
        ),
        (
            "Which instructions did the annotators have?",
            f"{versions}. The codebook in use is in manifest.json.",
        ),
        ("How far do the annotators agree?", passages.agreement(facts)),
        (
            "How were labels derived?",
            passages.origin_of_labels(facts),
        ),
        ("Which licences do the sources have?", passages.licences(facts)),
        (
            "Is there a laugh track?",
            "; ".join(
                f"{name}: {tracks[each['laugh_track']]}" for name, each in zip(shown, manifest["sources"], strict=False)
            ),
        ),
        ("Will it change?", "No. A release never changes; its manifest lists the checksum of every file."),
    ]
    parts = [
        f"# Datasheet of {facts.title}",
        "Questions of *Datasheets for Datasets* and *CrowdWorkSheets*.",
        "## From the records",
    ]
    parts += [f"**{question}** {answer}" for question, answer in lines]
    questions = questions_for(has_source_labels=passages.has_source_labels(facts))
    for section in dict.fromkeys(question.section for question in questions):
        parts.append(f"## {section}")
        parts += [f"**{each.text}** {facts.answer(each.slug)}" for each in questions if each.section == section]
    flags = facts.flags()
    parts += ["## What reviewers may flag", "\n".join(f"- {flag['text']}" for flag in flags) or "Nothing found."]
    return "\n\n".join(parts) + "\n"


def citation(facts: ReleaseFacts) -> str:
    """Return CITATION.cff."""
    document = {
        "cff-version": "1.2.0",
        "message": "Please cite this corpus as below.",
        "type": "dataset",
        "title": facts.title,
        "version": facts.name or "unnamed",
        "date-released": facts.date,
        "authors": [{"name": facts.answers.get("creators", "").strip() or f"The creators of {facts.title}"}],
    }
    if facts.answers.get("address", "").startswith("http"):
        document["url"] = facts.answers["address"].strip()
    if cited := facts.answers.get("citation", "").strip():
        document["message"] = f"Please cite: {cited}"
    written: str = yaml.safe_dump(document, allow_unicode=True, sort_keys=False)
    return written


CUT_CLIPS = '''#!/usr/bin/env python3
"""Cut the clips of this release from your own copy of the recordings: cut_clips.py VIDEOS OUT

VIDEOS holds a file per episode, in any folder below, named "SERIES - EPISODE", or by the title of the episode alone if
no other series has one of this title. Needs ffmpeg.
"""

import hashlib
import json
import pathlib
import shutil
import subprocess
import sys


def digest(path):
    found = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(2**20):
            found.update(block)
    return found.hexdigest()


if len(sys.argv) != 3:
    sys.exit(__doc__)
if shutil.which("ffmpeg") is None:
    sys.exit("ffmpeg is not installed, or not on the PATH. Install it and try again.")
here = pathlib.Path(__file__).resolve().parent
videos, out = map(pathlib.Path, sys.argv[1:])
if not videos.is_dir():
    sys.exit(f"{videos} is not a folder.")
found = {path.stem.casefold(): path for path in sorted(videos.rglob("*")) if path.is_file()}
manifest = json.loads((here / "manifest.json").read_text(encoding="utf-8"))
titles = [source["episode"].casefold() for source in manifest["sources"]]
recordings = {}
for source in manifest["sources"]:
    title = source["episode"]
    path = found.get(f"{source['series']} - {title}".casefold())
    if path is None and titles.count(title.casefold()) == 1:
        path = found.get(title.casefold())
    recordings[source["series"], title] = path
    if path is None:
        print(f"No recording of {source['series']} - {title}", file=sys.stderr)
    elif source["recording_sha256"] and digest(path) != source["recording_sha256"]:
        print(f"{path} is another recording than the labelled one: check whether its times agree", file=sys.stderr)
out.mkdir(parents=True, exist_ok=True)
cut = missing = 0
for split in manifest["splits"]:
    for line in (here / f"{split}.jsonl").open(encoding="utf-8"):
        row = json.loads(line)
        video = recordings.get((row["series"], row["episode"]))
        if video is None or row["start_ms"] is None or row["end_ms"] is None or row["end_ms"] <= row["start_ms"]:
            missing += 1
            continue
        name = "".join(sign if sign.isalnum() or sign in "-_" else "_" for sign in f"{row['dialogue']}_{row['order']}")
        span = ["-ss", str(row["start_ms"] / 1000), "-t", str((row["end_ms"] - row["start_ms"]) / 1000)]
        command = ["ffmpeg", "-nostdin", "-v", "error", "-y", *span, "-i", str(video), str(out / f"{name}.mp4")]
        subprocess.run(command, check=True)
        cut += 1
print(f"{cut} clips cut, {missing} utterances without a recording or times")
'''


def _split(split: str) -> str:
    return HUGGING_FACE_SPLITS.get(split, split.replace("-", "_"))


def _has_figures(facts: ReleaseFacts) -> bool:
    return bool(facts.manifest["options"].get("figures"))


def _feature(field: Field) -> dict[str, Any]:
    found: dict[str, Any] = {"name": field.name} if field.name else {}
    return found | _feature_type(field)


def _feature_type(field: Field) -> dict[str, Any]:
    if field.kind == "record":
        return {"struct": [_feature(each) for each in field.fields]}
    if field.kind == "list":
        item = field.fields[0]
        kind = [_feature(each) for each in item.fields] if item.kind == "record" else _scalar(item)
        return {"list": kind}
    return {"dtype": _scalar(field)}


def _scalar(field: Field) -> str:
    return {"string": "string", "integer": "int64", "number": "float64"}[field.kind]


def _type_name(field: Field) -> str:
    return f"{field.kind}{', nullable' if field.nullable else ''}"


def _numbers(numbers: Sequence[int]) -> str:
    return ", ".join(map(str, numbers)) or "unknown"
