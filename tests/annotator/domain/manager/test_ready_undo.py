import threading
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection, transaction
from django.utils import timezone

from annotator.domain.allocation.assignments import release
from annotator.domain.allocation.claims import claim
from annotator.domain.manager.ready_undo import undo_ready, undo_ready_of, undoable
from annotator.models import Assignment, CalibrationDialogue, LateOperation
from corpus.domain.structure.draft_dialogues import declare_ready
from corpus.models import Corpus, Dialogue
from tests.annotator.domain.labelling.test_utterance_edits import send
from tests.annotator.material import corpus_with_work
from tests.factories import RaterFactory
from tests.refusals import refused

pytestmark = [pytest.mark.django_db, pytest.mark.database]
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
    undo_ready(dialogue=first(corpus))
    assert (first(corpus).state, first(corpus).ready_at) == ("draft", None)
    assert claimed(corpus).dialogue != first(corpus)
    assert claim(rater=RaterFactory(corpus=corpus), now=NOW) is None
    declare_ready(dialogue=first(corpus))
    assert claimed(corpus).dialogue == first(corpus)
    assert first(corpus).slots.count() == 1


def test_work_and_calibration_keep_a_dialogue_ready(corpus: Corpus) -> None:
    assignment = claimed(corpus)
    dialogue = first(corpus)
    with refused("dialogue.held"):
        undo_ready(dialogue=dialogue)
    release(assignment=assignment, now=NOW)
    use = CalibrationDialogue.objects.create(dialogue=dialogue, use="gold")
    with refused("dialogue.calibrates"):
        undo_ready(dialogue=dialogue)
    use.delete()
    assignment = claimed(corpus)
    send(assignment)
    release(assignment=assignment, now=NOW)
    with refused("dialogue.labelled"):
        undo_ready(dialogue=dialogue)
    undo_ready(dialogue=corpus.dialogues.get(order=1))
    with refused("dialogue.draft"):
        undo_ready(dialogue=corpus.dialogues.get(order=1))


def test_late_work_keeps_a_dialogue_ready(corpus: Corpus) -> None:
    assignment = claimed(corpus)
    release(assignment=assignment, now=NOW)
    LateOperation.objects.create(assignment=assignment, operation=uuid4(), token=1, payload={})
    with refused("dialogue.labelled"):
        undo_ready(dialogue=assignment.dialogue)


def test_of_several_dialogues_those_with_work_stay_ready(corpus: Corpus) -> None:
    claimed(corpus)
    assert [each.order for each in undoable(corpus.dialogues.all())] == [1]
    result = undo_ready_of(dialogues=corpus.dialogues.order_by("order"))
    assert [each.order for each in result.drafts] == [1]
    assert result.refused == {"dialogue.held": [first(corpus)]}
    assert not undoable(corpus.dialogues.all())


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
        undo_ready(dialogue=first(corpus))
        other.start()
        other.join(0.5)
        assert other.is_alive()  # it waits for the slot
    other.join()
    assert found == [None]
    assert not Assignment.objects.filter(state="open").exists()
    declare_ready(dialogue=first(corpus))
    assert claim(rater=rater, now=NOW)
