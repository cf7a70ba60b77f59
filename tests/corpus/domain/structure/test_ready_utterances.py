from typing import Any

import pytest
from django.db import connection, transaction
from django.db.utils import Error as DatabaseError
from django.utils import timezone

from common.models import Job, User
from corpus.domain.structure.ready_dialogues import exclude_dialogue
from corpus.domain.structure.ready_utterances import EditResult, edit_ready_utterance
from corpus.models import Annotation, Dialogue, Revision, Utterance, UtteranceEdit
from corpus.models.append_only import AppendOnlyError
from tests.factories import (
    AnnotationFactory,
    RaterFactory,
    SourceRaterFactory,
    UserFactory,
    UtteranceFactory,
)
from tests.refusals import refused

pytestmark = [pytest.mark.django_db, pytest.mark.database]
NOW = timezone.now()


@pytest.fixture
def manager() -> Any:
    return UserFactory()


def nth(dialogue: Dialogue, order: int) -> Utterance:
    return dialogue.utterances.get(order=order)


def edit(utterance: Utterance, by: User, **new: Any) -> EditResult:
    assert utterance.speaker
    now = {
        "text": utterance.text,
        "speaker": utterance.speaker.name,
        "start_ms": utterance.start_ms,
        "end_ms": utterance.end_ms,
    }
    return edit_ready_utterance(utterance=utterance, edited_by=by, now=NOW, **(now | new))


def test_an_edit_is_recorded_with_the_state_before(dialogue: Dialogue, manager: User) -> None:
    utterance = nth(dialogue, 2)
    edit(utterance, manager, start_ms=3900, text="改了")
    row = UtteranceEdit.objects.get()
    assert (row.before, row.after) == ({"text": utterance.text, "start_ms": 4000}, {"text": "改了", "start_ms": 3900})
    assert (row.utterance, row.changed_by, row.changed_at) == (utterance, manager, NOW)
    utterance.refresh_from_db()
    assert (utterance.text, utterance.start_ms, utterance.end_ms) == ("改了", 3900, 5500)


def test_the_version_grows_with_each_edit_and_with_nothing_else(dialogue: Dialogue, manager: User) -> None:
    versions = [nth(dialogue, 2).version]
    for new in ({"text": "改了"}, {"text": " 改了 "}, {}, {"speaker": "小红"}, {"end_ms": 5400, "start_ms": 4040}):
        edit(nth(dialogue, 2), manager, **new)
        versions.append(nth(dialogue, 2).version)
    assert versions == [1, 2, 2, 2, 3, 4]
    assert UtteranceEdit.objects.count() == 3
    assert [nth(dialogue, order).version for order in (1, 3)] == [1, 1]


def test_new_times_queue_the_cutting_of_the_clip_and_a_new_text_does_not(dialogue: Dialogue, manager: User) -> None:
    edit(nth(dialogue, 1), manager, text="new")
    assert not Job.objects.exists()
    edit(nth(dialogue, 1), manager, end_ms=3600)
    assert Job.objects.get().args["dialogues"] == [str(dialogue.public_id)]


def test_only_the_affected_answers_are_withdrawn_by_a_revision(dialogue: Dialogue, manager: User) -> None:
    raters = RaterFactory.create_batch(2, corpus=dialogue.corpus)
    source = SourceRaterFactory(corpus=dialogue.corpus)
    for rater in (*raters, source):
        AnnotationFactory(rater=rater, utterance=nth(dialogue, 1), answers={"sentiment": "neutral"}, number=4)
    AnnotationFactory(rater=raters[0], utterance=nth(dialogue, 2), answers={"sentiment": "neutral"})
    result = edit(nth(dialogue, 1), manager, text="something else")
    assert {each.rater for each in result.reopened} == set(raters)
    standing = Annotation.objects.filter(answers__isnull=False).values_list("rater__slug", "utterance__order")
    assert set(standing) == {(source.slug, 1), (raters[0].slug, 2)}
    rows = Revision.objects.values_list("annotation__rater", "number", "cause", "answers", "author")
    assert set(rows) == {(rater.pk, 5, "reopen", None, manager.pk) for rater in raters}


def test_an_edit_without_a_difference_does_nothing(dialogue: Dialogue, manager: User) -> None:
    AnnotationFactory(rater=RaterFactory(corpus=dialogue.corpus), utterance=nth(dialogue, 1), answers={"a": "b"})
    assert edit(nth(dialogue, 1), manager) == EditResult(None, ())
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
def test_an_impossible_utterance_is_refused_and_keeps_its_answers(
    dialogue: Dialogue, manager: User, new: dict[str, Any], code: str
) -> None:
    AnnotationFactory(rater=RaterFactory(corpus=dialogue.corpus), utterance=nth(dialogue, 2), answers={"a": "b"})
    with refused(code):
        edit(nth(dialogue, 2), manager, **new)
    assert Annotation.objects.get().answers == {"a": "b"}


def test_an_utterance_without_times_stays_without(manager: User) -> None:
    utterance = UtteranceFactory(start_ms=None, end_ms=None)
    edit(utterance, manager, text="words")
    utterance.refresh_from_db()
    assert (utterance.text, utterance.start_ms) == ("words", None)


def test_a_draft_is_refused(manager: User) -> None:
    utterance = UtteranceFactory(dialogue__state="draft", dialogue__ready_at=None)
    with refused("dialogue.draft"):
        edit(utterance, manager, text="x")
    with refused("dialogue.draft"):
        exclude_dialogue(dialogue=utterance.dialogue)


def test_edits_are_append_only(dialogue: Dialogue, manager: User) -> None:
    made = edit(nth(dialogue, 1), manager, text="x").edit
    assert made
    with pytest.raises(AppendOnlyError):
        made.save()
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("UPDATE corpus_change SET changed_at = changed_at")
