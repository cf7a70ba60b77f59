from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import uuid4

import pytest
from django.db import connection
from django.utils import timezone

from corpus.domain.timeline.checks import Conflict
from corpus.domain.timeline.line_edits import LineChange, change_lines
from corpus.models import Corpus, Cue, Dialogue, TimelineEdit, Utterance
from corpus.models.append_only import AppendOnlyError
from tests.annotator.domain.timeline.material import Editor
from tests.refusals import refused

pytestmark = [pytest.mark.django_db, pytest.mark.database]

EDITS: dict[str, Callable[[Editor], TimelineEdit]] = {
    "move": lambda e: e.change(e.line(2), start_ms=4100, end_ms=5700),
    "text": lambda e: e.change(e.line(2), text=" new  words "),
    "speaker": lambda e: e.change(e.line(2), speaker="丙"),
    "split": lambda e: e.split(e.line(2), 4700, 4),
    "split the last": lambda e: e.split(e.line(3), 6700, 4),
    "merge": lambda e: e.merge(e.line(1), e.line(2)),
    "merge three": lambda e: e.merge(e.line(3), e.line(2), e.line(1)),
    "insert": lambda e: e.insert(8000, 9000),
    "insert first": lambda e: e.insert(100, 900),
    "delete": lambda e: e.delete(e.line(2)),
    "delete a dialogue": lambda e: e.delete(e.line(4), e.line(5)),
    "shift": lambda e: e.retime(offset_ms=-1500),
    "shift from here on": lambda e: e.retime(offset_ms=250, from_ms=6000),
    "stretch": lambda e: e.retime(factor=25 / 23.976, offset_ms=40),
    "divide": lambda e: e.divide(e.line(2)),
    "join": lambda e: e.join(e.dialogue(2)),
    "exclude in the middle": lambda e: e.exclude(e.line(2)),
    "exclude first": lambda e: e.exclude(e.line(1)),
    "exclude last": lambda e: e.exclude(e.line(2), e.line(3)),
    "exclude all": lambda e: e.exclude(e.line(4), e.line(5)),
    "topic": lambda e: e.topic(e.dialogue(1), "a quarrel"),
}


@pytest.fixture
def editor(editor: Editor) -> Editor:
    for number, line in enumerate(editor.lines()):
        for part in (0, 700):
            Cue.objects.create(
                episode=editor.episode,
                utterance=line,
                order=2 * number + bool(part),
                start_ms=(line.start_ms or 0) + part,
                end_ms=(line.start_ms or 0) + part + 700,
                text="cue",
            )
    return editor


@pytest.mark.parametrize("name", EDITS)
def test_an_edit_is_undone_and_redone_exactly(editor: Editor, name: str) -> None:
    before = editor.snapshot()
    edit = EDITS[name](editor)
    after = editor.snapshot()
    assert before != after
    undo = editor.undo(edit)
    assert editor.snapshot() == before
    redo = editor.undo(undo)
    assert editor.snapshot() == after
    editor.undo(redo)
    assert editor.snapshot() == before
    assert [each.number for each in TimelineEdit.objects.order_by("number")] == [1, 2, 3, 4]


def test_a_whole_session_is_undone_and_redone(editor: Editor) -> None:
    before = editor.snapshot()
    session: list[Callable[[], TimelineEdit]] = [
        lambda: editor.change(editor.line(1), start_ms=1900),
        lambda: editor.split(editor.line(2), 4700, 4),
        lambda: editor.change(editor.line(3), speaker="丙"),
        lambda: editor.merge(editor.line(1), editor.line(2)),
        lambda: editor.divide(editor.line(3)),
        lambda: editor.delete(editor.line(3)),
        lambda: editor.insert(13_600, 14_000),
        lambda: editor.exclude(editor.line(4)),
        lambda: editor.retime(offset_ms=300),
    ]
    done = [make() for make in session]
    after = editor.snapshot()
    undone = [editor.undo(edit) for edit in reversed(done)]
    assert editor.snapshot() == before
    for edit in reversed(undone):
        editor.undo(edit)
    assert editor.snapshot() == after


def test_ids_survive_deletion_and_come_back(editor: Editor) -> None:
    line = editor.line(2)
    edit = editor.delete(line)
    assert line.public_id not in [each.public_id for each in editor.lines()]
    stored = Utterance.objects.get(public_id=line.public_id)
    assert stored.dialogue.state == Dialogue.State.RETIRED
    assert not Dialogue.objects.filter(pk=stored.dialogue_id).exists()
    editor.undo(edit)
    assert editor.line(2).pk == line.pk


def test_split_divides_text_time_and_cues(editor: Editor) -> None:
    new = uuid4()
    editor.split(editor.line(2), 4700, 4, new=new)
    first, second = editor.line(2), editor.line(3)
    assert (first.text, first.start_ms, first.end_ms) == ("one", 4000, 4700)
    assert (second.public_id, second.text, second.start_ms, second.end_ms) == (new, "2 two", 4700, 5500)
    assert (second.speaker, second.code) == (first.speaker, "E1_D001_U003")
    assert (first.cues.count(), second.cues.count()) == (1, 1)


def test_merged_chinese_texts_have_no_space_between_them(editor: Editor) -> None:
    editor.change(editor.line(1), text="你好")
    editor.change(editor.line(2), text="吗？")
    editor.merge(editor.line(1), editor.line(2))
    assert editor.line(1).text == "你好吗？"


def test_an_inserted_utterance_goes_to_the_dialogue_around_its_time(editor: Editor) -> None:
    editor.insert(11_600, 11_900)
    assert [line.start_ms for line in editor.lines()] == [2000, 4000, 6000, 10_000, 11_600, 12_000]
    assert editor.line(5).dialogue.code == "E1_D002"


@pytest.mark.parametrize(
    ("edit", "code"),
    [
        (lambda e: e.change(e.line(1), start_ms=3000, end_ms=2000), "utterance.span"),
        (lambda e: e.change(e.line(5), end_ms=60_001), "utterance.past_end"),
        (lambda e: e.change(e.line(1), start_ms=4100, end_ms=4900), "utterance.disorder"),
        (lambda e: e.change(e.line(3), start_ms=5400, end_ms=11_000), None),
        (lambda e: e.change(e.line(2), end_ms=6300), None),
        (lambda e: e.change(e.line(1), end_ms=6500), "utterance.overlap"),
        (lambda e: e.change(e.line(1), end_ms=4800), None),
        (lambda e: e.change(e.line(2), text="  "), "utterance.no_text"),
        (lambda e: e.split(e.line(2), 4700, 0), "utterance.split_text"),
        (lambda e: e.split(e.line(2), 5500, 4), "utterance.split_span"),
        (lambda e: e.merge(e.line(1), e.line(3)), "timeline.not_neighbours"),
        (lambda e: e.merge(e.line(3), e.line(4)), "timeline.not_neighbours"),
        (lambda e: e.divide(e.line(1)), "utterance.first"),
        (lambda e: e.join(e.dialogue(1)), "dialogue.first"),
        (lambda e: e.retime(offset_ms=-2001), "utterance.span"),
        (lambda e: e.retime(offset_ms=-2100, from_ms=6000), "utterance.disorder"),
        (lambda e: e.retime(factor=5), "timeline.bad_factor"),
        (lambda e: e.retime(offset_ms=5, from_ms=50_000), "timeline.nothing_moved"),
        (lambda e: e.exclude(e.line(1), e.line(3)), "timeline.not_neighbours"),
        (lambda e: e.topic(e.dialogue(1), "x" * 501), "timeline.topic_too_long"),
        (lambda e: e.include(e.dialogue(1)), "timeline.not_excluded"),
        (lambda e: e.insert(100, 200, text=" "), "utterance.no_text"),
    ],
)
def test_edits_that_would_spoil_the_episode_are_refused(
    editor: Editor, edit: Callable[[Editor], Any], code: str | None
) -> None:
    before = editor.snapshot()
    if code is None:
        edit(editor)
        return
    with refused(code):
        edit(editor)
    assert editor.snapshot() == before
    assert not TimelineEdit.objects.exists()


def test_unnamed_speakers_may_overlap(editor: Editor) -> None:
    editor.change(editor.line(1), speaker="")
    editor.change(editor.line(3), speaker="")
    editor.change(editor.line(1), end_ms=6500)
    editor.change(editor.line(1), speaker="乙")
    with refused("utterance.overlap"):
        editor.change(editor.line(3), speaker="乙")


def test_an_overlap_as_found_may_stay_or_shrink_but_not_grow(editor: Editor) -> None:
    Utterance.objects.filter(pk=editor.line(1).pk).update(end_ms=6500)
    editor.change(editor.line(1), text="other words")
    editor.change(editor.line(1), end_ms=6300)
    with refused("utterance.overlap"):
        editor.change(editor.line(1), end_ms=6400)
    editor.retime(offset_ms=500)


def test_an_edit_of_an_older_version_is_a_conflict_and_changes_nothing(editor: Editor) -> None:
    stale = editor.line(2)
    editor.change(editor.line(2), text="the other manager's words")
    before = editor.snapshot()
    with pytest.raises(Conflict) as caught:
        editor.change(stale, text="mine")
    assert (caught.value.code, caught.value.lines) == ("timeline.conflict", [str(stale.public_id)])
    assert editor.snapshot() == before


def test_undo_does_not_overwrite_a_later_edit_of_someone_else(editor: Editor) -> None:
    edit = editor.change(editor.line(2), text="mine")
    other = Editor(editor.episode, editor.user)
    other.change(other.line(2), text="theirs")
    with pytest.raises(Conflict):
        editor.undo(edit)
    assert editor.line(2).text == "theirs"


def test_undo_keeps_later_edits_of_other_values(editor: Editor) -> None:
    edit = editor.change(editor.line(2), text="mine")
    editor.change(editor.line(2), start_ms=4200)
    editor.undo(edit)
    assert (editor.line(2).text, editor.line(2).start_ms) == ("one 2 two", 4200)


def test_the_same_operation_is_applied_once(editor: Editor) -> None:
    operation, line = uuid4(), editor.line(2)
    change = partial(change_lines, changes=[LineChange(id=line.public_id, text="x")])
    first = editor.make("change", change, line, operation=operation)
    assert editor.make("change", change, line, operation=operation) == first
    assert editor.line(2).version == line.version + 1


def test_an_edit_is_undone_once(editor: Editor) -> None:
    edit = editor.change(editor.line(2), text="mine")
    editor.undo(edit)
    with refused("timeline.undone"):
        editor.undo(edit)


def test_the_log_is_append_only(editor: Editor) -> None:
    edit = editor.change(editor.line(2), text="mine")
    edit.action = "split"
    with pytest.raises(AppendOnlyError):
        edit.save()
    with pytest.raises(Exception, match="never changed"), connection.cursor() as cursor:
        cursor.execute("UPDATE corpus_timelineedit SET action = 'split'")


def test_nothing_is_edited_in_an_archived_corpus(editor: Editor) -> None:
    Corpus.objects.update(archived_at=timezone.now())
    with refused("corpus.archived"):
        editor.change(editor.line(2), text="mine")


def test_a_frozen_dialogue_is_neither_divided_nor_joined_nor_partly_excluded(editor: Editor) -> None:
    Dialogue.objects.filter(pk=editor.dialogue(2).pk).update(state="ready", ready_at=timezone.now())
    with refused("dialogue.frozen"):
        editor.divide(editor.line(5))
    with refused("dialogue.frozen"):
        editor.join(editor.dialogue(2))
    with refused("timeline.part_of_frozen"):
        editor.exclude(editor.line(5))
    edit = editor.exclude(editor.line(4), editor.line(5))
    assert editor.dialogue(2).state == "excluded"
    editor.undo(edit)
    assert editor.dialogue(2).state == "ready"
