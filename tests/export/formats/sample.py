"""Rows of every kind of question, written in a format and read back by the readers of other programs."""

import csv
import io
import json
import xml.etree.ElementTree as ET
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import unquote
from xml.sax.saxutils import unescape

import msgspec

from corpus.rules.codebook import parse
from export.formats.registry import FORMATS
from export.formats.release_files import ReleaseFiles
from export.rows.columns import PLAIN, Table
from export.rows.records import Batch, Row, encode

CODEBOOK = """
name: sample
tasks:
  mood: {scale: nominal, choices: [joy, anger], default: joy, perspective: speaker}
  tone: {scale: ordinal, choices: ["-1", "0", "1"], default: "0", perspective: speaker}
  tags: {scale: nominal, many: true, choices: [loud, sad], default: loud, perspective: viewer}
links:
  pull: {from: mood, to: tone, values: [-1, 0, 1], asked_when: mood != joy}
policy: {k: 2, context: past, watch_first: false, shortcuts: off, cannot_judge: per-task}
"""
TABLE = Table(parse(CODEBOOK), corpus="sample")
SOFT = Table(parse(CODEBOOK), is_soft=True, corpus="sample")
Parts = dict[str, Any]


def vote(rater: str, answer: Any, state: str = "given") -> Parts:
    return {"rater": rater, "answer": answer, "state": state}


LABELS: dict[str, Parts] = {
    "mood": {"label": "joy", "state": "labelled", "source": "majority", "votes": [vote("a", "joy"), vote("b", "joy")]},
    "tone": {
        "label": None,
        "state": "missing",
        "source": "tie",
        "votes": [vote("a", "-1"), vote("b", None, "cannot_judge")],
    },
    "tags": {
        "label": ["loud", "sad"],
        "state": "labelled",
        "source": "single",
        "votes": [vote("a", ["loud", "sad"]), vote("b", ["sad"])],
    },
    "pull": {
        "label": None,
        "state": "not_applicable",
        "source": "not_asked",
        "votes": [vote("a", None, "not_applicable"), vote("b", 1)],
    },
}


SHARES: dict[str, list[Parts]] = {
    "mood": [{"answer": "joy", "probability": 1.0}],
    "tone": [{"answer": "-1", "probability": 0.75}, {"answer": "1", "probability": 0.25}],
    "tags": [],
    "pull": [{"answer": 1, "probability": 0.125}, {"answer": -1, "probability": 0.875}],
}
SOFT_LABELS = {slug: {**cell, "distribution": SHARES[slug]} for slug, cell in LABELS.items()}


def row(number: int, **more: Any) -> Row:
    plain: dict[str, Any] = {
        "id": f"u{number}",
        "dialogue": "d1",
        "order": number,
        "series": "戏",
        "episode": "E 1",
        "speaker": "Ann",
        "text": f"你好 {number}",
        "start_ms": 1000 * number,
        "end_ms": 1000 * number + 900,
        "clip": None,
    }
    labels = more.pop("labels", LABELS)
    return Row(**{**plain, **more}, labels=msgspec.Raw(encode(labels)))


def written(name: str, *portions: Sequence[Row], folder: Path | None = None, table: Table = TABLE) -> dict[str, bytes]:
    """Write rows, each portion as a dialogue of train; return the files."""
    import tempfile

    with tempfile.TemporaryDirectory() as temporary:
        place = folder or Path(temporary)
        with ReleaseFiles(place) as files:
            writer = FORMATS[name].writer(files, table, ("train", "dev", "test"))
            for rows in portions:
                if rows:
                    writer.write("train", Batch.of(list(rows)))
            writer.finish()
        return {str(path.relative_to(place)): path.read_bytes() for path in sorted(place.rglob("*")) if path.is_file()}


def expected(rows: Sequence[Row], carries: frozenset[str]) -> list[Parts]:
    """The parts of rows that a format says it carries."""
    found = []
    for each in rows:
        parts = {name: cell for name, cell in zip(PLAIN, each.plain, strict=True) if name in carries}
        for slug, cell in each.cells().items():
            parts |= {f"{slug}.{part}": cell[part] for part in cell if part in carries}
        found.append(parts)
    return found


def _labels(cells: dict[str, Any]) -> Parts:
    return {f"{slug}.{part}": content for slug, cell in cells.items() for part, content in cell.items()}


def _jsonl(files: dict[str, bytes]) -> list[Parts]:
    rows = [json.loads(line) for line in files["train.jsonl"].splitlines()]
    return [{**{name: each[name] for name in PLAIN}, **_labels(each["labels"])} for each in rows]


def _flat(cells: dict[str, Any]) -> Parts:
    found: Parts = {}
    for name in PLAIN:
        text = cells[name]
        number = name in {"order", "start_ms", "end_ms"}
        found[name] = (int(text) if text not in ("", None) else None) if number else text
    found["clip"] = found["clip"] or None
    for slug in TABLE.slugs:
        label = cells[slug] if cells[slug] != "" else None
        if label is not None:
            label = json.loads(label) if slug == "tags" else int(label) if slug == "pull" else label
        found |= {f"{slug}.label": label, f"{slug}.votes": json.loads(cells[f"{slug}_votes"])}
        found |= {f"{slug}.{part}": cells[f"{slug}_{part}"] for part in ("state", "source")}
        if f"{slug}_distribution" in cells:
            found[f"{slug}.distribution"] = json.loads(cells[f"{slug}_distribution"])
    return found


def _unguarded(cell: Any) -> Any:
    if isinstance(cell, str) and cell.startswith("'") and cell[1:].lstrip("' ").startswith(("=", "+", "-", "@")):
        return cell[1:]
    return cell


def _csv(files: dict[str, bytes]) -> list[Parts]:
    (name,) = [name for name in files if name.startswith("train")]
    table = csv.DictReader(io.StringIO(files[name].decode("utf-8-sig"), newline=""))
    read = _unguarded if name.endswith(".spreadsheet.csv") else str
    return [_flat({column: read(cell) for column, cell in each.items()}) for each in table]


def _parquet(files: dict[str, bytes]) -> list[Parts]:
    import pyarrow.parquet as pq

    rows = pq.read_table(io.BytesIO(files["train.parquet"])).to_pylist()
    return [{**{name: each[name] for name in PLAIN}, **_labels(each["labels"])} for each in rows]


def _xlsx(files: dict[str, bytes]) -> list[Parts]:
    import openpyxl

    book = openpyxl.load_workbook(io.BytesIO(files["release.xlsx"]), read_only=True)
    header, *rows = book["train"].iter_rows(values_only=True)
    names = [str(name) for name in header]
    book.close()
    return [
        _flat({name: _unguarded("" if cell is None else cell) for name, cell in zip(names, each, strict=True)})
        for each in rows
    ]


def _answer(slug: str, text: str, separator: str) -> Any:
    return text.split(separator) if slug == "tags" else int(text) if slug == "pull" else text


def _ms(text: str) -> int | None:
    if not text:
        return None
    clock, thousandths = text.replace(",", ".").split(".")
    hours, minutes, seconds = map(int, clock.split(":"))
    return ((hours * 60 + minutes) * 60 + seconds) * 1000 + int(thousandths)


def _meld(files: dict[str, bytes]) -> list[Parts]:
    found = []
    for each in csv.DictReader(io.StringIO(files["train_sent_emo.csv"].decode(), newline="")):
        parts: Parts = {"dialogue": each["Dialogue_ID"], "order": int(each["Utterance_ID"]) + 1}
        parts |= {"series": each["Season"], "episode": each["Episode"], "speaker": each["Speaker"]}
        parts |= {"text": each["Utterance"], "start_ms": _ms(each["StartTime"]), "end_ms": _ms(each["EndTime"])}
        for slug in TABLE.slugs:
            text = each[slug]
            is_label = text not in ("", "not_applicable")
            parts[f"{slug}.label"] = _answer(slug, text, "+") if is_label else None
            parts[f"{slug}.state"] = "labelled" if is_label else text or "missing"
        found.append(parts)
    return found


def _votes(slug: str, given: dict[str, str], separator: str) -> list[Parts]:
    reserved = ("cannot_judge", "not_applicable")
    return [
        vote(rater, None, text) if text in reserved else vote(rater, _answer(slug, text, separator))
        for rater, text in given.items()
    ]


def _lewidi(files: dict[str, bytes]) -> list[Parts]:
    found: dict[str, Parts] = {}
    for slug in TABLE.slugs:
        for key, item in json.loads(files[f"lewidi/{slug}_train.json"]).items():
            parts = found.setdefault(key, {"text": item["text"]})
            other = item["other_info"]
            parts |= {name: other[name] for name in PLAIN if name != "text"}
            hard = item["hard_label"]
            parts[f"{slug}.label"] = _answer(slug, hard, "+") if hard else None
            parts |= {f"{slug}.{part}": other[part] for part in ("state", "source")}
            parts[f"{slug}.votes"] = _votes(slug, item["annotations"], "+")
    return list(found.values())


def _label_studio(files: dict[str, bytes]) -> list[Parts]:
    found = []
    for task in json.loads(files["train.label-studio.json"]):
        parts: Parts = {name: task["data"][name] for name in PLAIN}
        for slug, cell in task["meta"]["labels"].items():
            parts |= {f"{slug}.{part}": content for part, content in cell.items()}
            parts[f"{slug}.votes"] = []
        for annotation in task["annotations"]:
            for result in annotation["result"]:
                slug = result["from_name"]
                text = "+".join(result["value"]["choices"])
                parts[f"{slug}.votes"] += _votes(slug, {annotation["completed_by"]["email"]: text}, "+")
        found.append(parts)
    return found


def _eaf(files: dict[str, bytes]) -> list[Parts]:
    found: dict[str, Parts] = {}
    for data in files.values():
        root = ET.fromstring(data)  # noqa: S314 -- our own file
        times = {each.get("TIME_SLOT_ID"): int(each.get("TIME_VALUE", "")) for each in root.iter("TIME_SLOT")}
        for tier in root.iter("TIER"):
            kind = tier.get("LINGUISTIC_TYPE_REF", "")
            for each in tier.iter("ALIGNABLE_ANNOTATION"):
                parts = found[str(each.get("ANNOTATION_ID"))] = {"speaker": tier.get("PARTICIPANT")}
                parts["text"] = each.findtext("ANNOTATION_VALUE")
                parts["start_ms"] = times[each.get("TIME_SLOT_REF1")]
                parts["end_ms"] = times[each.get("TIME_SLOT_REF2")]
                parts |= {f"{slug}.votes": [] for slug in TABLE.slugs}
            for each in tier.iter("REF_ANNOTATION"):
                parts, text = found[str(each.get("ANNOTATION_REF"))], str(each.findtext("ANNOTATION_VALUE"))
                if kind == "dialogue":
                    parts["dialogue"], order, parts["id"] = map(unquote, text.split("/"))
                    parts["order"] = int(order)
                elif kind.endswith(".label"):
                    slug = kind.removesuffix(".label")
                    is_label = "(" not in text
                    parts[kind] = _answer(slug, text, ";") if is_label else None
                    parts[f"{slug}.state"] = "labelled" if is_label else text.partition(" ")[0]
                elif kind != "split":
                    parts[f"{kind}.votes"] += _votes(kind, {str(tier.get("ANNOTATOR")): text}, ";")
    return list(found.values())


def _vtt(files: dict[str, bytes]) -> list[Parts]:
    found = []
    for data in files.values():
        blocks = data.decode().split("\n\n")[1:]
        for note, cue in zip(blocks[::2], blocks[1::2], strict=True):
            given = dict(word.split("=", 1) for word in note.split()[1:])
            code, times, text = cue.strip("\n").split("\n", 2)
            start, end = times.split(" --> ")
            speaker, _, said = text.removeprefix("<v ").partition(">") if text.startswith("<v ") else ("", "", text)
            speaker, said = unescape(speaker), unescape(said)
            parts: Parts = {"id": code, "dialogue": given["dialogue"], "order": int(given["order"])}
            parts |= {"speaker": speaker, "text": said, "start_ms": _ms(start), "end_ms": _ms(end)}
            parts |= {
                f"{slug}.label": _answer(slug, given[slug], ";") if slug in given else None for slug in TABLE.slugs
            }
            found.append(parts)
    return found


READERS: dict[str, Callable[[dict[str, bytes]], list[Parts]]] = {
    "jsonl": _jsonl,
    "csv": _csv,
    "spreadsheet": _csv,
    "parquet": _parquet,
    "xlsx": _xlsx,
    "meld": _meld,
    "lewidi": _lewidi,
    "label-studio": _label_studio,
    "eaf": _eaf,
    "vtt": _vtt,
}
