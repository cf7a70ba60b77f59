from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from corpus.rules.subtitles.cue import Cue
from corpus.rules.subtitles.cue_reading import read_cues
from corpus.rules.subtitles.cues_to_turns import MAX_TURN_MS, into_dialogues, into_turns


def cue(start_ms: int, end_ms: int, text: str = "Well.", speaker: str = "", *, opens: bool = False) -> Cue:
    return Cue(1, start_ms, end_ms, text, speaker, opens=opens)


def texts(*cues: Cue, merge_gap_ms: int = 600) -> list[str]:
    return [turn.text for turn in into_turns(cues, merge_gap_ms=merge_gap_ms)]


def test_one_named_speaker_is_merged_up_to_the_gap() -> None:
    assert texts(cue(0, 1000, "a", "Anna"), cue(1600, 2000, "b", "Anna")) == ["a b"]
    assert texts(cue(0, 1000, "a", "Anna"), cue(1601, 2000, "b", "Anna")) == ["a", "b"]
    assert texts(cue(0, 1000, "a", "Anna"), cue(900, 2000, "b", "Anna")) == ["a b"]


def test_another_speaker_is_another_turn() -> None:
    assert texts(cue(0, 1000, "a", "Anna"), cue(1000, 2000, "b", "Bob"), cue(2000, 3000, "c", "Anna")) == [
        "a",
        "b",
        "c",
    ]


def test_cues_without_speakers_merge_only_if_the_sentence_continues() -> None:
    assert texts(cue(0, 1000, "I wanted,"), cue(1100, 2000, "You know")) == ["I wanted, You know"]
    assert texts(cue(0, 1000, "I wanted"), cue(1100, 2000, "to go.")) == ["I wanted to go."]
    assert texts(cue(0, 1000, "我想，"), cue(1100, 2000, "走了")) == ["我想， 走了"]
    assert texts(cue(0, 1000, "我想"), cue(1100, 2000, "走了")) == ["我想", "走了"]
    assert texts(cue(0, 1000, "I went."), cue(1100, 2000, "then")) == ["I went.", "then"]
    assert texts(cue(0, 1000, "I wanted,"), cue(1201, 2000, "you know")) == ["I wanted,", "you know"]
    assert texts(cue(0, 1000, "I wanted,"), cue(1100, 2000, "you know", opens=True)) == ["I wanted,", "you know"]
    assert texts(cue(0, 1000, "I wanted,"), cue(1100, 2000, "you know"), merge_gap_ms=50) == ["I wanted,", "you know"]


def test_an_unnamed_cue_continues_the_named_speaker_before_it() -> None:
    turns = into_turns([cue(0, 1000, "I wanted,", "Anna"), cue(1100, 2000, "you know")], merge_gap_ms=600)
    assert [(turn.speaker, turn.text) for turn in turns] == [("Anna", "I wanted, you know")]
    assert texts(cue(0, 1000, "I wanted,"), cue(1100, 2000, "you know", "Anna")) == ["I wanted,", "you know"]


def test_no_turn_is_longer_than_the_limit() -> None:
    speech = [cue(at, at + 1000, str(at), "Anna") for at in range(0, 60_000, 1000)]
    turns = into_turns(speech, merge_gap_ms=600)
    assert [turn.end_ms - turn.start_ms for turn in turns] == [MAX_TURN_MS] * 3


def test_dialogues_split_at_silences_after_the_latest_end() -> None:
    turns = into_turns(
        [
            cue(0, 9000, "a", "A"),
            cue(1000, 2000, "b", "B"),
            cue(13_000, 14_000, "c", "A"),
            cue(18_001, 19_000, "d", "A"),
        ],
        merge_gap_ms=600,
    )
    dialogues = into_dialogues(turns, silence_ms=4000)
    assert [[turn.text for turn in dialogue] for dialogue in dialogues] == [["a", "b", "c"], ["d"]]


def test_two_dashed_speakers_never_become_one_turn() -> None:
    data = "1\n00:00:01,000 --> 00:00:03,000\n- I thought,\n- what?\n"
    assert len(into_turns(read_cues(data.encode(), "x.srt"), merge_gap_ms=600)) == 2


cues = st.lists(
    st.builds(
        Cue,
        row=st.integers(1, 99),
        start_ms=st.integers(0, 60_000),
        end_ms=st.integers(60_001, 90_000),
        text=st.sampled_from(["a,", "b", "C.", "你好", "，"]),
        speaker=st.sampled_from(["", "Anna", "小明"]),
        opens=st.booleans(),
        remark=st.sampled_from(["", "", "overlaps", "empty", "past_end"]),
    ).flatmap(lambda one: st.integers(one.start_ms + 1, one.start_ms + 8000).map(lambda end: replace(one, end_ms=end))),
    max_size=40,
).map(lambda many: sorted(many, key=lambda one: one.start_ms))


@given(cues, st.integers(0, 3000), st.integers(0, 9000))
def test_every_usable_cue_lands_in_exactly_one_turn_of_one_dialogue_in_order(
    many: list[Cue], merge_gap_ms: int, silence_ms: int
) -> None:
    turns = into_turns(many, merge_gap_ms=merge_gap_ms)
    dialogues = into_dialogues(turns, silence_ms=silence_ms)
    assert [id(one) for turn in turns for one in turn.cues] == [id(one) for one in many if one.usable]
    assert [id(turn) for dialogue in dialogues for turn in dialogue] == [id(turn) for turn in turns]
    assert all(dialogues)


@given(cues, st.integers(0, 3000))
def test_times_are_monotone_and_speakers_are_not_mixed(many: list[Cue], merge_gap_ms: int) -> None:
    turns = into_turns(many, merge_gap_ms=merge_gap_ms)
    assert [turn.start_ms for turn in turns] == sorted(turn.start_ms for turn in turns)
    for turn in turns:
        assert [one.start_ms for one in turn.cues] == sorted(one.start_ms for one in turn.cues)
        assert turn.start_ms < turn.end_ms
        assert {one.speaker for one in turn.cues} <= {turn.speaker, ""}


@given(cues, st.integers(0, 9000), st.integers(0, 9000))
def test_a_longer_silence_never_makes_more_dialogues(many: list[Cue], one_ms: int, other_ms: int) -> None:
    turns = into_turns(many, merge_gap_ms=0)
    shorter, longer = sorted([one_ms, other_ms])
    assert len(into_dialogues(turns, silence_ms=longer)) <= len(into_dialogues(turns, silence_ms=shorter))
