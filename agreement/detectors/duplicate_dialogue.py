"""Detector: dialogues with the same speakers and texts as an earlier one."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from itertools import groupby

from django.utils.translation import gettext_lazy as _

from agreement.detectors.base import Detection, Material, Row, location


class DuplicateDialogue:
    """Finds dialogues whose utterances equal those of an earlier dialogue in speaker and text, from start to end."""

    name = "duplicate_dialogue"
    summary = _("dialogues identical to an earlier one, kept")
    case = _("identical to %(first)s, kept")
    per_rater = False

    def detect(self, material: Material) -> Iterator[Detection]:
        """Yield one case per dialogue that repeats an earlier one."""
        first: dict[bytes, Row] = {}
        repeated: list[tuple[Row, Row]] = []
        count = 0
        for _dialogue, rows in groupby(material.rows(), key=lambda row: row.dialogue):
            content = hashlib.sha256()
            head = None
            for row in rows:
                head = head or row
                content.update(repr((row.speaker, row.text)).encode())
            count += 1
            if head and (earlier := first.setdefault(content.digest(), head)) is not head:
                repeated.append((earlier, head))
        for earlier, later in repeated:
            yield Detection(
                rows={"dialogues": [earlier.dialogue, later.dialogue], **location(later)},
                extent_count=1,
                extent_share=1 / count,
                severity="note",
                evidence={"first": earlier.dialogue_code, "dialogue": later.dialogue_code},
            )
