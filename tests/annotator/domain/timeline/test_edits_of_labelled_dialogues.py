from typing import Any
from uuid import UUID, uuid4

import pytest
from django.utils import timezone

from annotator.domain.allocation.assignments import finish, unlabelled
from annotator.domain.allocation.claims import claim
from annotator.domain.labelling.operations import Operation, apply_operations
from annotator.domain.messages.flags import raise_flag
from annotator.domain.timeline.edits import NeedsConfirmation
from annotator.models import Assignment, Flag
from corpus.domain.structure.draft_dialogues import declare_ready
from corpus.domain.timeline.checks import Conflict
from corpus.models import Annotation, Dialogue, Utterance, UtteranceEdit
from tests.annotator.domain.timeline.material import Editor
from tests.annotator.material import answered
from tests.factories import RaterFactory
from tests.refusals import refused

pytestmark = [pytest.mark.django_db, pytest.mark.database, pytest.mark.usefixtures("checked_sums")]
NOW = timezone.now()
DONE, OPEN = Assignment.State.DONE, Assignment.State.OPEN


def answer(assignment: Assignment, utterance: Utterance, **answers: Any) -> None:
    assert assignment.rater.membership
    [result] = apply_operations(
        assignment=assignment,
        token=assignment.token,
        author=assignment.rater.membership.user,
        operations=[Operation(id=uuid4(), kind="commit", utterance=utterance.public_id, answers=answered(**answers))],
        now=NOW,
    )
    assert result.status == "applied"


@pytest.fixture
def labelled(editor: Editor) -> list[Assignment]:
    """Two annotators have finished D1 (U1 to U3)."""
    declare_ready(dialogue=editor.dialogue(1))
    found = []
    for _ in range(2):
        assignment = claim(rater=RaterFactory(corpus=editor.episode.series.corpus), now=NOW)
        assert assignment
        for line in editor.lines()[:3]:
            answer(assignment, line)
        finish(assignment=assignment, token=assignment.token, now=NOW)
        found.append(Assignment.objects.get(pk=assignment.pk))
    return found


def states(assignments: list[Assignment]) -> list[str]:
    return [Assignment.objects.get(pk=each.pk).state for each in assignments]


def counting(editor: Editor) -> dict[UUID, int]:
    """Return the number of answers that count by utterance."""
    return {
        line.public_id: line.annotations.filter(answers__isnull=False, codes__isnull=False).count()
        for line in Utterance.objects.filter(dialogue__episode=editor.episode)
    }


def test_an_edit_states_whose_answers_it_withdraws_before_it_is_made(
    editor: Editor, labelled: list[Assignment]
) -> None:
    before = editor.snapshot()
    with pytest.raises(NeedsConfirmation) as caught:
        editor.change(editor.line(2), text="other")
    assert (caught.value.answers, caught.value.reopened) == (2, 0)
    assert caught.value.raters == sorted(each.rater_id for each in labelled)
    assert caught.value.dialogues == ["E1_D001"]
    assert (editor.snapshot(), states(labelled)) == (before, [DONE, DONE])
    assert not UtteranceEdit.objects.exists()


def test_a_confirmed_edit_reopens_and_its_undo_gives_everything_back(
    editor: Editor, labelled: list[Assignment]
) -> None:
    before, answers = editor.snapshot(), counting(editor)
    edit = editor.change(editor.line(2), text="other", confirmed=2)
    assert states(labelled) == [OPEN, OPEN]
    assert UtteranceEdit.objects.get().after == {"text": "other"}
    editor.undo(edit)
    assert (editor.snapshot(), counting(editor), states(labelled)) == (before, answers, [DONE, DONE])


def test_an_undo_restores_only_answers_nobody_touched_since(editor: Editor, labelled: list[Assignment]) -> None:
    line = editor.line(2)
    edit = editor.change(line, text="other", confirmed=2)
    reopened = Assignment.objects.get(pk=labelled[0].pk)
    answer(reopened, line, sentiment="positive")
    with pytest.raises(NeedsConfirmation) as caught:
        editor.undo(edit)
    assert caught.value.answers == 1
    editor.undo(edit, confirmed=1)
    first, second = (Annotation.objects.get(rater=each.rater, utterance=line) for each in labelled)
    assert (first.answers, second.answers) == (None, answered())
    assert states(labelled) == [OPEN, DONE]


def test_splitting_withdraws_and_asks_about_both_parts(editor: Editor, labelled: list[Assignment]) -> None:
    before, answers, new = editor.snapshot(), counting(editor), uuid4()
    with pytest.raises(NeedsConfirmation):
        editor.split(editor.line(2), 4700, 4)
    edit = editor.split(editor.line(2), 4700, 4, new=new, confirmed=2)
    assert states(labelled) == [OPEN, OPEN]
    assert {line.public_id for line in unlabelled(labelled[0])} == {editor.line(2).public_id, new}
    assert [line.code for line in editor.lines()[:4]] == [
        "E1_D001_U001",
        "E1_D001_U002",
        "E1_D001_U002b",
        "E1_D001_U003",
    ]
    editor.undo(edit)
    assert (editor.snapshot(), states(labelled)) == (before, [DONE, DONE])
    assert {key: counting(editor)[key] for key in answers} == answers
    assert Utterance.objects.get(public_id=new).dialogue.state == Dialogue.State.RETIRED


def test_merging_keeps_the_retired_utterance_with_its_answers_and_undo_restores_them(
    editor: Editor, labelled: list[Assignment]
) -> None:
    before, answers, retired = editor.snapshot(), counting(editor), editor.line(2)
    edit = editor.merge(editor.line(1), editor.line(2), confirmed=4)
    kept = Annotation.objects.filter(utterance=retired)
    assert [each.answers for each in kept] == [None, None]
    assert [each.revisions.count() for each in kept] == [2, 2]
    assert {line.public_id for line in unlabelled(labelled[0])} == {editor.line(1).public_id}
    editor.undo(edit)
    assert (editor.snapshot(), counting(editor), states(labelled)) == (before, answers, [DONE, DONE])
    redo = editor.undo(edit.undone_by, confirmed=4)
    assert states(labelled) == [OPEN, OPEN]
    editor.undo(redo)
    assert (editor.snapshot(), counting(editor), states(labelled)) == (before, answers, [DONE, DONE])


def test_deleting_leaves_finished_dialogues_finished(editor: Editor, labelled: list[Assignment]) -> None:
    before, answers = editor.snapshot(), counting(editor)
    edit = editor.delete(editor.line(2), confirmed=2)
    assert states(labelled) == [DONE, DONE]
    editor.undo(edit)
    assert (editor.snapshot(), counting(editor), states(labelled)) == (before, answers, [DONE, DONE])


def test_an_inserted_utterance_reopens_finished_dialogues(editor: Editor, labelled: list[Assignment]) -> None:
    with pytest.raises(NeedsConfirmation) as caught:
        editor.insert(7600, 7900)
    assert (caught.value.answers, caught.value.reopened) == (0, 2)
    edit = editor.insert(7600, 7900, confirmed=2)
    assert editor.line(4).code == "E1_D001_U003b"
    assert states(labelled) == [OPEN, OPEN]
    editor.undo(edit)
    assert states(labelled) == [DONE, DONE]


def test_the_last_utterance_of_a_frozen_dialogue_stays(editor: Editor, labelled: list[Assignment]) -> None:
    with refused("timeline.last_of_frozen"):
        editor.delete(*editor.lines()[:3], confirmed=6)


def test_shifting_everything_asks_about_the_labelled_dialogues(editor: Editor, labelled: list[Assignment]) -> None:
    before, answers = editor.snapshot(), counting(editor)
    with pytest.raises(NeedsConfirmation) as caught:
        editor.retime(offset_ms=100)
    assert caught.value.answers == 6
    edit = editor.retime(offset_ms=100, confirmed=6)
    editor.undo(edit)
    assert (editor.snapshot(), counting(editor), states(labelled)) == (before, answers, [DONE, DONE])


def test_a_topic_reopens_nothing(editor: Editor, labelled: list[Assignment]) -> None:
    editor.topic(editor.dialogue(1), "a quarrel")
    assert states(labelled) == [DONE, DONE]


def test_excluding_keeps_the_answers(editor: Editor, labelled: list[Assignment]) -> None:
    answers = counting(editor)
    edit = editor.exclude(*editor.lines()[:3])
    assert (editor.dialogue(1).state, counting(editor)) == ("excluded", answers)
    editor.include(editor.dialogue(1))
    assert editor.dialogue(1).state == "ready"
    assert edit.withdrawn == []


def test_an_accepted_proposal_settles_its_flag_and_undo_opens_it_again(
    editor: Editor, labelled: list[Assignment]
) -> None:
    line = editor.line(2)
    flag = raise_flag(
        assignment=labelled[0],
        public_id=uuid4(),
        utterance=line.public_id,
        reason="bad_cut",
        now=NOW,
        start_ms=4100,
        end_ms=5600,
    )
    edit = editor.change(line, start_ms=4100, end_ms=5600, flag=flag.public_id, confirmed=2)
    flag = Flag.objects.get()
    assert (flag.state, flag.settled_by) == ("accepted", editor.user)
    editor.undo(edit)
    assert Flag.objects.get().state == "open"
    assert editor.line(2).start_ms == 4000


def test_a_draft_declared_ready_since_is_not_rearranged_by_an_undo(editor: Editor) -> None:
    edit = editor.divide(editor.line(2))
    declare_ready(dialogue=editor.dialogue(2))
    before = editor.snapshot()
    with pytest.raises(Conflict):
        editor.undo(edit)
    assert editor.snapshot() == before
