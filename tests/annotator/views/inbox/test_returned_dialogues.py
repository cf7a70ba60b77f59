from typing import Any

import pytest
from django.test import Client

from annotator.domain.messages.returned_dialogues import return_dialogue
from annotator.models import Return
from corpus.models import Corpus
from tests.annotator.material import answered, corpus_with_work
from tests.annotator.sent_messages import claimed
from tests.annotator.views.inbox.test_flags_and_inquiries import NOW, manager, page
from tests.factories import AnnotationFactory, EpisodeFactory

__all__ = ["manager"]
pytestmark = pytest.mark.django_db


@pytest.fixture
def corpus() -> Corpus:
    corpus = corpus_with_work(utterances=2, k=2)
    corpus.dialogues.update(episode=EpisodeFactory(series=corpus.dialogues.get().series))
    return corpus


def given_back(corpus: Corpus, comment: str = "") -> Return:
    assignment = claimed(corpus)
    known = assignment.public_id  # any id will do
    return return_dialogue(
        assignment=assignment, public_id=known, token=assignment.token, reason="other", now=NOW, comment=comment
    )


def settle(manager: Client, corpus: Corpus, returned: Return, act: str, **more: Any) -> str:
    address = f"/c/{corpus.slug}/inbox/returned/{returned.public_id}/"
    return manager.post(address, {"act": act, "state": "open"} | more, follow=True).content.decode()


def test_a_returned_dialogue_is_shown_with_its_reason_and_first_lines(manager: Client, corpus: Corpus) -> None:
    returned = given_back(corpus, "画面是黑的")
    shown = page(manager, corpus, "returned")
    assert "画面是黑的" in shown
    for utterance in returned.assignment.dialogue.utterances.all():
        assert utterance.text in shown
    assert 'value="back_to_draft"' in shown


def test_each_decision_is_confirmed_and_leaves_the_list(manager: Client, corpus: Corpus) -> None:
    for act, words, state in (
        ("give_out", "available to other annotators again", "given_out"),
        ("exclude", "Dialogue excluded", "excluded"),
        ("give_out", "available to other annotators again", "given_out"),
    ):
        returned = Return.objects.filter(state="excluded").first() or given_back(corpus)
        assert words in settle(manager, corpus, returned, act)
        returned.refresh_from_db()
        assert returned.state == state
        assert "No returned dialogues" in page(manager, corpus, "returned")


def test_an_answered_dialogue_cannot_be_returned_to_draft(manager: Client, corpus: Corpus) -> None:
    returned = given_back(corpus)
    utterance = returned.assignment.dialogue.utterances.first()
    AnnotationFactory(rater=returned.assignment.rater, utterance=utterance, answers=answered())
    assert 'value="back_to_draft"' not in page(manager, corpus, "returned")
    assert "become a draft again" in settle(manager, corpus, returned, "back_to_draft")
    returned.refresh_from_db()
    assert returned.state == "open"


def test_an_unknown_action_does_nothing(manager: Client, corpus: Corpus) -> None:
    returned = given_back(corpus)
    settle(manager, corpus, returned, "burn")
    returned.refresh_from_db()
    assert returned.state == "open"


def test_messages_of_another_corpus_are_not_found(manager: Client, corpus: Corpus) -> None:
    returned = given_back(corpus_with_work())
    answer = manager.post(f"/c/{corpus.slug}/inbox/returned/{returned.public_id}/", {"act": "exclude"})
    assert answer.status_code == 404


def test_queries_do_not_grow_with_the_list(manager: Client, corpus: Corpus, django_assert_max_num_queries: Any) -> None:
    given_back(corpus)
    with django_assert_max_num_queries(30) as one:
        page(manager, corpus, "returned")
    given_back(corpus)
    with django_assert_max_num_queries(len(one)):
        page(manager, corpus, "returned")
