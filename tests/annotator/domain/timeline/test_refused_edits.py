from functools import partial
from uuid import uuid4

import pytest
from django.utils import timezone

from annotator.domain.allocation.assignments import finish
from annotator.domain.allocation.claims import claim
from annotator.domain.labelling.operations import Operation, apply_operations
from annotator.domain.timeline.edits import NeedsConfirmation, undo_edit
from annotator.models import Assignment, ClosedDialogue
from corpus.domain.structure.draft_dialogues import declare_ready
from corpus.domain.timeline.line_edits import LineChange, change_lines
from corpus.models import Episode, TimelineEdit
from tests.annotator.domain.timeline.material import Editor, episode_with_drafts
from tests.annotator.material import answered
from tests.factories import RaterFactory
from tests.refusals import refused

pytestmark = [pytest.mark.django_db, pytest.mark.database]
NOW = timezone.now()


def finished_first_dialogue(editor: Editor) -> Assignment:
    assignment = claim(rater=RaterFactory(corpus=editor.episode.series.corpus), now=NOW)
    assert assignment
    assert assignment.rater.membership
    results = apply_operations(
        assignment=assignment,
        token=assignment.token,
        author=assignment.rater.membership.user,
        operations=[
            Operation(id=uuid4(), kind="commit", utterance=line.public_id, answers=answered())
            for line in editor.lines()[:3]
        ],
        now=NOW,
    )
    assert {each.status for each in results} == {"applied"}
    finish(assignment=assignment, token=assignment.token, now=NOW)
    return Assignment.objects.get(pk=assignment.pk)


def test_the_operation_of_another_episode_is_refused(editor: Editor) -> None:
    edit = editor.change(editor.line(1), text="other")
    other = Editor(episode_with_drafts(), editor.user)
    before = other.snapshot()
    line = other.line(1)
    change = partial(change_lines, changes=[LineChange(id=line.public_id, text="other")])
    with refused("timeline.id_taken"):
        other.make("change", change, line, operation=edit.operation)
    assert other.snapshot() == before


def test_an_episode_that_is_not_ready_is_not_edited(editor: Editor) -> None:
    before = editor.snapshot()
    unready = next(state for state in Episode.State.values if state != Episode.State.READY)
    Episode.objects.filter(pk=editor.episode.pk).update(state=unready)
    with refused("timeline.not_ready"):
        editor.change(editor.line(1), text="other")
    assert editor.snapshot() == before


def test_an_undo_sent_twice_is_made_once(editor: Editor) -> None:
    before = editor.snapshot()
    edit = editor.change(editor.line(1), text="other")
    operation = uuid4()
    first, second = (
        undo_edit(
            episode=editor.episode,
            edit=edit.operation,
            operation=operation,
            session=editor.session,
            confirmed=0,
            edited_by=editor.user,
            now=NOW,
        )
        for _ in range(2)
    )
    assert first == second
    assert (TimelineEdit.objects.count(), editor.snapshot()) == (2, before)


def test_an_edit_of_another_episode_is_not_undone(editor: Editor) -> None:
    edit = editor.change(editor.line(1), text="other")
    other = Editor(episode_with_drafts(), editor.user)
    with refused("timeline.unknown_edit"):
        other.undo(edit)
    assert editor.line(1).text == "other"


def test_an_edit_of_several_utterances_accepts_no_proposal(editor: Editor) -> None:
    before = editor.snapshot()
    first, second = editor.line(1), editor.line(2)
    changes = [LineChange(id=each.public_id, text="other") for each in (first, second)]
    with refused("flag.unknown"):
        editor.make("change", partial(change_lines, changes=changes), first, second, flag=uuid4())
    assert (editor.snapshot(), TimelineEdit.objects.count()) == (before, 0)


def test_the_number_to_confirm_lets_the_edit_through(editor: Editor) -> None:
    declare_ready(dialogue=editor.dialogue(1))
    finished_first_dialogue(editor)
    with pytest.raises(NeedsConfirmation) as caught:
        editor.change(editor.line(2), text="other")
    assert (caught.value.code, caught.value.total) == ("timeline.confirm", 1)
    editor.change(editor.line(2), text="other", confirmed=caught.value.total)
    assert editor.line(2).text == "other"


def test_an_inserted_utterance_is_not_asked_of_an_annotator_to_whom_the_dialogue_is_closed(editor: Editor) -> None:
    declare_ready(dialogue=editor.dialogue(1))
    assignment = finished_first_dialogue(editor)
    ClosedDialogue.objects.create(rater=assignment.rater, dialogue=assignment.dialogue)
    edit = editor.insert(7600, 7900, confirmed=1)
    assert (edit.reopened, edit.given_up) == ([], [str(assignment.public_id)])
    assert Assignment.objects.get(pk=assignment.pk).state not in (Assignment.State.OPEN, Assignment.State.DONE)


def test_an_excluded_passage_is_not_excluded_again_and_takes_no_utterance(editor: Editor) -> None:
    for number in (1, 2):
        lines = [line for line in editor.lines() if line.dialogue == editor.dialogue(number)]
        editor.exclude(*lines)
    with refused("timeline.excluded"):
        editor.exclude(editor.line(1))
    with refused("timeline.no_dialogue"):
        editor.insert(20_000, 21_000)
