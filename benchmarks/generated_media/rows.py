"""The rows of the tables, and the runs of one row.

They are apart from `__main__`, which child processes cannot import.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from baseline.data.release import read
from baseline.options import Options
from baseline.runs.execute import Plan, execute
from benchmarks.generated_media import variants

TEXT = ("ngrams", "linear")
OPTIONS = Options(
    features=(*TEXT, "audio", "video"),
    epochs=30,
    patience=30,
    learning_rate=6e-3,
    dropout=0.3,
    width=64,
    label_smoothing=0.0,
)


@dataclass(frozen=True)
class Variant:
    """A row of a table.

    Attributes:
        name: of the row.
        options: of the runs.
        model: name of the model.
        release: which of `RELEASES`.
    """

    name: str
    options: Options = OPTIONS
    model: str = "hard-sharing"
    release: str = ""


def _only(*features: str) -> Options:
    return replace(OPTIONS, features=features)


RELEASES = {
    "": lambda release: release,
    "shuffled": variants.shuffled_media,
    "unnamed": variants.without_speakers,
    **variants.PAIRS,
}
PARTS = (
    Variant("everything"),
    Variant("without text", _only("audio", "video")),
    Variant("without sound", _only(*TEXT, "video")),
    Variant("without pictures", _only(*TEXT, "audio")),
    Variant("text alone", _only(*TEXT)),
    Variant("sound alone", _only("audio")),
    Variant("pictures alone", _only("video")),
    Variant("without context", replace(OPTIONS, context="none")),
    Variant("past context", replace(OPTIONS, context="past")),
    Variant("without speakers", release="unnamed"),
    Variant("plain fusion", replace(OPTIONS, fusion="concatenation")),
    Variant("without links", replace(OPTIONS, links="none")),
    Variant("a network per task", model="single"),
    Variant("cross-stitch", model="cross-stitch"),
    Variant("soft sharing", model="soft-sharing"),
    Variant("links as supervision", replace(OPTIONS, links="supervision"), "soft-sharing"),
    Variant("media shuffled", release="shuffled"),
)
SHARING = tuple(
    Variant(f"{pair}, {model}", _only("ngrams", "audio"), model, pair)
    for pair in variants.PAIRS
    for model in ("single", "hard-sharing", "soft-sharing")
)


def run_row(out: Path, variant: Variant, seeds: int) -> None:
    """Train the model of a row with each seed, unless that is done.

    Args:
        out: folder with the release; gets the runs and features.
        variant: the row.
        seeds: their number.
    """
    release = RELEASES[variant.release](read(out / "release"))
    plan = Plan(release, [variant.model], range(seeds), variant.options, out / "runs", out / "features", variant.name)
    execute(plan, lambda _: None)
    print(f"done: {variant.name}", flush=True)
