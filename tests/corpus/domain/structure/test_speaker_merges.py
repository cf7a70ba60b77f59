from datetime import UTC, datetime
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from corpus.domain.structure import speaker_merges
from corpus.domain.structure.draft_utterances import merge_with_next, split_utterance
from corpus.domain.structure.speaker_merges import (
    MergePreview,
    UnmergeResult,
    merge_speakers,
    merges_of,
    preview_merge,
    unmerge_speakers,
)
from corpus.domain.structure.speakers import (
    get_or_create_speaker,
    lock_family,
    lock_series,
    rename_speaker,
    speakers_of,
)
from corpus.models import Dialogue, Series, Speaker, SpeakerMerge, Utterance
from tests.factories import (
    DialogueFactory,
    SeriesFactory,
    SpeakerFactory,
    UserFactory,
    UtteranceFactory,
)
from tests.refusals import refused

pytestmark = [pytest.mark.django_db, pytest.mark.database]
NOW = datetime(2026, 5, 4, tzinfo=UTC)


@pytest.fixture
def series() -> Series:
    made: Series = SeriesFactory()
    return made


@pytest.fixture
def draft(series: Series) -> Dialogue:
    made: Dialogue = DialogueFactory(corpus=series.corpus, series=series, state="draft", ready_at=None)
    return made


@pytest.fixture
def anna(series: Series) -> Speaker:
    made: Speaker = SpeakerFactory(series=series, name="Anna", other_names=["Annie"])
    return made


@pytest.fixture
def ann(series: Series, draft: Dialogue) -> Speaker:
    """A speaker with two utterances in a draft."""
    made: Speaker = SpeakerFactory(series=series, name="Ann", other_names=["A."], gender="female")
    for order in (1, 2):
        UtteranceFactory(dialogue=draft, speaker=made, order=order, text="one two")
    return made


def merge(speaker: Speaker, into: Speaker) -> SpeakerMerge:
    return merge_speakers(speaker=speaker, into=into, merged_by=UserFactory(), now=NOW)[0]


def unmerge(merged: SpeakerMerge) -> UnmergeResult:
    return unmerge_speakers(merge=merged, undone_by=UserFactory(), now=NOW)


def counts(result: UnmergeResult) -> tuple[int, int, int]:
    return result.returned, result.elsewhere, result.removed


def people(series: Series) -> dict[str, tuple[list[str], int]]:
    return {each.name: (each.other_names, each.utterances.count()) for each in speakers_of(series)}


def test_a_merge_gives_utterances_and_names_to_one_speaker(series: Series, anna: Speaker, ann: Speaker) -> None:
    assert preview_merge(ann) == MergePreview(utterances=2, dialogues=1, ready=0, answers=0, annotators=0)
    merged = merge(ann, anna)
    assert people(series) == {"Anna": (["Annie", "A.", "Ann"], 2)}
    assert list(merges_of(series)) == [merged]
    assert get_or_create_speaker(series, "Ann") == anna
    assert set(Utterance.objects.values_list("version", flat=True)) == {2}


def test_undoing_a_merge_brings_everything_back(series: Series, anna: Speaker, ann: Speaker, draft: Dialogue) -> None:
    before = people(series)
    UtteranceFactory(dialogue=draft, speaker=anna, order=3)
    assert counts(unmerge(merge(ann, anna))) == (2, 0, 0)
    assert people(series) == before | {"Anna": (["Annie"], 1)}
    back = Speaker.objects.get(name="Ann")
    assert (back.public_id, back.gender) == (ann.public_id, "female")
    assert not merges_of(series)


def test_what_was_edited_since_the_merge_stays_as_it_is(
    series: Series, anna: Speaker, ann: Speaker, draft: Dialogue
) -> None:
    merged = merge(ann, anna)
    first, second = draft.utterances.order_by("order")
    split_utterance(utterance=first, at_ms=(first.start_ms or 0) + 100, at_char=3)
    Utterance.objects.filter(pk=second.pk).update(speaker=SpeakerFactory(series=series, name="Bob"))
    assert counts(unmerge(merged)) == (2, 1, 0)
    assert people(series) == {"Ann": (["A."], 2), "Anna": (["Annie"], 0), "Bob": ([], 1)}


def test_utterances_joined_or_removed_since_are_counted(anna: Speaker, ann: Speaker, draft: Dialogue) -> None:
    merged = merge(ann, anna)
    first = draft.utterances.order_by("order").first()
    assert first is not None
    merge_with_next(utterance=first)
    assert counts(unmerge(merged)) == (1, 0, 1)


@pytest.mark.parametrize("newest_first", [True, False])
def test_merges_that_follow_one_another_are_undone_in_any_order(
    series: Series, anna: Speaker, ann: Speaker, draft: Dialogue, *, newest_first: bool
) -> None:
    UtteranceFactory(dialogue=draft, speaker=anna, order=3)
    other = SpeakerFactory(series=series, name="Hannah")
    before = people(series)
    merges = [merge(ann, anna), merge(anna, other)]
    assert people(series) == {"Hannah": (["Annie", "A.", "Ann", "Anna"], 3)}
    for each in reversed(merges) if newest_first else merges:
        unmerge(each)
    assert people(series) == before


def test_a_merge_is_undone_once_and_not_over_another_speaker(series: Series, anna: Speaker, ann: Speaker) -> None:
    merged = merge(ann, anna)
    rename_speaker(speaker=anna, name="Ann")
    with refused("speaker.name_taken"):
        unmerge(merged)
    rename_speaker(speaker=anna, name="Anna")
    unmerge(merged)
    with refused("speaker.unmerged"):
        unmerge(merged)


def test_an_utterance_that_gets_the_speaker_during_the_merge_refuses_it(
    series: Series, anna: Speaker, ann: Speaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    def late(speaker: Speaker) -> Any:
        UtteranceFactory(dialogue=DialogueFactory(corpus=series.corpus, series=series), speaker=ann)
        return lock_family(speaker)

    monkeypatch.setattr(speaker_merges, "lock_family", late)
    with refused("speaker.busy"):
        merge(ann, anna)
    assert set(people(series)) == {"Anna", "Ann"}


def test_an_utterance_that_is_moved_during_the_undo_refuses_it(
    series: Series, anna: Speaker, ann: Speaker, monkeypatch: pytest.MonkeyPatch
) -> None:
    merged = merge(ann, anna)

    def late(key: int) -> Any:
        other = DialogueFactory(corpus=series.corpus, series=series, state="draft", ready_at=None)
        Utterance.objects.filter(order=2).update(dialogue=other)
        return lock_series(key)

    monkeypatch.setattr(speaker_merges, "lock_series", late)
    with refused("speaker.busy"):
        unmerge(merged)
    assert set(people(series)) == {"Anna"}


def test_only_two_speakers_of_one_series_are_merged(anna: Speaker, ann: Speaker) -> None:
    for one, other in ((anna, anna), (anna, SpeakerFactory())):
        with refused("speaker.other_series"):
            merge(one, other)
    merge(ann, anna)
    for one, other in ((ann, anna), (anna, ann)):
        with refused("speaker.gone"):
            merge(one, other)


def test_the_database_allows_one_open_merge_per_speaker_and_no_merge_into_oneself(anna: Speaker, ann: Speaker) -> None:
    merge(ann, anna)
    with pytest.raises(IntegrityError), transaction.atomic():
        SpeakerMerge.objects.create(speaker=ann, into=anna)
    with pytest.raises(IntegrityError), transaction.atomic():
        Speaker.objects.filter(pk=anna.pk).update(merged_into=anna.pk)
