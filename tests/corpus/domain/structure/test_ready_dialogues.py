import pytest

from corpus.domain.structure.ready_dialogues import back_to_draft, exclude_dialogue, include_dialogue
from corpus.models import Annotation, Dialogue
from tests.corpus.domain.structure.test_ready_utterances import nth
from tests.factories import AnnotationFactory, RaterFactory, UtteranceFactory
from tests.refusals import refused

pytestmark = [pytest.mark.django_db, pytest.mark.database]


def test_a_dialogue_is_excluded_and_included_with_its_answers(dialogue: Dialogue) -> None:
    AnnotationFactory(rater=RaterFactory(corpus=dialogue.corpus), utterance=nth(dialogue, 1), answers={"a": "b"})
    for act, state in (
        (exclude_dialogue, "excluded"),
        (exclude_dialogue, "excluded"),
        (include_dialogue, "ready"),
        (include_dialogue, "ready"),
    ):
        act(dialogue=dialogue)
        dialogue.refresh_from_db()
        assert dialogue.state == state
    assert dialogue.ready_at
    assert Annotation.objects.get().answers == {"a": "b"}


def test_only_a_dialogue_without_annotations_becomes_a_draft_again(dialogue: Dialogue) -> None:
    back_to_draft(dialogue=dialogue)
    dialogue.refresh_from_db()
    assert (dialogue.state, dialogue.ready_at) == ("draft", None)
    other = UtteranceFactory().dialogue
    AnnotationFactory(rater=RaterFactory(corpus=other.corpus), utterance=nth(other, other.utterances.get().order))
    with refused("dialogue.labelled"):
        back_to_draft(dialogue=other)
