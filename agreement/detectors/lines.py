"""The utterances of a corpus as columns, so that a million of them need about 80 MB. No database."""

from __future__ import annotations

import re
import tempfile
import weakref
from array import array
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, islice, pairwise
from typing import Any, NamedTuple, overload

import numpy as np
import numpy.typing as npt

Ints = npt.NDArray[np.int64]

CHUNK = 2000  # rows that are read or written at once
IN_MEMORY = 1 << 20  # bytes of texts; more of them are in a file
NO_LETTERS = re.compile(r"[\W_]+")
WIDTH = 36  # characters of a public id
ID = f"S{WIDTH}"


class Row(NamedTuple):
    """One utterance; `file` and `row` (from 1, with the header) are its place in an imported file, else "" and None."""

    dialogue: str
    dialogue_code: str
    utterance: str
    file: str
    row: int | None
    speaker: str
    text: str


class Lines(Sequence[Row]):
    """N utterances of D dialogues in the order of the corpus.

    Texts and names of dialogues are in a temporary file. The comparison of texts needs their keys alone, hashes of 64
    bits that are equal for equal texts; in a million texts, two different ones have the same key with a probability of
    3 in 10⁸.

    Args:
        rows: the utterances; those of a dialogue follow each other.
    """

    def __init__(self, rows: Iterable[Row] = ()) -> None:
        self._dialogue = array("q")
        self._file, self._row, self._speaker = array("i"), array("i"), array("i")
        self._utterances, self._dialogues = bytearray(), bytearray()
        self._text_keys, self._spoken_keys = array("q"), array("q")
        self._texts, self._codes = _Texts(), _Texts()
        self._speakers, self._files = _Names(), _Names()
        self._last = ""
        given = iter(rows)
        while part := list(islice(given, CHUNK)):
            self.extend(part)

    def extend(self, rows: Sequence[Row]) -> None:
        """Add utterances; not once an array of these lines has been read."""
        dialogues, codes, utterances, files, numbers, speakers, texts = zip(*rows, strict=True)
        number, numbered = len(self._codes) - 1, []
        new_names, new_codes = [], []
        for name, code in zip(dialogues, codes, strict=True):
            if name != self._last:
                self._last = name
                new_names.append(name)
                new_codes.append(code)
                number += 1
            numbered.append(number)
        self._dialogue.extend(numbered)
        if new_names:
            self._dialogues += _ids(new_names)
            self._codes.extend(new_codes)
        self._utterances += _ids(utterances)
        self._file.extend(map(self._files.number, files))
        self._row.extend([number or 0 for number in numbers])
        self._speaker.extend(map(self._speakers.number, speakers))
        self._texts.extend(texts)
        letters = [NO_LETTERS.sub("", text.casefold()) for text in texts]
        self._text_keys.extend([hash(text) if text else 0 for text in letters])
        self._spoken_keys.extend(map(hash, zip(speakers, texts, strict=True)))

    def __len__(self) -> int:
        return len(self._dialogue)

    @overload
    def __getitem__(self, place: int) -> Row: ...

    @overload
    def __getitem__(self, place: slice) -> list[Row]: ...

    def __getitem__(self, place: int | slice) -> Row | list[Row]:
        if isinstance(place, slice):
            return [self._at(each, self._texts[each]) for each in range(*place.indices(len(self)))]
        number = range(len(self))[place]
        return self._at(number, self._texts[number])

    def __iter__(self) -> Iterator[Row]:
        yield from map(self._at, range(len(self)), self._texts)

    def _at(self, place: int, text: str) -> Row:
        dialogue = self._dialogue[place]
        return Row(
            _id(self._dialogues, dialogue),
            self._codes[dialogue],
            _id(self._utterances, place),
            self._files.names[self._file[place]],
            self._row[place] or None,
            self._speakers.names[self._speaker[place]],
            text,
        )

    @property
    def dialogue(self) -> Ints:
        """(N,) number of each utterance's dialogue, from 0."""
        return _numbers(self._dialogue)

    @property
    def file(self) -> npt.NDArray[np.int32]:
        """(N,) number of each utterance's imported file."""
        return np.frombuffer(self._file, dtype=np.int32)

    @property
    def text_keys(self) -> Ints:
        """(N,) keys of the texts, equal for texts that differ in nothing but case and punctuation; 0 without a word."""
        return _numbers(self._text_keys)

    @property
    def spoken_keys(self) -> Ints:
        """(N,) keys of speaker and text."""
        return _numbers(self._spoken_keys)

    def utterances(self, rows: Ints) -> list[str]:
        """Return the public ids of the utterances at these rows."""
        return [each.decode() for each in np.frombuffer(self._utterances, ID)[rows].tolist()]

    def dialogues(self, numbers: Ints) -> list[str]:
        """Return the public ids of the dialogues with these numbers."""
        return [each.decode() for each in np.frombuffer(self._dialogues, ID)[numbers].tolist()]

    def rows_of(self, utterances: Sequence[str]) -> Ints:
        """Return the rows of utterances, given by their public ids, in ascending order."""
        return np.flatnonzero(_is_one_of(np.frombuffer(self._utterances, ID), utterances))

    def rows_of_dialogues(self, dialogues: Sequence[str]) -> Ints:
        """Return the rows of dialogues, given by their public ids."""
        wanted = _is_one_of(np.frombuffer(self._dialogues, ID), dialogues)
        return np.flatnonzero(wanted[self.dialogue])


class _Names:
    """Names that occur often, numbered."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self.names: list[str] = []

    def number(self, name: str) -> int:
        """Return the number of a name, a new one for a new name."""
        found = self._numbers.get(name)
        if found is None:
            found = self._numbers[name] = len(self.names)
            self.names.append(name)
        return found


class _Texts:
    """Texts one after the other, in a file as soon as they are long."""

    def __init__(self) -> None:
        self._file = tempfile.SpooledTemporaryFile(max_size=IN_MEMORY)  # noqa: SIM115 -- see next line
        weakref.finalize(self, self._file.close)
        self._ends = array("Q", [0])

    def __len__(self) -> int:
        return len(self._ends) - 1

    def extend(self, texts: Iterable[str]) -> None:
        """Add texts."""
        stored = [text.encode("utf-8", "surrogatepass") for text in texts]
        self._file.seek(0, 2)
        self._file.write(b"".join(stored))
        self._ends.extend(islice(accumulate(map(len, stored), initial=self._ends[-1]), 1, None))

    def __getitem__(self, place: int) -> str:
        return self._read(place, place + 1)[0]

    def __iter__(self) -> Iterator[str]:
        for start in range(0, len(self), CHUNK):
            yield from self._read(start, min(start + CHUNK, len(self)))

    def _read(self, first: int, last: int) -> list[str]:
        ends = self._ends[first : last + 1]
        self._file.seek(ends[0])
        found = self._file.read(ends[-1] - ends[0])
        return [
            found[begin - ends[0] : end - ends[0]].decode("utf-8", "surrogatepass") for begin, end in pairwise(ends)
        ]


def _ids(names: Sequence[str]) -> bytes:
    """Return public ids of one width.

    Raises:
        ValueError: one is longer.
    """
    lengths = set(map(len, names))
    if max(lengths) > WIDTH:
        raise ValueError(f"a public id has more than {WIDTH} characters")
    if lengths == {WIDTH}:
        return "".join(names).encode("ascii")
    return np.array(names, dtype=ID).tobytes()


def _id(stored: bytearray, place: int) -> str:
    return stored[WIDTH * place : WIDTH * (place + 1)].rstrip(b"\0").decode()


def _is_one_of(ids: Any, wanted: Sequence[str]) -> npt.NDArray[np.bool_]:
    """Return (N,) whether each id is one of some; only these are sorted."""
    if not wanted:
        return np.zeros(len(ids), dtype=bool)
    known = np.unique(np.array(wanted, dtype=ID))
    found: npt.NDArray[np.bool_] = known[np.minimum(np.searchsorted(known, ids), len(known) - 1)] == ids
    return found


def _numbers(values: array[int]) -> Ints:
    return np.frombuffer(values, dtype=np.int64)
