"""Codes of any codebook version read under one of them: along moves where they lead there, else by equal questions."""

from __future__ import annotations

import numpy as np

from agreement.judgements.comparability import INCOMPARABLE, Codes, Translation
from corpus.domain.annotations.carried_answers import Step, path
from corpus.models import CodebookVersion
from corpus.rules.codebook.codes import MISSING


class CarriedCodes:
    """Reads what was decided under earlier versions. Nothing is stored: an undone move changes what is read at once.

    Args:
        codebook: the version to read under.
    """

    def __init__(self, codebook: CodebookVersion) -> None:
        self._codebook = codebook
        self._versions = {each.pk: each for each in CodebookVersion.objects.filter(corpus=codebook.corpus_id)}
        self._ways: dict[int, list[Step] | Translation] = {}

    def __call__(self, stored: bytes | memoryview, version: int) -> Codes:
        """Return (W,) codes; a question that is open or asked differently now is missing.

        Args:
            stored: codes of a whole profile.
            version: their codebook version, by primary key.
        """
        codes = bytes(stored)
        if version != self._codebook.pk:
            way = self._way(version)
            if isinstance(way, Translation):
                translated = way(np.frombuffer(codes, dtype="<i2").reshape(1, -1))[0]
                return np.where(translated == INCOMPARABLE, np.int16(MISSING), translated)
            for step in way:
                codes = step.mover(codes).codes
        return np.frombuffer(codes, dtype="<i2").astype(np.int16)

    def _way(self, version: int) -> list[Step] | Translation:
        if version not in self._ways:
            steps = path(corpus=self._codebook.corpus_id, source=version, target=self._codebook.pk)
            self._ways[version] = steps or Translation(self._versions[version].rules(), self._codebook.rules())
        return self._ways[version]
