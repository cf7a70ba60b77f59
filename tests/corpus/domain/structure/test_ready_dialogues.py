from typing import Any

import pytest
from django.db import connection, transaction
from django.db.utils import Error as DatabaseError
from django.utils import timezone

from common.models import Job, User
from corpus.domain.structure.ready_dialogues import (
    Changed,
    back_to_draft,
    change_ready_utterance,
    exclude_dialogue,
    include_dialogue,
)
from corpus.models import Annotation, Dialogue, Revision, Utterance, UtteranceEdit
from corpus.models.append_only import UnchangeableError
from tests.factories import (
    AnnotationFactory,
    DialogueFactory,
    EpisodeFactory,
    RaterFactory,
    SourceRaterFactory,
    UserFactory,
    UtteranceFactory,
)
from tests.refusals import refused

pytestmark = [pytest.mark.django_db, pytest.mark.database]
NOW = timezone.now()


@pytest.fixture
def dialogue() -> Any:
    episode = EpisodeFactory()
    made = DialogueFactory(corpus=episode.series.corpus, series=episode.series, episode=episode)
    for order in (1, 2, 3):
        UtteranceFactory(dialogue=made, order=order, start_ms=order * 2000, end_ms=order * 2000 + 1500)
    return made


@pytest.fixture
def manager() -> Any:
    return UserFactory()


def nth(dialogue: Dialogue, order: int) -> Utterance:
    return dialogue.utterances.get(order=order)


def change(utterance: Utterance, by: User, **new: Any) -> Changed:
    assert utterance.speaker
    now = {
        "text": utterance.text,
        "speaker": utterance.speaker.name,
        "start_ms": utterance.start_ms,
        "end_ms": utterance.end_ms,
    }
    return change_ready_utterance(utterance=utterance, changed_by=by, now=NOW, **(now | new))


def test_a_change_is_written_down_with_what_was_before(dialogue: Dialogue, manager: User) -> None:
    utterance = nth(dialogue, 2)
    change(utterance, manager, start_ms=3900, text="改了")
    row = UtteranceEdit.objects.get()
    assert (row.before, row.after) == ({"text": utterance.text, "start_ms": 4000}, {"text": "改了", "start_ms": 3900})
    assert (row.utterance, row.changed_by, row.changed_at) == (utterance, manager, NOW)
    utterance.refresh_from_db()
    assert (utterance.text, utterance.start_ms, utterance.end_ms) == ("改了", 3900, 5500)


def test_its_version_grows_with_each_change_and_with_nothing_else(dialogue: Dialogue, manager: User) -> None:
    versions = [nth(dialogue, 2).version]
    for new in ({"text": "改了"}, {"text": " 改了 "}, {}, {"speaker": "小红"}, {"end_ms": 5400, "start_ms": 4040}):
        change(nth(dialogue, 2), manager, **new)
        versions.append(nth(dialogue, 2).version)
    assert versions == [1, 2, 2, 2, 3, 4]
    assert UtteranceEdit.objects.count() == 3
    assert [nth(dialogue, order).version for order in (1, 3)] == [1, 1]


def test_new_bounds_let_the_clip_be_cut_and_a_new_text_does_not(dialogue: Dialogue, manager: User) -> None:
    change(nth(dialogue, 1), manager, text="new")
    assert not Job.objects.exists()
    change(nth(dialogue, 1), manager, end_ms=3600)
    assert Job.objects.get().args["dialogues"] == [str(dialogue.public_id)]


def test_the_labels_it_touches_are_withdrawn_by_a_revision_and_no_others(dialogue: Dialogue, manager: User) -> None:
    raters = RaterFactory.create_batch(2, corpus=dialogue.corpus)
    source = SourceRaterFactory(corpus=dialogue.corpus)
    for rater in (*raters, source):
        AnnotationFactory(rater=rater, utterance=nth(dialogue, 1), answers={"sentiment": "neutral"}, number=4)
    AnnotationFactory(rater=raters[0], utterance=nth(dialogue, 2), answers={"sentiment": "neutral"})
    changed = change(nth(dialogue, 1), manager, text="something else")
    assert {each.rater for each in changed.reopened} == set(raters)
    standing = Annotation.objects.filter(answers__isnull=False).values_list("rater__slug", "utterance__order")
    assert set(standing) == {(source.slug, 1), (raters[0].slug, 2)}
    rows = Revision.objects.values_list("annotation__rater", "number", "cause", "answers", "author")
    assert set(rows) == {(rater.pk, 5, "reopen", None, manager.pk) for rater in raters}


def test_nothing_new_changes_nothing(dialogue: Dialogue, manager: User) -> None:
    AnnotationFactory(rater=RaterFactory(corpus=dialogue.corpus), utterance=nth(dialogue, 1), answers={"a": "b"})
    assert change(nth(dialogue, 1), manager) == Changed(None, ())
    assert not UtteranceEdit.objects.exists()
    assert Annotation.objects.get().answers == {"a": "b"}


@pytest.mark.parametrize(
    ("new", "code"),
    [
        ({"text": "  "}, "utterance.no_text"),
        ({"start_ms": 6000}, "utterance.span"),
        ({"end_ms": 60_001}, "utterance.past_end"),
        ({"start_ms": 1999}, "utterance.disorder"),
        ({"start_ms": None}, "utterance.span"),
    ],
)
def test_what_no_utterance_can_be_is_refused_and_leaves_the_labels(
    dialogue: Dialogue, manager: User, new: dict[str, Any], code: str
) -> None:
    AnnotationFactory(rater=RaterFactory(corpus=dialogue.corpus), utterance=nth(dialogue, 2), answers={"a": "b"})
    with refused(code):
        change(nth(dialogue, 2), manager, **new)
    assert Annotation.objects.get().answers == {"a": "b"}


def test_an_utterance_without_times_keeps_them_away(manager: User) -> None:
    utterance = UtteranceFactory(start_ms=None, end_ms=None)
    change(utterance, manager, text="words")
    utterance.refresh_from_db()
    assert (utterance.text, utterance.start_ms) == ("words", None)


def test_a_draft_is_mended_elsewhere(manager: User) -> None:
    utterance = UtteranceFactory(dialogue__state="draft", dialogue__ready_at=None)
    with refused("dialogue.draft"):
        change(utterance, manager, text="x")
    with refused("dialogue.draft"):
        exclude_dialogue(dialogue=utterance.dialogue)


def test_a_dialogue_is_put_aside_and_taken_up_with_its_labels(dialogue: Dialogue) -> None:
    AnnotationFactory(rater=RaterFactory(corpus=dialogue.corpus), utterance=nth(dialogue, 1), answers={"a": "b"})
    for act, state in (
        (exclude_dialogue, "excluded"),
        (exclude_dialogue, "excluded"),
        (include_dialogue, "ready"),
        (include_dialogue, "ready"),
    ):
        act(dialogue=dialogue)
        dialogue.refresh_from_db()
        assert dialogue.state == state
    assert dialogue.ready_at
    assert Annotation.objects.get().answers == {"a": "b"}


def test_only_what_nobody_labelled_becomes_a_draft_again(dialogue: Dialogue) -> None:
    back_to_draft(dialogue=dialogue)
    dialogue.refresh_from_db()
    assert (dialogue.state, dialogue.ready_at) == ("draft", None)
    other = UtteranceFactory().dialogue
    AnnotationFactory(rater=RaterFactory(corpus=other.corpus), utterance=nth(other, other.utterances.get().order))
    with refused("dialogue.labelled"):
        back_to_draft(dialogue=other)


def test_changes_are_never_changed(dialogue: Dialogue, manager: User) -> None:
    made = change(nth(dialogue, 1), manager, text="x").change
    assert made
    with pytest.raises(UnchangeableError):
        made.save()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE corpus_change SET changed_at = changed_at")
