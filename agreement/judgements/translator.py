"""The translator of stored codes: codes of several codebook versions as one table of one version."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt

from agreement.judgements.comparability import Codes, Translation
from common.errors import Refused
from corpus.models import CodebookVersion

Keys = npt.NDArray[np.int64]


class CodeTranslator:
    """Turns stored codes into codes of one codebook version.

    Args:
        codebook: the version whose questions are read.
        translations: of codebook versions, by primary key, instead of the usual ones.
    """

    def __init__(self, codebook: CodebookVersion, translations: Mapping[int, Translation] | None = None) -> None:
        self.layout = codebook.layout()
        self._codebook = codebook
        self._versions = {version.pk: version for version in CodebookVersion.objects.filter(corpus=codebook.corpus_id)}
        self._translations: dict[int, Translation] = dict(translations or {})

    def version(self, key: int) -> CodebookVersion:
        """Return the codebook version with this primary key."""
        return self._versions[key]

    def translation(self, version: int) -> Translation:
        """Return the lookup tables of the version with this primary key."""
        if version not in self._translations:
            self._translations[version] = Translation(self._versions[version].rules(), self._codebook.rules())
        return self._translations[version]

    def __call__(self, version: Keys, stored: Sequence[bytes | None]) -> Codes:
        """Return stored codes as one table (N, W).

        Args:
            version: (N,) primary keys of their codebook versions.
            stored: N values of `Annotation.codes`.

        Raises:
            Refused: `agreement.codes_missing`.
        """
        table = np.empty((len(stored), self.layout.width), dtype=np.int16)
        for key in np.unique(version):
            rows = np.flatnonzero(version == key).tolist()
            own = stored if len(rows) == len(stored) else [stored[row] for row in rows]
            table[rows] = self.translation(key)(self._stacked(own, self._versions[key].layout().width))
        return table

    def _stacked(self, stored: Sequence[bytes | None], width: int) -> Codes:
        """Return codes of one version as a table of `width` cells.

        Raises:
            Refused: `agreement.codes_missing`.
        """
        if None in stored or not {len(codes) for codes in stored if codes is not None} <= {2 * width}:
            raise Refused("agreement.codes_missing", corpus=self._codebook.corpus.slug)
        return np.frombuffer(b"".join(stored), dtype="<i2").reshape(len(stored), width)  # type: ignore[arg-type]
