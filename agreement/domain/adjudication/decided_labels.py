"""Readers of decisions and accepted consensus, for releases: a fixed number of queries per chunk of utterances."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import Any

import numpy as np

from agreement.judgements.comparability import Codes, Translation
from agreement.models import AcceptedConsensus, Decision, Outcome
from corpus.models import CodebookVersion

AT_ONCE = 900  # parameters of one query


class LabelReader:
    """Reads decisions and accepted consensus as answers of one codebook version.

    Args:
        codebook: the version whose questions are read.
    """

    def __init__(self, *, codebook: CodebookVersion) -> None:
        self._codebook, self._layout = codebook, codebook.layout()
        self._versions = {version.pk: version for version in CodebookVersion.objects.filter(corpus=codebook.corpus_id)}
        self._translations: dict[int, Translation] = {}

    def decisions(self, utterances: Collection[int]) -> dict[int, dict[str, Any]]:
        """Return the decided answers of utterances; those that cannot be compared are left out.

        Utterances that cannot be decided or need discussion have none: their label is the consensus.

        Args:
            utterances: primary keys.
        """
        rows = Decision.objects.filter(outcome=Outcome.PROFILE)
        found: list[tuple[int, int, Any]] = []
        for some in _parts(utterances):
            found += rows.filter(utterance__in=some).values_list("utterance", "codebook", "codes")
        return self._answers(found)

    def accepted(self, utterances: Collection[int]) -> dict[int, dict[str, Any]]:
        """Return the accepted consensus of utterances.

        Args:
            utterances: primary keys.
        """
        rows = AcceptedConsensus.objects.filter(ended_at__isnull=True)
        found: list[tuple[int, int, Any]] = []
        for some in _parts(utterances):
            found += rows.filter(utterance__in=some).values_list("utterance", "codebook", "codes")
        return self._answers(found)

    def _answers(self, rows: Iterable[tuple[int, int, Any]]) -> dict[int, dict[str, Any]]:
        return {key: self._layout.decode(self._codes(version, bytes(stored))) for key, version, stored in rows}

    def _codes(self, version: int, stored: bytes) -> bytes:
        if version == self._codebook.pk:
            return stored
        if version not in self._translations:
            self._translations[version] = Translation(self._versions[version].rules(), self._codebook.rules())
        codes: Codes = np.frombuffer(stored, dtype="<i2").reshape(1, -1)
        return self._translations[version](codes).astype("<i2").tobytes()


def _parts(utterances: Collection[int]) -> Iterable[list[int]]:
    keys = list(utterances)
    return (keys[start : start + AT_ONCE] for start in range(0, len(keys), AT_ONCE))
