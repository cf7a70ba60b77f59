"""Deletion of an episode that was edited on the timeline, with its log and its retired utterances."""

import pytest
from django.utils import timezone

from common.jobs.queue import execute
from common.models import Job
from corpus.domain.deletion.parts import name_of, request_part_deletion
from corpus.domain.ingest.episodes import remove_episode
from corpus.models import Annotation, Dialogue, Episode, TimelineEdit, Utterance
from tests.annotator.domain.timeline.material import Editor
from tests.annotator.domain.timeline.test_edits_of_labelled_dialogues import labelled
from tests.refusals import refused

__all__ = ["labelled"]  # a fixture
pytestmark = pytest.mark.django_db(transaction=True)


def edited(editor: Editor, confirmed: int = 0) -> None:
    editor.undo(editor.split(editor.line(5), 12_500, 4))
    editor.delete(editor.line(1), confirmed=confirmed)
    if not confirmed:
        editor.join(editor.dialogue(2))


def test_an_episode_of_drafts_is_removed_with_its_log(editor: Editor) -> None:
    edited(editor)
    remove_episode(episode=editor.episode)
    assert not TimelineEdit.objects.exists()
    assert not Dialogue.with_retired.exists()


@pytest.mark.usefixtures("labelled")
def test_answers_to_retired_utterances_keep_an_episode_until_it_is_deleted_for_good(editor: Editor) -> None:
    edited(editor, confirmed=2)
    with refused("episode.has_ready"):
        remove_episode(episode=editor.episode)
    Job.objects.all().delete()  # the cutting of its clips, which would have to end first
    episode = Episode.objects.select_related("series__corpus").get(pk=editor.episode.pk)
    job = request_part_deletion(
        part=episode, typed=name_of(episode), requested_by=editor.user, now=timezone.now(), here=True
    )
    execute(str(job.public_id))
    job.refresh_from_db()
    assert (job.state, job.error_code) == ("done", "")
    for model in (TimelineEdit, Utterance, Annotation):
        assert not model.objects.exists()
    assert not Dialogue.with_retired.exists()
