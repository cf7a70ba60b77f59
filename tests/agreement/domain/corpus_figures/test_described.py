import numpy as np
import pytest

from agreement.domain.corpus_figures.described import Described, Group, Labels
from agreement.statistics.answers.dialogues import dialogues_of
from corpus.rules.codebook import parse
from tests.annotator.material import CODEBOOK

RULES = parse(CODEBOOK)


def labels(codes: list[int], count: int) -> Labels:
    code = np.array(codes)
    return Labels(np.stack([code == each for each in range(count)]), code)


def described() -> Described:
    return Described(
        rules=RULES,
        dialogues=dialogues_of([5, 5, 5, 9, 9], 5),
        groups={"split": Group.of(["train", "train", "train", "test", "test"], ("", "train", "dev", "test"))},
        labels={
            "sentiment": labels([0, 1, 2, 2, -1], 3),
            "emotion": labels([2, 0, 1, 1, 0], 3),
            "emotion_sentiment": labels([0, -1, 4, 3, -1], 5),
        },
        characters=np.array([2, 4, 6, 8, 10]),
        seconds=np.array([1.0, np.nan, 2, 3, 4]),
        speaker=np.array([0, 0, 1, -1, -1]),
    )


def test_groups_list_the_most_frequent_part_first_and_splits_in_their_order() -> None:
    group = Group.of(["b", "", "a", "b"])
    assert (group.names, group.part.tolist()) == (("b", "a"), [0, -1, 1, 0])
    splits = Group.of(["test", "train", "test"], ("", "train", "dev", "test"))
    assert (splits.names, splits.part.tolist()) == (("train", "test"), [1, 0, 1])
    assert Group.of([]).names == ()
    assert Group.of(["fold-2", "fold-1"], ("train", "dev", "test")).names == ("fold-1", "fold-2")


def test_distributions_count_labels_of_all_and_of_parts() -> None:
    of = described()
    assert of.distribution("sentiment").tolist() == [1, 1, 2]
    assert of.distribution("sentiment", "split").tolist() == [[1, 1, 1], [0, 0, 1]]


def test_speaker_turns_are_runs_of_one_known_speaker() -> None:
    lengths = described().lengths()
    assert lengths.utterances.tolist() == [3, 2]
    assert lengths.speakers.tolist() == [2, 0]
    assert lengths.turns.tolist() == [2, 2]  # two unknown speakers may be two people


def test_links_are_summed_by_the_labels_of_their_ends() -> None:
    together = described().together(RULES.links[0])
    assert together is not None
    assert together.association.counts.tolist() == [[0, 1, 0], [0, 0, 2], [1, 0, 0]]
    assert together.links.tolist() == [[0, 0, 0], [0, 0, 2], [1, 0, 0]]
    assert together.sums.tolist() == [[0, 0, 0], [0, 0, 3], [-2, 0, 0]]
    assert together.association.v == pytest.approx(1, abs=0.6)


def test_a_set_of_choices_at_an_end_has_no_table() -> None:
    of = described()
    sets = {**of.labels, "emotion": Labels(of.labels["emotion"].has, None)}
    other = Described(RULES, of.dialogues, of.groups, sets, of.characters, of.seconds, of.speaker)
    assert other.together(RULES.links[0]) is None
