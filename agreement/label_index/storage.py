"""Storing an index on disk, so that a process that starts maps it into memory instead of reading the database.

The files can be made again at any time: they are a cache, in a folder of the corpus below `CACHE_DIR`.
"""

from __future__ import annotations

import json
import mmap
import os
import shutil
import uuid
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
from django.conf import settings

from agreement.label_index.arrays import Arrays, DecisionLayer, Dialogues, Layer
from agreement.label_index.index import LabelIndex
from agreement.label_index.texts import TextBuffer
from agreement.label_index.watermarks import Watermark
from corpus.models import Corpus

FORMAT = 1  # changes with the files and with `texts.folded`
CURRENT = "current"


def folder_of(corpus: Corpus) -> Path:
    """Return the folder of a corpus's index."""
    return Path(settings.CACHE_DIR) / str(corpus.public_id) / "label-index"


def store(corpus: Corpus, index: LabelIndex) -> None:
    """Write an index to a new folder and make it the current one; the one before is removed."""
    home = folder_of(corpus)
    name = uuid.uuid4().hex
    folder = home / name
    folder.mkdir(parents=True)
    _write(folder, index)
    pointer = home / f"{CURRENT}.{name}"
    pointer.write_text(name, encoding="utf-8")
    pointer.replace(home / CURRENT)
    for other in home.iterdir():
        if other.is_dir() and other != folder:
            shutil.rmtree(other, ignore_errors=True)  # processes that have mapped its files keep them
    index.applied = 0


def load(corpus: Corpus) -> LabelIndex | None:
    """Return the stored index of a corpus under its codebook; None if there is none that can be used."""
    home = folder_of(corpus)
    try:
        folder = home / (home / CURRENT).read_text(encoding="utf-8")
        state = json.loads((folder / "state.json").read_text(encoding="utf-8"))
        if state["format"] != FORMAT or state["codebook"] != corpus.codebook_id:
            return None
        return _read(folder, state)
    except (OSError, ValueError, KeyError):
        return None  # removed or replaced meanwhile, or cut off


def stored_at(corpus: Corpus) -> str:
    """Return a word that changes whenever an index is stored; empty without one."""
    try:
        return (folder_of(corpus) / CURRENT).read_text(encoding="utf-8")
    except OSError:
        return ""


def _write(folder: Path, index: LabelIndex) -> None:
    arrays = index.arrays
    texts = arrays.texts.whole()
    (folder / "texts").write_bytes(bytes(texts.buffer[:]) or b"\x00")
    plain: dict[str, npt.NDArray[Any]] = {
        "offsets": texts.offsets,
        "utterance": arrays.utterance,
        "dialogue": arrays.dialogue,
        "speaker": arrays.speaker,
        "decision-state": arrays.decisions.state,
        "decision-codes": arrays.decisions.codes,
        **{f"dialogue-{name}": values for name, values in arrays.dialogues._asdict().items()},
    }
    for number, layer in enumerate(arrays.layers):
        first = sorted(layer.first)
        plain[f"{number}-rater"], plain[f"{number}-time"], plain[f"{number}-codes"] = (
            layer.rater,
            layer.time,
            layer.codes,
        )
        plain[f"{number}-first-rows"] = np.array(first, dtype=np.int64)
        plain[f"{number}-first-codes"] = np.array([layer.first[row] for row in first], dtype=np.int16)
    for name, values in plain.items():
        np.save(folder / f"{name}.npy", values)
    state = {
        "format": FORMAT,
        "codebook": index.codebook,
        "width": arrays.width,
        "layers": len(arrays.layers),
        "raters": [[key, index.slugs[number], index.kinds[number]] for key, number in index.raters.items()],
        "revisions": index.revisions.as_json(),
        "edits": index.edits.as_json(),
        "decisions": index.decisions.as_json(),
        "structure": index.structure,
    }
    (folder / "state.json").write_text(json.dumps(state), encoding="utf-8")


def _read(folder: Path, state: dict[str, Any]) -> LabelIndex:
    def array(name: str, mode: Any = "r") -> Any:
        return np.load(folder / f"{name}.npy", mmap_mode=mode)

    layers = []
    for number in range(state["layers"]):
        rows, first_codes = array(f"{number}-first-rows", None), array(f"{number}-first-codes", None)
        first = dict(zip(rows.tolist(), first_codes, strict=True))
        rater, time, codes = (array(f"{number}-{name}", "c") for name in ("rater", "time", "codes"))
        layers.append(Layer(rater, time, codes, first))
    with (folder / "texts").open("rb") as file:
        buffer = mmap.mmap(file.fileno(), os.fstat(file.fileno()).st_size, access=mmap.ACCESS_READ)
    dialogues = Dialogues(*(array(f"dialogue-{name}", None) for name in Dialogues._fields))
    arrays = Arrays(
        state["width"],
        dialogues,
        array("utterance"),
        array("dialogue"),
        array("speaker", "c"),
        TextBuffer(buffer, array("offsets")),
        layers,
        DecisionLayer(array("decision-state", "c"), array("decision-codes", "c")),
    )
    return LabelIndex(
        codebook=state["codebook"],
        arrays=arrays,
        raters={key: number for number, (key, _, _) in enumerate(state["raters"])},
        slugs=[slug for _, slug, _ in state["raters"]],
        kinds=[kind for _, _, kind in state["raters"]],
        revisions=Watermark.from_json(state["revisions"]),
        edits=Watermark.from_json(state["edits"]),
        decisions=Watermark.from_json(state["decisions"]),
        structure=state["structure"],
    )
