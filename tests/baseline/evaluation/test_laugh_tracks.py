import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from tests.baseline import torch_or_skip  # noqa: F401

# isort: split
from baseline.cli import main
from tests.baseline.material import release_rows

pytestmark = pytest.mark.torch

Report = Callable[..., dict[str, Any]]
LAUGHING, SILENT = "Friends", "Stories"


@pytest.fixture
def reported(write_release: Callable[..., Path]) -> Report:
    """Return a function that reports on a release; every second dialogue is of a series with this laugh track."""

    def report(*, track: bool | None) -> dict[str, Any]:
        rows = release_rows()
        for of_split in rows.values():
            for row in of_split:
                row["series"] = LAUGHING if int(row["dialogue"][1:]) % 2 else SILENT
                if row["series"] == LAUGHING:
                    row["labels"]["sentiment"]["label"] = "neutral"  # easy to predict there
        folder = write_release(rows)
        manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
        tracks = {LAUGHING: track, SILENT: False}
        manifest["sources"] = [{"series": name, "episode": "", "laugh_track": each} for name, each in tracks.items()]
        (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
        assert main(["train", str(folder), "--model", "series-only"]) == 0
        found: dict[str, Any] = json.loads((folder.with_name("release-baseline") / "report.json").read_text("utf-8"))
        return found

    return report


def test_models_are_also_scored_without_the_sources_that_have_a_laugh_track(
    reported: Report, capsys: pytest.CaptureFixture[str]
) -> None:
    found = reported(track=True)["test"]["sentiment"]
    model = found["models"]["series-only"]
    assert 0 < found["n_without_laugh_track"] < found["n"]
    assert model["measures"]["accuracy"]["mean"] > model["without_laugh_track"]["accuracy"]["mean"]
    title = f"sentiment, sources without a laugh track, test ({found['n_without_laugh_track']} utterances)"
    assert title in capsys.readouterr().out


def test_without_laugh_tracks_there_is_no_such_table(reported: Report, capsys: pytest.CaptureFixture[str]) -> None:
    found = reported(track=None)["test"]["sentiment"]
    assert "without_laugh_track" not in found["models"]["series-only"]
    assert "laugh track" not in capsys.readouterr().out
