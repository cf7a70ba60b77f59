from typing import Any

import pytest

from annotator.domain.allocation.claims import claim
from annotator.domain.labelling.speaker_merges import MergeResult, UndoneMerge, merge_speakers, unmerge_speakers
from annotator.models import Assignment, ClosedDialogue
from corpus.domain.structure.speaker_merges import MergePreview, UnmergeResult, open_merges, preview_merge
from corpus.models import Annotation, Revision, Speaker, Utterance, UtteranceEdit
from tests.annotator.domain.labelling.test_utterance_edits import NOW, edit, finished_dialogue, send
from tests.annotator.material import answered
from tests.factories import RaterFactory, SpeakerFactory, UserFactory
from tests.refusals import refused

pytestmark = [pytest.mark.django_db, pytest.mark.database, pytest.mark.usefixtures("checked_sums")]


@pytest.fixture
def finished() -> Any:
    return finished_dialogue()


@pytest.fixture
def anna(finished: Assignment) -> Any:
    return SpeakerFactory(series=finished.dialogue.series, name="Anna")


@pytest.fixture
def ann(finished: Assignment) -> Speaker:
    """The speaker of the two utterances."""
    speaker = Speaker.objects.get(utterances__order=1)
    Speaker.objects.filter(pk=speaker.pk).update(name="Ann")
    return Speaker.objects.get(pk=speaker.pk)


def merge(speaker: Speaker, into: Speaker) -> MergeResult:
    return merge_speakers(speaker=speaker, into=into, merged_by=UserFactory(), now=NOW)


def undo(merged: MergeResult, most: int = 0) -> UnmergeResult:
    return undone(merged, most).lines


def undone(merged: MergeResult, most: int = 0) -> UndoneMerge:
    return unmerge_speakers(merge=merged.merge, undone_by=UserFactory(), now=NOW, most=most)


def state(assignment: Assignment) -> tuple[str, str, int]:
    """State of an assignment and of its slot, and the number of its answers."""
    found = Assignment.objects.select_related("slot").get(pk=assignment.pk)
    return found.state, found.slot.state, Annotation.objects.filter(rater=found.rater, answers__isnull=False).count()


def test_a_merge_in_a_ready_dialogue_is_an_edit_that_asks_the_annotators_again(
    finished: Assignment,
    anna: Speaker,
    ann: Speaker,
) -> None:
    assert preview_merge(ann) == MergePreview(utterances=2, dialogues=1, ready=2, answers=2, annotators=1)
    merged = merge(ann, anna)
    assert (merged.withdrawn, merged.reopened) == (2, 1)
    assert [(each.before, each.after) for each in UtteranceEdit.objects.all()] == [
        ({"speaker": "Ann"}, {"speaker": "Anna"})
    ] * 2
    assert state(finished) == ("open", "held", 0)
    assert claim(rater=finished.rater, now=NOW) == finished


def test_undoing_a_merge_gives_the_answers_back_and_finishes_the_dialogue(
    finished: Assignment,
    anna: Speaker,
    ann: Speaker,
) -> None:
    result = undo(merge(ann, anna))
    assert (result.returned, result.restored, result.reopened) == (2, 2, ())
    assert state(finished) == ("done", "done", 2)
    assert [each.answers for each in Annotation.objects.all()] == [answered()] * 2
    assert list(Revision.objects.order_by("number").values_list("cause", flat=True).distinct()) == [
        "commit",
        "reopen",
        "undo",
    ]


def test_answers_given_after_the_merge_are_asked_again_when_it_is_undone(
    finished: Assignment,
    anna: Speaker,
    ann: Speaker,
) -> None:
    merged = merge(ann, anna)
    finished.refresh_from_db()
    send(finished, order=1, version=2)
    [shown] = open_merges(ann.series)
    assert (shown.merge, shown.lines, shown.answers, shown.annotators) == (merged.merge, 2, 1, 1)
    with refused("speaker.answers_since"):
        undo(merged)
    assert state(finished) == ("open", "held", 1)
    result = undo(merged, most=shown.answers)
    assert (result.restored, len(result.reopened)) == (1, 1)
    assert state(finished) == ("open", "held", 1)


def test_answers_to_an_utterance_that_was_edited_since_do_not_come_back(
    finished: Assignment,
    anna: Speaker,
    ann: Speaker,
) -> None:
    merged = merge(ann, anna)
    edit(Utterance.objects.get(order=1), text="another text")
    assert undo(merged).restored == 1
    assert state(finished) == ("open", "held", 1)


def test_work_of_a_person_who_may_not_judge_again_is_finished_again_while_its_slot_is_free(
    finished: Assignment,
    anna: Speaker,
    ann: Speaker,
) -> None:
    ClosedDialogue.objects.create(rater=finished.rater, dialogue=finished.dialogue)
    merged = merge(ann, anna)
    assert (merged.reopened, state(finished)) == (0, ("released", "free", 0))
    assert undone(merged).lost == 0
    assert state(finished) == ("done", "done", 2)


@pytest.mark.parametrize("since", ["slot", "edit"])
def test_work_that_cannot_be_finished_again_is_counted(
    finished: Assignment, anna: Speaker, ann: Speaker, since: str
) -> None:
    ClosedDialogue.objects.create(rater=finished.rater, dialogue=finished.dialogue)
    merged = merge(ann, anna)
    if since == "slot":
        for _ in range(2):  # the dialogue has two slots
            claim(rater=RaterFactory(corpus=finished.rater.corpus), now=NOW)
    else:
        edit(Utterance.objects.get(order=1), text="another text")
    assert undone(merged).lost == 1
    assert state(finished)[0] == "released"


def test_a_released_assignment_stays_released(
    finished: Assignment,
    anna: Speaker,
    ann: Speaker,
) -> None:
    merged = merge(ann, anna)
    Assignment.objects.filter(pk=finished.pk).update(state="released", ended_at=NOW)
    undo(merged)
    assert state(finished)[0] == "released"


def test_people_without_answers_are_not_asked(finished: Assignment, anna: Speaker, ann: Speaker) -> None:
    other = claim(rater=RaterFactory(corpus=finished.rater.corpus), now=NOW)
    assert other
    assert merge(anna, ann).withdrawn == 0
    with refused("speaker.gone"):
        merge(anna, ann)
    assert state(finished)[0] == "done"
