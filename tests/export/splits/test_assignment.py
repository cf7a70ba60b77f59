from collections import Counter

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from export.splits.assignment import (
    GROUPS,
    SPLITS,
    DialogueSummary,
    Group,
    SplitFault,
    assign,
    check,
    default_group,
    group_keys,
    keep_source,
)

RATIOS = (80, 10, 10)


def dialogue(
    number: int,
    *,
    series: str = "s",
    episode: str = "e",
    speakers: frozenset[str] = frozenset({"王"}),
    source: str = "",
    counts: tuple[int, ...] = (10,),
) -> DialogueSummary:
    return DialogueSummary(f"d{number}", series, episode, speakers, source, counts)


@st.composite
def corpora(draw: st.DrawFn) -> list[DialogueSummary]:
    size = draw(st.integers(1, 40))
    return [
        DialogueSummary(
            f"d{number}",
            series=f"s{draw(st.integers(0, 4))}",
            episode=f"e{draw(st.integers(0, 4))}",
            speakers=frozenset(draw(st.lists(st.sampled_from("abcdefghij"), max_size=3))),
            source_split="",
            counts=(draw(st.integers(1, 30)), draw(st.integers(0, 30)), draw(st.integers(0, 3))),
        )
        for number in range(size)
    ]


def groups_of(dialogues: list[DialogueSummary], group: Group) -> int:
    islands: list[set[str]] = []
    for each in dialogues:
        keys = set(group_keys(each, group)) or {each.code}
        met = [island for island in islands if island & keys]
        islands = [island for island in islands if island not in met] + [keys.union(*met)]
    return len(islands)


ratios = st.tuples(st.integers(1, 90), st.integers(1, 90), st.integers(1, 90))


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(corpora(), st.sampled_from(GROUPS), ratios, st.integers(0, 9))
def test_every_dialogue_has_one_split_and_no_group_is_shared(
    dialogues: list[DialogueSummary], group: Group, shares: tuple[int, int, int], seed: int
) -> None:
    possible = groups_of(dialogues, group) >= len(SPLITS)
    if not possible:
        with pytest.raises(SplitFault, match="too_few_groups"):
            assign(dialogues, group=group, ratios=shares, seed=seed)
        return
    found = assign(dialogues, group=group, ratios=shares, seed=seed).split_of
    assert set(found) == {each.code for each in dialogues}
    assert set(found.values()) == set(SPLITS)
    shared: dict[str, set[str]] = {}
    for each in dialogues:
        for key in group_keys(each, group):
            shared.setdefault(key, set()).add(found[each.code])
    assert all(len(splits) == 1 for splits in shared.values())
    assert check([(found[each.code], each) for each in dialogues], group) == len(shared)


@settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(corpora(), st.sampled_from(GROUPS), st.integers(0, 9))
def test_same_seed_gives_the_same_split(dialogues: list[DialogueSummary], group: Group, seed: int) -> None:
    try:
        first = assign(dialogues, group=group, ratios=RATIOS, seed=seed).split_of
    except SplitFault:
        return
    assert assign(dialogues, group=group, ratios=RATIOS, seed=seed).split_of == first


def test_another_seed_gives_another_split_of_the_same_size() -> None:
    dialogues = [dialogue(number) for number in range(100)]
    one, other = (assign(dialogues, group="dialogue", ratios=RATIOS, seed=seed).split_of for seed in (0, 1))
    assert one != other
    assert Counter(one.values()) == Counter(other.values()) == {"train": 80, "dev": 10, "test": 10}


def test_rare_labels_reach_every_split() -> None:
    dialogues = [dialogue(number, counts=(10, 10 - rare, rare)) for number in range(200) for rare in [number % 20 == 0]]
    found = assign(dialogues, group="dialogue", ratios=RATIOS, seed=3).split_of
    rare_in = Counter(found[each.code] for each in dialogues if each.counts[2])
    assert rare_in == {"train": 8, "dev": 1, "test": 1}


def test_dialogues_connected_by_speakers_stay_together() -> None:
    chain = [dialogue(number, speakers=frozenset({f"p{number}", f"p{number + 1}"})) for number in range(5)]
    loners = [dialogue(number, speakers=frozenset({f"q{number}"})) for number in range(5, 9)]
    found = assign(chain + loners, group="speaker", ratios=(50, 25, 25), seed=0).split_of
    assert len({found[each.code] for each in chain}) == 1


def test_one_name_in_two_series_is_two_speakers() -> None:
    dialogues = [dialogue(number, series=f"s{number}") for number in range(3)]
    assert set(assign(dialogues, group="speaker", ratios=RATIOS, seed=0).split_of.values()) == set(SPLITS)


@pytest.mark.parametrize(
    ("dialogues", "group", "reason"),
    [
        ([], "dialogue", "no_dialogues"),
        ([dialogue(1), dialogue(2)], "dialogue", "too_few_groups"),
        ([dialogue(1), dialogue(2), dialogue(3)], "series", "too_few_groups"),
        ([dialogue(1), dialogue(2), dialogue(3)], "speaker", "too_few_groups"),
        ([dialogue(number, episode="") for number in range(9)], "episode", "no_episode"),
        ([dialogue(number, speakers=frozenset({"", "王"})) for number in range(9)], "speaker", "unnamed_speaker"),
    ],
)
def test_an_impossible_split_has_its_reason(dialogues: list[DialogueSummary], group: Group, reason: str) -> None:
    with pytest.raises(SplitFault) as caught:
        assign(dialogues, group=group, ratios=RATIOS, seed=0)
    assert caught.value.reason == reason


@pytest.mark.parametrize("ratios", [(80, 20), (100, 0, 0), (90, 20, -10)])
def test_ratios_are_three_and_positive(ratios: tuple[int, ...]) -> None:
    with pytest.raises(SplitFault, match="bad_ratios"):
        assign([dialogue(number) for number in range(9)], group="dialogue", ratios=ratios, seed=0)


def test_split_of_the_source_is_kept() -> None:
    dialogues = [dialogue(1, source="test"), dialogue(2, source="train")]
    assert keep_source(dialogues) == {"d1": "test", "d2": "train"}


def test_a_dialogue_without_a_published_split_is_reported() -> None:
    with pytest.raises(SplitFault) as caught:
        keep_source([dialogue(1, source="train"), dialogue(2), dialogue(3)])
    assert (caught.value.reason, caught.value.params) == ("no_source_split", {"count": 2, "first": "d2"})


@pytest.mark.parametrize("group", ["episode", "series", "speaker"])
def test_shared_group_is_found_and_named(group: Group) -> None:
    with pytest.raises(SplitFault) as caught:
        check([("train", dialogue(1)), ("test", dialogue(2))], group)
    assert (caught.value.reason, caught.value.params["group"]) == ("leak", group)


def test_a_dialogue_in_two_splits_is_found_for_every_group() -> None:
    with pytest.raises(SplitFault, match="leak"):
        check([("train", dialogue(1)), ("test", dialogue(1, series="t"))], "series")


def grown(count: int, *, first: int = 0) -> list[DialogueSummary]:
    return [dialogue(number, counts=(10, number % 7, 10 - number % 7)) for number in range(first, first + count)]


def test_known_dialogues_keep_their_split_when_the_corpus_grows() -> None:
    before = assign(grown(300), group="dialogue", ratios=RATIOS, seed=0).split_of
    after = assign(grown(330), group="dialogue", ratios=RATIOS, seed=0, known=before)
    assert {code: after.split_of[code] for code in before} == before
    assert after.kept == 300
    sizes = Counter(after.split_of.values())
    assert sizes["train"] == pytest.approx(264, abs=3)


def test_a_new_dialogue_follows_the_split_of_its_group() -> None:
    known = {"d0": "train", "d1": "dev", "d2": "test"}
    dialogues = [dialogue(number, episode=f"e{number % 3}") for number in range(6)]
    found = assign(dialogues, group="episode", ratios=RATIOS, seed=0, known=known).split_of
    assert [found[f"d{number}"] for number in (3, 4, 5)] == ["train", "dev", "test"]


def test_a_new_dialogue_that_joins_two_splits_is_left_out_with_the_groups_it_joins() -> None:
    known = {"d0": "train", "d1": "test"}
    people = [frozenset({"a"}), frozenset({"b"}), frozenset({"a", "b"}), frozenset({"b", "c"}), frozenset({"c"})]
    dialogues = [dialogue(number, speakers=each) for number, each in enumerate(people)]
    found = assign(dialogues, group="speaker", ratios=RATIOS, seed=0, known=known)
    assert [conflict.dialogue for conflict in found.conflicts] == ["d2"]
    assert set(found.conflicts[0].joins.values()) == {"train", "test"}
    assert found.split_of["d3"] == found.split_of["d4"] == "test"


def test_duplicates_stay_together_and_follow_a_known_twin() -> None:
    dialogues = grown(40)
    twins = [(0, 39), (1, 38)]
    for seed in range(10):
        found = assign(dialogues, group="dialogue", ratios=(50, 25, 25), seed=seed, twins=twins).split_of
        assert found["d0"] == found["d39"]
        assert found["d1"] == found["d38"]
    known = dict.fromkeys((f"d{number}" for number in range(39)), "test")
    assert (
        assign(dialogues, group="dialogue", ratios=RATIOS, seed=0, twins=twins, known=known).split_of["d39"] == "test"
    )


def test_folds_have_equal_sizes_and_their_own_names() -> None:
    names = tuple(f"fold-{number}" for number in range(1, 6))
    found = assign(grown(100), group="dialogue", ratios=(1,) * 5, seed=0, splits=names).split_of
    assert Counter(found.values()) == dict.fromkeys(names, 20)


def test_episodes_are_the_default_group_from_ten_on() -> None:
    assert default_group([dialogue(number, episode=f"e{number}") for number in range(9)]) == "dialogue"
    assert default_group([dialogue(number, episode=f"e{number}") for number in range(10)]) == "episode"
    assert default_group([dialogue(number, episode="") for number in range(20)]) == "dialogue"


def test_chosen_questions_alone_are_distributed_evenly() -> None:
    rare = [dialogue(n, counts=(10, 10 * (n % 10 == 0), n % 3)) for n in range(100)]
    found = assign(rare, group="dialogue", ratios=RATIOS, seed=0, columns=[1]).split_of
    assert Counter(found[each.code] for each in rare if each.counts[1]) == {"train": 8, "dev": 1, "test": 1}
