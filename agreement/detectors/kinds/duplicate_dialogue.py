"""Detectors: dialogues that repeat an earlier one, and near-duplicates that a rater labelled differently."""

from __future__ import annotations

import hashlib
import re
from collections import Counter, defaultdict
from collections.abc import Iterator
from itertools import groupby

import numpy as np
from django.utils.translation import gettext_lazy as _

from agreement.detectors.base import Detection, Kind, Subject
from agreement.detectors.material import Ints, Material, Row, location

LEAST_UTTERANCES, LEAST_SHARE = 4, 0.8  # of the shorter dialogue, equal in text
NO_LETTERS = re.compile(r"[\W_]+")
COMMON = 20  # dialogues; a text in more of them ("yes") says nothing
LEAST_DIFFERENT = 0.05  # of the answers


class DuplicateDialogue(Kind):
    """Finds dialogues whose utterances equal those of an earlier dialogue in speaker and text, from start to end."""

    name = "duplicate_dialogue"
    summary = _("dialogues identical to an earlier one")
    case = _("identical to %(first)s, kept")
    subject: Subject = "material"

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


class DuplicatesDiffer(Kind):
    """Finds pairs of dialogues of nearly the same text to which one rater gave different answers."""

    name = "duplicates_differ"
    summary = _("dialogues of nearly the same text with different answers")
    case = _("%(dialogue)s has nearly the text of %(first)s, and %(different)s of %(compared)s answers differ")

    def detect(self, material: Material) -> Iterator[Detection]:
        """Yield one case per rater and pair."""
        answered = material.given
        for earlier, later, pairs in near_duplicates(material):
            for rater, owner in enumerate(material.raters):
                both = pairs[answered[rater, pairs].all(axis=1)]
                values = [material.values(question)[rater, both] for question in material.questions]
                compared = sum(int((each >= 0).all(axis=1).sum()) for each in values)
                differ = [(each[:, 0] != each[:, 1]) & (each >= 0).all(axis=1) for each in values]
                different = int(sum(each.sum() for each in differ))
                if not compared or different < LEAST_DIFFERENT * compared:
                    continue
                rows = both[np.any(differ, axis=0)].ravel()
                yield Detection(
                    rows=material.place(np.sort(rows)),
                    extent_count=len(rows),
                    extent_share=len(rows) / max(1, int(answered[rater].sum())),
                    severity="note",
                    rater=owner.slug,
                    evidence={
                        "first": material.lines[earlier].dialogue_code,
                        "dialogue": material.lines[later].dialogue_code,
                        "different": different,
                        "compared": compared,
                    },
                    identity=f"{material.lines[earlier].dialogue} {material.lines[later].dialogue}",
                )


def near_duplicates(material: Material) -> list[tuple[int, int, Ints]]:
    """Return (first row, first row of the later dialogue, (M, 2) rows of equal text) of near-duplicate dialogues."""

    def search() -> list[tuple[int, int, Ints]]:
        seen: dict[str, list[int]] = defaultdict(list)
        for number, line in enumerate(material.rows()):
            text = NO_LETTERS.sub("", line.text.casefold())
            if text:
                seen[text].append(number)
        shared: Counter[tuple[int, int]] = Counter()
        matched: dict[tuple[int, int], list[tuple[int, int]]] = defaultdict(list)
        dialogue = material.dialogue.tolist()
        for rows in seen.values():
            first_rows = {dialogue[row]: row for row in reversed(rows)}
            if not 1 < len(first_rows) <= COMMON:
                continue
            places = sorted(first_rows)
            for place, one in enumerate(places):
                for other in places[place + 1 :]:
                    shared[one, other] += 1
                    matched[one, other].append((first_rows[one], first_rows[other]))
        length = np.bincount(material.dialogue) if len(material) else np.zeros(0, dtype=np.int64)
        start = np.concatenate([[0], np.cumsum(length)])
        return [
            (int(start[one]), int(start[other]), np.array(sorted(matched[one, other]), dtype=np.int64))
            for (one, other), count in sorted(shared.items())
            if count >= max(LEAST_UTTERANCES, LEAST_SHARE * max(length[one], length[other]))
        ]

    return material.kept("near_duplicates", search)
