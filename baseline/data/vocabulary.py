"""Numbers for the tokens of the training split."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass

PADDING, UNKNOWN = 0, 1
MAX_TOKENS = 20_000
MIN_SPEAKER_COUNT = 20  # a speaker with fewer utterances teaches nothing that holds beyond those


@dataclass(frozen=True)
class Vocabulary:
    """Numbers of tokens; `PADDING` (0) and `UNKNOWN` (1) belong to no token.

    Attributes:
        numbers: token -> number, from 2.
    """

    numbers: dict[str, int]

    @classmethod
    def from_tokens(cls, tokens: Iterable[str], *, min_count: int) -> Vocabulary:
        """Number the tokens that occur at least `min_count` times, the most frequent first.

        At most `MAX_TOKENS` tokens get a number; tokens of equal frequency are numbered in alphabetical order.
        """
        frequent = [item for item in Counter(tokens).items() if item[1] >= min_count]
        frequent.sort(key=lambda item: (-item[1], item[0]))
        return cls({token: number for number, (token, _) in enumerate(frequent[:MAX_TOKENS], start=UNKNOWN + 1)})

    @classmethod
    def from_speakers(cls, speakers: Iterable[str]) -> Vocabulary:
        """Number the speakers of a split's utterances, one item per utterance."""
        return cls.from_tokens(speakers, min_count=MIN_SPEAKER_COUNT)

    @property
    def size(self) -> int:
        """The number of embedding rows: one per token, one for padding and one for unknown tokens."""
        return len(self.numbers) + UNKNOWN + 1

    def number(self, token: str) -> int:
        """Return the number of a token, `UNKNOWN` if it has none."""
        return self.numbers.get(token, UNKNOWN)
