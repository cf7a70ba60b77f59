from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from corpus.models import Corpus, Dialogue, Membership, SelectionStep
from tests.factories import DialogueFactory, MembershipFactory, UtteranceFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def corpus(client: Client) -> Corpus:
    membership: Membership = MembershipFactory(is_manager=True, is_annotator=False)
    client.force_login(membership.user)
    for dialogue in DialogueFactory.create_batch(4, corpus=membership.corpus, state="draft", ready_at=None):
        UtteranceFactory(dialogue=dialogue)
    return membership.corpus


def post(client: Client, name: str, corpus: Corpus, values: dict[str, Any], *args: Any) -> str:
    response = client.post(reverse(f"corpus:{name}", args=[corpus.slug, *args]), values, follow=True)
    return str(response.content.decode())


def states(corpus: Corpus) -> list[str]:
    return sorted(Dialogue.objects.filter(corpus=corpus).values_list("state", flat=True))


def test_selected_dialogues_are_screened_out_with_a_reason_that_the_page_shows(client: Client, corpus: Corpus) -> None:
    code = corpus.dialogues.order_by("order").values_list("code", flat=True)[0]
    values = {"scope": "selected", "dialogue": [code], "reason": "no speech", "decision": "out", "screened": "all"}
    shown = post(client, "screen_dialogues", corpus, values)
    assert "1 dialogue screened out." in shown
    assert "no speech" in shown
    assert states(corpus) == ["draft", "draft", "draft", "excluded"]


def test_without_a_selected_dialogue_nothing_is_decided(client: Client, corpus: Corpus) -> None:
    shown = post(client, "screen_dialogues", corpus, {"scope": "selected", "reason": "x", "decision": "out"})
    assert "No dialogue was selected." in shown
    assert not SelectionStep.objects.exists()


def test_all_that_were_found_are_screened_in(client: Client, corpus: Corpus) -> None:
    found = corpus.dialogues.first()
    assert found
    found.utterances.update(text="a rare word")
    values = {"scope": "all", "text": "rare", "reason": "about words", "decision": "in"}
    post(client, "screen_dialogues", corpus, values)
    step = SelectionStep.objects.get()
    assert (step.population, step.criteria) == (1, {"screened": "undecided", "text": "rare"})


def test_a_sample_is_drawn_shown_on_the_overview_and_undone(client: Client, corpus: Corpus) -> None:
    values = {"number": 1, "per": "corpus", "seed": 5, "rule": "one of all"}
    assert "1 of 4 dialogues drawn" in post(client, "draw_dialogues", corpus, values)
    assert states(corpus) == ["draft", "excluded", "excluded", "excluded"]
    overview = client.get(reverse("corpus:overview", args=[corpus.slug])).content.decode()
    assert "one of all" in overview
    step = SelectionStep.objects.get()
    assert "Undone." in post(client, "undo_selection", corpus, {}, step.public_id)
    assert states(corpus) == ["draft"] * 4


def test_an_invalid_draw_is_shown_with_its_error(client: Client, corpus: Corpus) -> None:
    response = client.post(
        reverse("corpus:draw_dialogues", args=[corpus.slug]), {"number": "many", "per": "corpus", "seed": 1}
    )
    assert response.status_code == 422
    assert b"errorlist" in response.content
    assert not SelectionStep.objects.exists()


def test_a_query_with_senseless_values_shows_the_undecided_dialogues(client: Client, corpus: Corpus) -> None:
    address = reverse("corpus:selection", args=[corpus.slug])
    response = client.get(address, {"screened": "x", "shortest": "-3", "page": "99"})
    assert response.status_code == 200
    assert response.context["page"].paginator.count == 4
