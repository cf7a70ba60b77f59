"""The slices of a report as CSV."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from typing import Any

from agreement.domain.findings.listing import ListedFinding
from agreement.domain.slices import COLUMNS

HEAD = ("slicing", "kind", "slice", "name", "question")


def slices_as_csv(slices: Mapping[str, Any], severe: Iterable[ListedFinding] = ()) -> str:
    """Return slices as CSV, one row per slicing, slice and question; lines end with a newline.

    `kind` is empty for a slice, `others` for those that are not listed one by one, `none` for pairs of answers without
    such a thing, and `mixed` for pairs of answers of two slices. For each question the sum of `share` * `value` over
    the slices of a slicing is its alpha. The last rows, with the slicing `severe_finding`, hold the open severe
    findings: their kind, their text as `name`, and their question.

    Args:
        slices: as `domain.slices.slices` returned them.
        severe: the open severe findings that the reader may see.
    """
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow((*HEAD, *COLUMNS))
    for slicing in sorted(slices):
        document = slices[slicing]
        for question in document["questions"]:
            for name, row in zip(document["slices"], question["rows"], strict=False):
                head = (slicing, name["kind"], name["key"], name["name"], question["slug"])
                writer.writerow((*head, *("" if value is None else value for value in row)))
    for row in severe:
        head = ("severe_finding", row.finding.kind, "", row.line(""), row.finding.task)
        writer.writerow((*head, *("" for _ in COLUMNS)))
    return out.getvalue()
