import pytest

from baseline.data import vocabulary
from baseline.data.vocabulary import UNKNOWN, Vocabulary


def test_frequent_tokens_come_first_and_equal_ones_in_alphabetical_order() -> None:
    assert Vocabulary.from_tokens(list("bacacd"), min_count=1).numbers == {"a": 2, "c": 3, "b": 4, "d": 5}


def test_rare_tokens_have_no_number() -> None:
    learned = Vocabulary.from_tokens(["a", "a", "b"], min_count=2)
    assert (learned.number("a"), learned.number("b")) == (2, UNKNOWN)


def test_number_of_tokens_is_limited(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vocabulary, "MAX_TOKENS", 1)
    assert Vocabulary.from_tokens(["a", "b", "b"], min_count=1).numbers == {"b": 2}


def test_speakers_need_enough_utterances() -> None:
    speakers = ["王"] * vocabulary.MIN_SPEAKER_COUNT + ["李"] * (vocabulary.MIN_SPEAKER_COUNT - 1)
    assert Vocabulary.from_speakers(speakers).numbers == {"王": 2}


def test_size_includes_padding_and_unknown() -> None:
    assert Vocabulary({"a": 2, "b": 3}).size == 4
