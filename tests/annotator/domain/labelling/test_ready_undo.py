import threading
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.utils import timezone

from annotator.domain.allocation.assignments import release
from annotator.domain.allocation.claims import claim
from annotator.domain.labelling.late_work import apply_late_work
from annotator.domain.labelling.ready_undo import undo_ready, undo_ready_of, undoable
from annotator.models import Assignment, CalibrationDialogue, LateOperation
from corpus.domain.structure.draft_dialogues import declare_ready
from corpus.models import Corpus, Dialogue
from tests.annotator.domain.labelling.test_utterance_edits import send
from tests.annotator.material import corpus_with_work
from tests.factories import RaterFactory, UserFactory
from tests.refusals import refused

pytestmark = [pytest.mark.django_db, pytest.mark.database, pytest.mark.usefixtures("checked_sums")]
NOW = timezone.now()


@pytest.fixture
def corpus() -> Any:
    return corpus_with_work(dialogues=2, k=1)


def claimed(corpus: Corpus) -> Assignment:
    assignment = claim(rater=RaterFactory(corpus=corpus), now=NOW)
    assert assignment
    return assignment


def first(corpus: Corpus) -> Dialogue:
    return corpus.dialogues.order_by("order")[0]


def test_a_dialogue_that_nobody_opened_is_a_draft_again_and_is_given_out_once_it_is_ready(corpus: Corpus) -> None:
    release(assignment=claimed(corpus), now=NOW)
    undo_ready(dialogue=first(corpus), now=NOW)
    assert (first(corpus).state, first(corpus).ready_at) == ("draft", None)
    assert claimed(corpus).dialogue != first(corpus)
    assert claim(rater=RaterFactory(corpus=corpus), now=NOW) is None
    declare_ready(dialogue=first(corpus))
    assert claimed(corpus).dialogue == first(corpus)
    assert first(corpus).slots.count() == 1


def test_work_and_calibration_keep_a_dialogue_ready(corpus: Corpus) -> None:
    dialogue = first(corpus)
    use = CalibrationDialogue.objects.create(dialogue=dialogue, use="gold")
    with refused("dialogue.calibrates"):
        undo_ready(dialogue=dialogue, now=NOW)
    use.delete()
    assignment = claimed(corpus)
    send(assignment)
    release(assignment=assignment, now=NOW)
    with refused("dialogue.labelled"):
        undo_ready(dialogue=dialogue, now=NOW)
    undo_ready(dialogue=corpus.dialogues.get(order=1), now=NOW)
    with refused("dialogue.draft"):
        undo_ready(dialogue=corpus.dialogues.get(order=1), now=NOW)


def test_late_work_keeps_a_dialogue_ready(corpus: Corpus) -> None:
    assignment = claimed(corpus)
    release(assignment=assignment, now=NOW)
    LateOperation.objects.create(assignment=assignment, operation=uuid4(), token=1, payload={})
    with refused("dialogue.labelled"):
        undo_ready(dialogue=assignment.dialogue, now=NOW)


def test_a_dialogue_that_is_open_without_an_answer_is_released(corpus: Corpus) -> None:
    assignment = claimed(corpus)
    undo_ready(dialogue=assignment.dialogue, now=NOW)
    assignment.refresh_from_db()
    assert (assignment.state, assignment.slot.state, first(corpus).state) == ("released", "free", "draft")
    declare_ready(dialogue=first(corpus))
    assert claimed(corpus).slot == assignment.slot


def test_of_several_dialogues_those_with_work_stay_ready(corpus: Corpus) -> None:
    send(claimed(corpus))
    claimed(corpus)
    assert [each.order for each in undoable(corpus.dialogues.all())] == [1]
    result = undo_ready_of(dialogues=corpus.dialogues.order_by("order"), now=NOW)
    assert [each.order for each in result.drafts] == [1]
    assert result.refused == {"dialogue.labelled": [first(corpus)]}
    assert not undoable(corpus.dialogues.all())


def test_what_an_open_page_sends_afterwards_is_kept_and_reaches_no_draft(corpus: Corpus) -> None:
    assignment = claimed(corpus)
    undo_ready(dialogue=assignment.dialogue, now=NOW)
    send(assignment)
    assert LateOperation.objects.filter(assignment=assignment).count() == 1
    with refused("late_work.draft"):
        apply_late_work(assignment=assignment, settled_by=UserFactory(), now=NOW)


@pytest.mark.django_db(transaction=True)
def test_a_claim_at_the_same_moment_gets_another_dialogue() -> None:
    if not connection.features.has_select_for_update:
        pytest.skip("SQLite runs one transaction at a time")
    corpus = corpus_with_work(dialogues=1, k=1)
    release(assignment=claimed(corpus), now=NOW)
    found: list[Assignment | None] = []

    def work() -> None:
        try:
            found.append(claim(rater=rater, now=NOW))
        finally:
            connection.close()

    rater = RaterFactory(corpus=corpus)
    other = threading.Thread(target=work)
    with transaction.atomic():
        undo_ready(dialogue=first(corpus), now=NOW)
        other.start()
        other.join(0.5)
        assert other.is_alive()  # it waits for the slot
    other.join()
    assert found == [None]
    assert not Assignment.objects.filter(state="open").exists()
    declare_ready(dialogue=first(corpus))
    assert claim(rater=rater, now=NOW)
