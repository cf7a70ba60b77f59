import json
import random
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from annotator.domain.calibration.answer_sets import newest, write_answers
from annotator.models import AnswerSet, Attempt
from annotator.rules.scoring import is_among, verdicts
from corpus.models import Corpus, Utterance
from corpus.rules.codebook import settle
from tests.every_kind.material import UTTERANCES, answers, empty_corpus, labelled, with_calibration
from tests.factories import MembershipFactory, UtteranceFactory
from tests.refusals import refused

pytestmark = pytest.mark.django_db


@pytest.fixture
def corpus(every_kind: str) -> Corpus:
    return empty_corpus(every_kind, dialogues=1)


def rules_of(corpus: Corpus) -> Any:
    assert corpus.codebook
    return corpus.codebook.rules()


def test_a_manager_enters_any_sets_of_choices(corpus: Corpus, client: Client) -> None:
    client.force_login(MembershipFactory(corpus=corpus, role="manager").user)
    dialogue = corpus.dialogues.get()
    page = reverse("annotator:calibration_answers", args=[corpus.slug, dialogue.public_id])
    utterance = dialogue.utterances.order_by("order")[0]
    field = f"{utterance.public_id}.carried_by"
    assert client.get(page).content.decode().count(f'name="{field}.1"') == 3  # an empty row
    sent = {
        f"{field}.1": ["face", "words"],  # in any order
        f"{field}.2": ["voice"],
        f"{field}.3": ["words", "face"],  # the first one again
        f"{field}.4": [],
        field: [json.dumps("cannot_judge")],
        f"{utterance.public_id}.arousal": ['"-2"', '"-1"'],
    }
    client.post(page, sent)
    written = newest(Utterance.objects.all())[utterance.pk]
    assert written.acceptable == {
        "carried_by": [["words", "face"], ["voice"], "cannot_judge"],
        "arousal": ["-2", "-1"],
    }
    shown = client.get(page).content.decode()
    assert [shown.count(f'name="{field}.{row}"') for row in (1, 2, 3, 4)] == [3, 3, 3, 0]
    assert shown.count("checked") == 2 + 1 + 1 + 2
    for wrong in (["face", "face"], ["smell"]):
        assert "Carried by" in client.post(page, sent | {f"{field}.2": wrong}).content.decode()
    assert AnswerSet.objects.filter(utterance=utterance).count() == 1


def test_a_long_dialogue_is_saved_as_a_whole(corpus: Corpus, client: Client) -> None:
    client.force_login(MembershipFactory(corpus=corpus, role="manager").user)
    dialogue = corpus.dialogues.get()
    for order in range(UTTERANCES + 1, 151):
        UtteranceFactory(dialogue=dialogue, order=order)
    sent: dict[str, Any] = {}
    for each in dialogue.utterances.all():
        sent |= {f"{each.public_id}.{slug}.why": "" for slug in ("", *(q.slug for q in rules_of(corpus).questions))}
        sent |= {f"{each.public_id}.carried_by.1": ["voice"], f"{each.public_id}.carried_by.12": ["face", "words"]}
    page = reverse("annotator:calibration_answers", args=[corpus.slug, dialogue.public_id])
    assert client.post(page, sent).status_code == 302
    written = AnswerSet.objects.all()
    assert [each.acceptable for each in written] == [{"carried_by": [["voice"], ["words", "face"]]}] * 150


def test_a_set_is_right_in_any_order_and_only_as_a_whole(corpus: Corpus) -> None:
    rules = rules_of(corpus)
    given = settle(rules, answers(rules, 1, random.Random(1)) | {"carried_by": ["face", "words"]})
    acceptable = {"carried_by": [["face", "words"], ["voice"]]}
    assert verdicts(rules, acceptable, given) == {"carried_by": True}
    for wrong in (["words"], ["words", "voice", "face"], "cannot_judge"):
        assert verdicts(rules, acceptable, given | {"carried_by": wrong}) == {"carried_by": False}
    assert is_among("2", ["1", "2"])
    assert not is_among(["a"], ["a"])


def test_a_set_with_repeats_is_refused(corpus: Corpus) -> None:
    utterance = corpus.dialogues.get().utterances.all()[0]
    with refused("calibration.impossible_answer"):
        write_answers(utterance=utterance, acceptable={"carried_by": [["face", "face"]]}, reasons={}, author=None)


def test_the_accepted_answers_pass_the_test_in_any_order(every_kind: str) -> None:
    corpus = labelled(every_kind)
    with_calibration(corpus, right=True)
    attempt = Attempt.objects.get()
    assert (attempt.passed, attempt.right) == (True, attempt.judged)
    sets = AnswerSet.objects.filter(utterance__dialogue__calibration__use="test")
    assert any(len(each.acceptable["carried_by"][0]) > 1 for each in sets)
