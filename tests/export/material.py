"""A corpus to release, and reading a release back."""

import csv
import hashlib
import json
from pathlib import Path
from typing import Any

from django.core.management import call_command

from corpus.models import Corpus, Dialogue
from export.rows.cells import answer_of
from tests.agreement.material import judge, utterances
from tests.annotator.material import corpus_with_work
from tests.factories import ClipFactory, MediaFileFactory, RaterFactory

MOODS = ("negative", "neutral", "positive")
# files that state the name of a stored release, and the manifest, which has their checksums
NAMED = {"CHANGES.md", "CITATION.cff", "README.md", "croissant.json", "manifest.json"}


def released_corpus(*, dialogues: int = 6, lines: int = 2) -> Corpus:
    """A corpus whose three members judged every dialogue; they agree except on the first utterance."""
    corpus = corpus_with_work(dialogues=dialogues, utterances=lines)
    raters = [RaterFactory(corpus=corpus, slug=f"annotator-{number}") for number in (1, 2, 3)]
    for place, utterance in enumerate(utterances(corpus)):
        for number, rater in enumerate(raters):
            mood = MOODS[number] if place == 0 else MOODS[place % 3]
            judge(rater, utterance, sentiment=mood)
    return corpus


def with_clip(corpus: Corpus, content: bytes) -> str:
    """Cut a clip for the corpus's first utterance; return its sha256."""
    utterance, sha256 = utterances(corpus)[0], hashlib.sha256(content).hexdigest()
    file = MediaFileFactory(corpus=corpus, kind="clip", sha256=sha256, size=len(content), name=f"clip/{sha256}.mp4")
    file.path.parent.mkdir(parents=True, exist_ok=True)
    file.path.write_bytes(content)
    ClipFactory(utterance=utterance, file=file)
    return sha256


def export(corpus: Corpus, out: Path, *arguments: str) -> Path:
    call_command("export_corpus", corpus.slug, "--out", str(out), *arguments, verbosity=0)
    return out


def manifest(folder: Path) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    return found


def native_rows(folder: Path) -> list[dict[str, Any]]:
    return [
        json.loads(line)
        for split in ("train", "dev", "test")
        for line in (folder / f"{split}.jsonl").read_bytes().splitlines()  # text has further line ends, such as U+2028
    ]


def rows(folder: Path) -> list[dict[str, Any]]:
    """The rows with their cells in short: `not_applicable` as a label, and votes as rater -> answer."""
    return [
        {**row, "labels": {slug: short(cell) for slug, cell in row["labels"].items()}} for row in native_rows(folder)
    ]


def short(cell: dict[str, Any]) -> dict[str, Any]:
    found: dict[str, Any] = {
        "label": "not_applicable" if cell["state"] == "not_applicable" else cell["label"],
        "source": cell["source"],
        "votes": {vote["rater"]: answer_of(vote) for vote in cell["votes"] if vote["state"] != "missing"},
    }
    if "distribution" in cell:
        found["distribution"] = {str(each["answer"]): each["probability"] for each in cell["distribution"]} or None
    return found


def cells(folder: Path) -> list[dict[str, str]]:
    found: list[dict[str, str]] = []
    for split in ("train", "dev", "test"):
        with (folder / f"{split}.csv").open(encoding="utf-8", newline="") as file:
            found += csv.DictReader(file)
    return found


def contents(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in sorted(folder.rglob("*")) if path.is_file()}


def first_dialogue(corpus: Corpus) -> Dialogue:
    return Dialogue.objects.filter(corpus=corpus).order_by("order")[0]
