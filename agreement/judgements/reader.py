"""The reader of annotations: streams codes in chunks of whole dialogues, in constant memory.

Reports, retests and releases read annotations only here. The reader takes the stored codes
(`corpus.rules.codebook.codes`), never the JSON answers, and translates those of other codebook versions.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import numpy as np
import numpy.typing as npt
from django.db.models import CharField, QuerySet
from django.db.models.functions import Cast, Coalesce

from agreement.judgements.comparability import Codes, Translation
from agreement.judgements.raw_rows import Row, raw_rows, uuid_texts
from agreement.judgements.translator import CodeTranslator, Keys
from corpus.models import Annotation, CodebookVersion, Rater
from corpus.rules.codebook.codes import MISSING

# Annotations that are fetched at once; those of its last dialogue belong to the next chunk. Of more, the rows that wait
# make the garbage collector search all objects of the process.
CHUNK = 2000
ORDER = ("utterance__dialogue__order", "utterance__dialogue_id", "utterance__order", "rater__slug")
FIELDS = ("rater_id", "utterance_id", "utterance__dialogue_id", "codebook_id", "codes", "first_codes")
DIALOGUE = FIELDS.index("utterance__dialogue_id")


@dataclass(frozen=True, slots=True)
class Judgements:
    """A chunk of N annotations of whole dialogues, ordered by dialogue, utterance and slug of the rater.

    Attributes:
        rater: (N,) index into `JudgementReader.raters`.
        utterance: (N,) primary keys.
        dialogue: (N,) primary keys.
        version: (N,) primary keys of the codebook versions the answers were given under.
        first_number: N numbers of the revisions that were handed in first.
        public_id: N public ids of the utterances, as text.
        codes: (N, W) codes of the present answers in the layout of the reader's codebook, or
            `comparability.INCOMPARABLE`. Labels come from them.
        first_codes: (N, W) the same of the answers that were handed in first, for figures of agreement.
        corrected: number of annotations whose present answers differ from the first ones.
        newest: the time of the newest answer of the chunk as it was read.
    """

    rater: Keys
    utterance: Keys
    dialogue: Keys
    version: Keys
    first_number: Sequence[int]
    public_id: Sequence[str]
    codes: Codes
    first_codes: Codes
    corrected: int
    newest: datetime

    def __len__(self) -> int:
        return len(self.rater)

    def of_dialogues(self, dialogues: Iterable[int]) -> Judgements:
        """Return the annotations of these dialogues (primary keys)."""
        rows = np.flatnonzero(np.isin(self.dialogue, list(dialogues)))
        return self if len(rows) == len(self) else self.selected(rows)

    def selected(self, rows: npt.NDArray[np.intp]) -> Judgements:
        """Return the annotations at these indices, in their order."""
        codes, first_codes = self.codes[rows], self.first_codes[rows]
        return Judgements(
            rater=self.rater[rows],
            utterance=self.utterance[rows],
            dialogue=self.dialogue[rows],
            version=self.version[rows],
            first_number=[self.first_number[row] for row in rows.tolist()],
            public_id=[self.public_id[row] for row in rows.tolist()],
            codes=codes,
            first_codes=first_codes,
            corrected=int((codes != first_codes).any(axis=1).sum()),
            newest=self.newest,
        )


class JudgementReader:
    """Reads annotations as codes of one codebook version.

    Use it inside `common.database.snapshot.snapshot`, so that all chunks show the same moment.

    Args:
        codebook: the version whose questions are read.
        raters: owners of the annotations, of the same corpus.
        translations: of codebook versions, by primary key, instead of the usual ones.

    Attributes:
        raters: slugs in order; `Judgements.rater` is an index into them.
        layout: of `codebook`.
    """

    def __init__(
        self,
        *,
        codebook: CodebookVersion,
        raters: Iterable[Rater],
        translations: Mapping[int, Translation] | None = None,
    ) -> None:
        by_slug = {rater.slug: rater.pk for rater in raters}
        self.raters = sorted(by_slug)
        self.layout = codebook.layout()
        self._index = {by_slug[slug]: index for index, slug in enumerate(self.raters)}
        self._translator = CodeTranslator(codebook, translations)

    def chunks(self, annotations: QuerySet[Annotation]) -> Iterator[Judgements]:
        """Yield the annotations in chunks of whole dialogues.

        Args:
            annotations: of the reader's raters, as `selection.counted` returns them.

        Raises:
            Refused: `agreement.codes_missing`; an annotation has answers but no codes of its codebook version.
        """
        public_id = Cast("utterance__public_id", CharField())
        first_number = Coalesce("first_number", "number")
        updated_at = Cast("updated_at", CharField())  # few are needed as times; as texts they have the same order
        found = annotations.order_by(*ORDER).values_list(*FIELDS, first_number, public_id, updated_at)
        rows: list[Row] = []
        for fetched in raw_rows(found, CHUNK):
            rows += fetched
            whole = _without_last_dialogue(rows)
            if whole:
                yield self._judgements(rows[:whole])
                del rows[:whole]
        if rows:
            yield self._judgements(rows)

    def profiles(self, annotations: QuerySet[Annotation]) -> tuple[Codes, Keys]:
        """Return the distinct present answers (P, W) of annotations, and how often each was given (P,).

        Args:
            annotations: see `chunks`; read in no order, which is faster.

        Raises:
            Refused: `agreement.codes_missing`.
        """
        rows = annotations.order_by().values_list("codebook_id", "codes").iterator(chunk_size=CHUNK)
        times = Counter((version, None if codes is None else bytes(codes)) for version, codes in rows)
        versions, stored = [version for version, _ in times], [codes for _, codes in times]
        return self._translator(np.array(versions, dtype=np.int64), stored), np.array(
            list(times.values()), dtype=np.int64
        )

    def version(self, key: int) -> CodebookVersion:
        """Return the codebook version with this primary key."""
        return self._translator.version(key)

    def comparable_codes(self, judgements: Judgements) -> Codes:
        """Return the codes with every cell of an incomparable question set to missing, its states included."""
        codes = judgements.codes
        for version in np.unique(judgements.version):
            rows = judgements.version == version
            alike = self._translator.translation(version).comparable
            for column, comparable in zip(self.layout.columns, alike, strict=True):
                if not comparable:
                    codes = codes.copy() if codes is judgements.codes else codes
                    codes[rows, column.start] = MISSING
        return codes

    def comparable_answers(self, codes: bytes, version: int) -> dict[str, Any]:
        """Return the answers of codes given under a version (primary key), without those of incomparable questions.

        Raises:
            Refused: `agreement.codes_missing`.
        """
        table = self._translator(np.array([version], dtype=np.int64), [codes])
        alike = self._translator.translation(version).comparable
        for column, comparable in zip(self.layout.columns, alike, strict=True):
            if not comparable:
                table[0, column.start] = MISSING
        return self.layout.decode(table.astype("<i2").tobytes())

    def _judgements(self, rows: list[Row]) -> Judgements:
        raters, utterances, dialogues, versions, stored, firsts, numbers, public_ids, times = zip(*rows, strict=True)
        version = np.array(versions, dtype=np.int64)
        codes = first_codes = self._translator(version, stored)
        if any(firsts):
            pairs = zip(firsts, stored, strict=True)
            first_codes = self._translator(version, [now if first is None else first for first, now in pairs])
        return Judgements(
            rater=np.array([self._index[rater] for rater in raters], dtype=np.int64),
            utterance=np.array(utterances, dtype=np.int64),
            dialogue=np.array(dialogues, dtype=np.int64),
            version=version,
            first_number=numbers,
            public_id=uuid_texts(public_ids),
            codes=codes,
            first_codes=first_codes,
            corrected=int((codes != first_codes).any(axis=1).sum()),
            newest=_moment(max(times)),
        )


def _without_last_dialogue(rows: Sequence[Row]) -> int:
    """Return the number of rows before the last dialogue, which may continue in the rows that follow."""
    count, last = len(rows), rows[-1][DIALOGUE]
    while count and rows[count - 1][DIALOGUE] == last:
        count -= 1
    return count


def _moment(stored: str) -> datetime:
    """Return a time that was read as text; on SQLite it names no zone and is in UTC."""
    moment = datetime.fromisoformat(stored)
    return moment if moment.tzinfo else moment.replace(tzinfo=UTC)
