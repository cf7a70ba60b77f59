from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from annotator.domain.allocation.claims import claim
from corpus.models import Dialogue, Membership, Speaker, SpeakerMerge
from tests.annotator.domain.labelling.test_utterance_edits import send
from tests.annotator.material import corpus_with_work
from tests.factories import EpisodeFactory, MembershipFactory, RaterFactory, SpeakerFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def dialogue() -> Any:
    """One of two ready dialogues of an episode."""
    corpus = corpus_with_work(dialogues=2, utterances=2, k=1)
    first = corpus.dialogues.get(order=0)
    episode = EpisodeFactory(series=first.series)
    corpus.dialogues.update(episode=episode, series=episode.series)
    Speaker.objects.filter(utterances__dialogue=first).update(name="Ann")
    return corpus.dialogues.get(order=0)


@pytest.fixture
def manager(client: Client, dialogue: Dialogue) -> Client:
    client.force_login(MembershipFactory(corpus=dialogue.corpus, role=Membership.Role.MANAGER).user)
    return client


def plain(response: Any) -> str:
    """Return a page with single spaces."""
    return " ".join(response.content.decode().split())


def where(dialogue: Dialogue, name: str, *args: Any) -> str:
    assert dialogue.episode is not None
    return reverse(f"annotator:{name}", args=[dialogue.corpus.slug, dialogue.episode.public_id, *args])


def post(client: Client, address: str, **data: Any) -> str:
    return plain(client.post(address, data, follow=True))


def test_a_merge_is_confirmed_with_counts_and_undone_from_the_notice(manager: Client, dialogue: Dialogue) -> None:
    ann, anna = Speaker.objects.get(name="Ann"), SpeakerFactory(series=dialogue.series, name="Anna")
    assignment = claim(rater=RaterFactory(corpus=dialogue.corpus), now=timezone.now())
    assert assignment
    send(assignment)
    address = where(dialogue, "merge_speakers", ann.public_id, anna.public_id)
    shown = plain(manager.get(address))
    assert "2 utterances of Ann in the series" in shown
    assert "2 of these utterances are in ready dialogues." in shown
    assert "1 answer (annotators: 1)" in shown
    page = post(manager, address, page="1")
    assert "Merged: 2 utterances of Ann are now of Anna." in page
    merge = SpeakerMerge.objects.get()
    undo = where(dialogue, "unmerge_speakers", merge.public_id)
    assert page.count(undo) == 2
    page = post(manager, undo)
    assert "Ann is a speaker again, with 2 utterances." in page
    assert "1 answer that the merge had withdrawn counts again." in page
    assert undo not in page
    assert "already undone" in post(manager, undo)
    assert manager.get(where(dialogue, "merge_speakers", ann.public_id, SpeakerFactory().public_id)).status_code == 404


def test_undoing_a_merge_that_withdraws_answers_is_confirmed_with_their_number(
    manager: Client, dialogue: Dialogue
) -> None:
    ann, anna = Speaker.objects.get(name="Ann"), SpeakerFactory(series=dialogue.series, name="Anna")
    page = post(manager, where(dialogue, "merge_speakers", ann.public_id, anna.public_id), page="1")
    undo = where(dialogue, "unmerge_speakers", SpeakerMerge.objects.get().public_id)
    assert "given since the merge" not in page
    assignment = claim(rater=RaterFactory(corpus=dialogue.corpus), now=timezone.now())
    assert assignment
    send(assignment, version=2)
    assert "confirm that first" in post(manager, undo)
    assert dialogue.episode
    page = plain(manager.get(reverse("corpus:episode", args=[dialogue.corpus.slug, dialogue.episode.public_id])))
    assert "1 answer given since the merge is withdrawn (annotators: 1)" in page
    assert f'action="{undo}?page=1"' in page
    assert 'name="answers" value="1"' in page
    assert "1 answer given since the merge was withdrawn" in post(manager, f"{undo}?page=1", answers="1")


def test_a_merge_of_speakers_who_are_gone_is_refused(manager: Client, dialogue: Dialogue) -> None:
    ann = Speaker.objects.get(name="Ann")
    assert "Only two different speakers" in post(
        manager, where(dialogue, "merge_speakers", ann.public_id, ann.public_id)
    )


def test_ready_dialogues_become_drafts_one_by_one_or_all(manager: Client, dialogue: Dialogue) -> None:
    draft = where(dialogue, "to_draft")
    assert "Select at least one dialogue." in post(manager, draft, dialogue="x")
    page = post(manager, draft, dialogue=str(dialogue.public_id))
    assert "1 dialogue is a draft again." in page
    assert "is a draft. Edit it" in post(manager, draft, dialogue=str(dialogue.public_id))
    assert "1 dialogue is a draft again." in post(manager, draft, all="")
    assert "0 dialogues are drafts again." in post(manager, draft, all="")


def test_answered_dialogues_stay_ready_and_the_page_says_so(manager: Client, dialogue: Dialogue) -> None:
    assignment = claim(rater=RaterFactory(corpus=dialogue.corpus), now=timezone.now())
    assert assignment
    send(assignment)
    chosen = [str(each.public_id) for each in dialogue.corpus.dialogues.all()]
    page = post(manager, where(dialogue, "to_draft"), dialogue=chosen)
    assert "1 dialogue is a draft again." in page
    assert f"{dialogue.code} has answers" in page
    assert "Return to draft" not in page
    assert "has answers" in post(manager, where(dialogue, "to_draft"), dialogue=chosen[:1])
