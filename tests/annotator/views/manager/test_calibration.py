import json
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from annotator.domain.calibration.answer_sets import newest
from annotator.domain.calibration.qualification import status_of
from annotator.models import AnswerSet, Calibration, CalibrationDialogue
from corpus.models import Corpus, Rater, Utterance
from tests.annotator.calibrated import GLAD, calibrated, gold_judged, newcomer, work_through
from tests.annotator.material import corpus_with_work
from tests.factories import MembershipFactory

pytestmark = pytest.mark.django_db


def manager(corpus: Corpus) -> Client:
    client = Client()
    client.force_login(MembershipFactory(corpus=corpus, role="manager").user)
    return client


def address(name: str, corpus: Corpus, *ids: Any) -> str:
    return reverse(f"annotator:{name}", args=[corpus.slug, *ids])


def again(rater: Rater) -> Rater:
    return Rater.objects.select_related("corpus__calibration").get(pk=rater.pk)


def test_the_page_of_an_empty_corpus_shows_the_next_step() -> None:
    corpus = corpus_with_work(dialogues=0)
    client = manager(corpus)
    page = client.get(address("calibration", corpus)).content.decode()
    assert "No dialogue is in use yet" in page
    assert "No annotators yet" in page
    assert "No ready dialogues left" in client.get(address("calibration_pick", corpus)).content.decode()


def test_settings_are_saved_and_refusals_are_shown() -> None:
    corpus = calibrated("test", has_test=False)
    marks = {"pass_percent": 70, "attempts": 1, "gold_percent": 5}
    client = manager(corpus)
    client.post(address("calibration", corpus), marks | {"has_test": "on"})
    settings = Calibration.objects.get()
    assert (settings.has_test, settings.pass_percent) == (True, 70)
    page = client.post(address("calibration", corpus), marks | {"has_gold": "on"}).content.decode()
    assert "No dialogue has been selected as gold." in page


def test_dialogues_are_chosen_by_hand_or_by_agreement() -> None:
    corpus = corpus_with_work(dialogues=2, k=2)
    raters = [newcomer(corpus), newcomer(corpus)]
    for rater in raters:
        work_through(rater)
        work_through(rater, GLAD)
    calm, glad = corpus.dialogues.order_by("order")
    client = manager(corpus)
    chosen = {"use": "test", "part": 2, "unanimous": "1", "rater": [str(rater.public_id) for rater in raters]}
    client.post(address("calibration_pick", corpus), chosen | {"agreeing": "1", "count": "1"})
    assert list(CalibrationDialogue.objects.values_list("dialogue", "use", "part")) == [(glad.pk, "test", 2)]
    client.post(address("calibration_pick", corpus), chosen | {"use": "gold", "dialogue": [str(calm.public_id)]})
    assert CalibrationDialogue.objects.get(dialogue=calm).use == "gold"
    client.post(address("calibration_drop", corpus, calm.public_id))
    assert not CalibrationDialogue.objects.filter(dialogue=calm).exists()


def test_answers_and_reasons_are_entered_by_hand_and_then_used() -> None:
    corpus = corpus_with_work()
    dialogue = corpus.dialogues.get()
    utterance = dialogue.utterances.get()
    client = manager(corpus)
    field = str(utterance.public_id)
    sent = {
        f"{field}.emotion": ['"joy"', '"anger"'],
        f"{field}.emotion_sentiment": ["2"],
        f"{field}.emotion.why": "loud",
    }
    page = address("calibration_answers", corpus, dialogue.public_id)
    client.post(page, sent | {f"{field}..why": "a quarrel"})
    written = newest(Utterance.objects.all())[utterance.pk]
    assert written.acceptable == {"emotion": ["joy", "anger"], "emotion_sentiment": [2]}
    assert (written.reasons, written.origin) == ({"": "a quarrel", "emotion": "loud"}, "typed")
    shown = client.get(page).content.decode()
    assert (shown.count("checked"), "a quarrel" in shown) == (3, True)
    client.post(page, sent | {f"{field}.emotion": ["nonsense"]})
    assert AnswerSet.objects.count() == 1
    chosen = {"use": "training", "part": 1, "unanimous": "1", "dialogue": [str(dialogue.public_id)]}
    client.post(address("calibration_pick", corpus), chosen)
    assert (CalibrationDialogue.objects.get().use, AnswerSet.objects.count()) == ("training", 1)


def test_the_form_of_a_long_dialogue_is_accepted_and_deep_answers_are_refused() -> None:
    corpus = corpus_with_work(utterances=150)
    dialogue = corpus.dialogues.get()
    client = manager(corpus)
    slugs = ("sentiment", "emotion", "sarcasm", "humor", "emotion_sentiment", "sarcasm_humor")
    sent: dict[str, Any] = {}
    for utterance in dialogue.utterances.all():
        sent |= {f"{utterance.public_id}.{slug}.why": "" for slug in ("", *slugs)}
        sent |= {f"{utterance.public_id}.emotion": ['"joy"', '"anger"']}
    assert len(sent) > 1000
    page = address("calibration_answers", corpus, dialogue.public_id)
    assert client.post(page, sent).status_code == 302
    assert AnswerSet.objects.count() == 150
    assert client.post(page, sent | {f"{utterance.public_id}.emotion": ["[" * 100_000]}).status_code == 200


def test_a_manager_sees_wrong_and_accepted_answers_and_decides() -> None:
    corpus = calibrated("test", "test2", attempts=1)
    rater = newcomer(corpus)
    work_through(rater, GLAD)
    client = manager(corpus)
    assert "not passed" in client.get(address("calibration", corpus)).content.decode()
    page = client.get(address("calibration_person", corpus, rater.public_id)).content.decode()
    assert Utterance.objects.filter(dialogue__order=0).get().text in page
    assert all(words in page for words in ("<td>joy</td>", "<td>neutral</td>", "0/1"))
    client.post(address("calibration_decide", corpus, rater.public_id), {"act": "try_again"})
    assert status_of(rater=again(rater)).stage == "test"
    client.post(address("calibration_decide", corpus, rater.public_id), {"act": "let_through"})
    assert status_of(rater=again(rater)).stage == "qualified"
    assert "qualified without test" in client.get(address("calibration", corpus)).content.decode()


def test_results_of_gold_are_only_shown_to_managers() -> None:
    corpus = calibrated("gold", main=3, gold_percent=50)
    rater = newcomer(corpus)
    while work_through(rater) != "gold":
        pass
    page = manager(corpus).get(address("calibration", corpus)).content.decode()
    assert ("100 %" in page, "1 dialogue not scored yet" in page) == (False, True)
    gold_judged(corpus)
    page = manager(corpus).get(address("calibration", corpus)).content.decode()
    assert ("100 %" in page, 'class="spark"' in page, "not scored yet" in page) == (True, True, False)
    assert rater.membership
    client = Client()
    client.force_login(rater.membership.user)
    response = client.get(f"/api/v1/corpora/{corpus.slug}/standing/").json()
    assert "gold" not in json.dumps(response)
