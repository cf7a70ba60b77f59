"""Reports: the figures of a folder of runs as JSON, Markdown, LaTeX and pictures."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from baseline.data.rows import Release
from baseline.errors import UsageError
from baseline.evaluation import tables
from baseline.evaluation.comparison import Comparison
from baseline.evaluation.document import document
from baseline.evaluation.pictures import pictures
from baseline.runs import store


def write(release: Release, folder: Path, comparison: Comparison | None = None) -> dict[str, Any]:
    """Write report.json, report.md, report.tex and pictures/ into the folder that has `runs/`; return the document.

    Raises:
        UsageError: the folder has no finished run of this release.
    """
    runs = store.read(folder / "runs", release.checksum, release.questions)
    if not runs:
        raise UsageError(f"{folder} has no finished run of this release. Train some models first.")
    found = document(release, runs, comparison)
    drawn = pictures(found)
    (folder / "pictures").mkdir(exist_ok=True)
    for name, svg in drawn.items():
        (folder / "pictures" / name).write_text(svg, encoding="utf-8")
    text = json.dumps(found, ensure_ascii=False, indent=1) + "\n"
    (folder / "report.json").write_text(text, encoding="utf-8")
    (folder / "report.md").write_text(tables.markdown(found, [f"pictures/{name}" for name in drawn]), encoding="utf-8")
    (folder / "report.tex").write_text(tables.latex(found), encoding="utf-8")
    return found
