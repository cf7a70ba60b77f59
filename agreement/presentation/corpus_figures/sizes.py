"""The size of a corpus: a table by split, and histograms of lengths."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from django.utils.translation import gettext as _

from agreement.domain.corpus_figures.described import Described, Lengths
from agreement.presentation.drawing.columns import columns
from agreement.presentation.drawing.picture import Cell, DataTable, Picture
from agreement.statistics.answers.dialogues import Bools, Floats, Ints

MOST_COLUMNS = 16  # of a histogram; the last one holds everything beyond


def sizes(of: Described) -> Picture:
    """Return the table of sizes, of the whole corpus and of each split."""
    split = of.groups["split"]
    parts = [(_("All"), np.ones(len(of), dtype=bool))]
    if len(split.names) > 1:
        parts += [(name, split.part == place) for place, name in enumerate(split.names)]
    lengths = of.lengths()
    found = [_size(of, lengths, inside) for _name, inside in parts]
    lines = [(name, [cells[place] for cells in found]) for place, name in enumerate(_names())]
    rows = [[Cell(name), *cells] for name, cells in lines if any(cell.text != "–" for cell in cells)]
    return Picture(
        "sizes",
        _("Size of the corpus"),
        _("A speaker turn is a run of utterances of one speaker. Deviations are standard deviations."),
        None,
        DataTable(["", *(name for name, _inside in parts)], rows),
    )


def _names() -> list[str]:
    return [
        _("Dialogues"),
        _("Utterances"),
        _("Speakers"),
        _("Series"),
        _("Utterances per dialogue, mean (deviation)"),
        _("Utterances per dialogue, median (range)"),
        _("Speaker turns per dialogue, mean"),
        _("Speakers per dialogue, mean"),
        _("Characters per utterance, mean (deviation)"),
        _("Characters per utterance, median (range)"),
        _("Seconds per utterance, mean (deviation)"),
        _("Hours of speech"),
    ]


def _size(of: Described, lengths: Lengths, inside: Bools) -> list[Cell]:
    number = of.dialogues.number[inside]
    chosen = np.unique(number)
    utterances, turns, speakers = (each[chosen] for each in (lengths.utterances, lengths.turns, lengths.speakers))
    seconds = of.seconds[inside]
    seconds = seconds[~np.isnan(seconds)]
    spoken = of.speaker[inside]
    series = of.groups["series"].part[inside]
    return [
        _count(len(chosen)),
        _count(int(inside.sum())),
        _count(len(np.unique(spoken[spoken >= 0]))),
        _count(len(np.unique(series[series >= 0]))),
        _mean(utterances),
        _middle(utterances),
        _mean(turns, deviation=False),
        _mean(speakers, deviation=False),
        _mean(of.characters[inside]),
        _middle(of.characters[inside]),
        _mean(seconds),
        Cell(f"{seconds.sum() / 3600:.1f}", float(seconds.sum() / 3600)) if len(seconds) else Cell("–"),
    ]


def _count(value: int) -> Cell:
    return Cell(f"{value:,}", value)


def _mean(values: Ints | Floats, *, deviation: bool = True) -> Cell:
    if not len(values):
        return Cell("–")
    mean = float(values.mean())
    return Cell(f"{mean:.2f} ({float(values.std()):.2f})" if deviation else f"{mean:.2f}", mean)


def _middle(values: Ints) -> Cell:
    if not len(values):
        return Cell("–")
    middle = float(np.median(values))
    return Cell(f"{middle:g} ({values.min()}–{values.max()})", middle)


def histograms(of: Described) -> Iterator[Picture]:
    """Yield the histograms of lengths; that of seconds only if times are known."""
    lengths = of.lengths()
    yield _histogram("utterances", _("Utterances per dialogue"), lengths.utterances, _("utterances"))
    yield _histogram("turns", _("Speaker turns per dialogue"), lengths.turns, _("speaker turns"))
    if lengths.speakers.any():
        yield _histogram("speakers", _("Speakers per dialogue"), lengths.speakers, _("speakers"))
    yield _histogram("characters", _("Characters per utterance"), of.characters, _("characters"))
    seconds = of.seconds[~np.isnan(of.seconds)]
    if len(seconds):
        yield _histogram(
            "seconds", _("Seconds per utterance"), np.ceil(seconds).astype(np.int64), _("seconds, rounded up")
        )


def _histogram(name: str, title: str, values: Ints, axis: str) -> Picture:
    """Return a histogram of whole numbers; its last column holds what lies beyond the 99 % that fit."""
    names, counts = bins(values)
    rows = [[Cell(each), Cell(f"{count:,}", count)] for each, count in zip(names, counts, strict=True)]
    return Picture(f"length-{name}", title, "", columns(names, counts, axis=axis), DataTable([axis, _("Count")], rows))


def bins(values: Ints) -> tuple[Sequence[str], list[int]]:
    """Return names and counts of at most `MOST_COLUMNS` columns of equal width, the last one open."""
    if not len(values):
        return ["–"], [0]
    low, high = int(values.min()), int(np.percentile(values, 99))
    step = max(1, -(-(high - low + 1) // (MOST_COLUMNS - 1)))
    low -= low % step if step > 1 else 0
    last = max(0, (high - low) // step)
    place = np.minimum((values - low) // step, last + 1)
    counts = np.bincount(place, minlength=last + 2).tolist()
    starts = [low + step * each for each in range(last + 2)]
    names = [str(start) if step == 1 else f"{start}–{start + step - 1}" for start in starts]
    names[-1] = f"≥ {starts[-1]}"
    return (names, counts) if counts[-1] else (names[:-1], counts[:-1])
