"""Consensus and confusions in the preview of a move, and its page."""

import html
import re

import pytest
from django.test import Client
from django.urls import reverse

from agreement.domain.moves import consensus_effect
from agreement.judgements.reader import Judgements
from agreement.label_index import registry
from agreement.presentation.move_effect import settlement_compared
from common.jobs.queue import execute
from corpus.models import AnswerMove, Corpus
from tests.agreement.domain.moves.test_settled import begin
from tests.agreement.material import judged
from tests.factories import MembershipFactory

pytestmark = pytest.mark.django_db
MERGED = ("[neutral, positive]", {"negative": "neutral"})


@pytest.fixture
def draft() -> AnswerMove:
    move = begin(judged({"a": "+-+0", "b": "+0+-", "c": "+0--"}), MERGED)
    assert move.job
    execute(str(move.job.public_id))
    move.refresh_from_db()
    return move


def test_a_merge_of_choices_settles_what_was_open_and_ends_confusions(draft: AnswerMove) -> None:
    assert draft.preview
    before, after = draft.preview["before"], draft.preview["after"]
    sources = (before["consensus"]["questions"]["sentiment"], after["consensus"]["questions"]["sentiment"])
    assert sources == ({"unanimous": 1, "majority": 3}, {"unanimous": 3, "majority": 1})
    assert before["questions"][0]["confusions"] == [
        {"answers": ["negative", "neutral"], "times": 4},
        {"answers": ["negative", "positive"], "times": 2},
    ]
    assert after["questions"][0]["confusions"] == [{"answers": ["neutral", "positive"], "times": 2}]
    rows = settlement_compared(draft.preview, "sentiment", "sentiment")
    assert [(str(row.name), row.before, row.after) for row in rows] == [("by a majority", 3, 1), ("unanimous", 1, 3)]


@pytest.fixture
def kept(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The number of combinations that a preview keeps after each chunk, if it may keep two."""
    monkeypatch.setattr(consensus_effect, "MOST_PROFILES", 2)
    numbers: list[int] = []
    add = consensus_effect.Settlement.add

    def counting(self: consensus_effect.Settlement, judgements: Judgements) -> None:
        add(self, judgements)
        numbers.append(len(self._profiles))

    monkeypatch.setattr(consensus_effect.Settlement, "add", counting)
    return numbers


def test_a_preview_keeps_few_combinations_of_annotations(kept: list[int], draft: AnswerMove) -> None:
    assert kept
    assert max(kept) <= 2
    assert draft.preview
    sentiment = draft.preview["before"]["consensus"]["questions"]["sentiment"]
    assert sentiment == {"unanimous": 1, "majority": 3}


def test_the_page_shows_both_and_reads_previews_of_earlier_versions(draft: AnswerMove) -> None:
    client = Client()
    client.force_login(MembershipFactory(corpus=Corpus.objects.get(), role="manager").user)
    address = reverse("agreement:move", args=[draft.corpus.slug, draft.public_id])
    page = client.get(address).content.decode()
    assert "How the majority of these answers settles utterances" in page
    assert "negative / neutral" in page
    assert draft.preview
    for side in ("before", "after"):
        del draft.preview[side]["consensus"]
        for question in draft.preview[side]["questions"]:
            del question["confusions"]
    draft.save(update_fields=["preview"])
    page = client.get(address).content.decode()
    assert "How the majority" not in page
    assert "Answers before" in page


def test_answers_link_to_the_utterances_that_have_them_under_the_version_in_use(draft: AnswerMove) -> None:
    client = Client()
    client.force_login(MembershipFactory(corpus=Corpus.objects.get(), role="manager").user)
    before, after = ("answer=sentiment+%3D%3D+negative", "answer=sentiment+%3D%3D+neutral")
    page = client.get(reverse("agreement:move", args=[draft.corpus.slug, draft.public_id])).text
    assert before in page
    form = client.get(reverse("agreement:mapping", args=[draft.corpus.slug, draft.new.public_id, draft.old.public_id]))
    assert form.text.count(before) == 3  # answers, raters, utterances
    Corpus.objects.filter(pk=draft.corpus_id).update(codebook=draft.new)
    page = client.get(reverse("agreement:move", args=[draft.corpus.slug, draft.public_id])).text
    assert before not in page  # the version in use does not have this answer
    assert after in page


def test_each_number_of_the_preview_leads_to_as_many_utterances(draft: AnswerMove) -> None:
    client = Client()
    client.force_login(MembershipFactory(corpus=Corpus.objects.get(), role="manager").user)
    page = client.get(reverse("agreement:move", args=[draft.corpus.slug, draft.public_id])).text
    links = re.findall(r'href="([^"]+/labels/[?]([^"]+))">\s*([0-9]+)\s*<', page)
    majority = [(query, int(number)) for _, query, number in links if query.startswith("majority=")]
    assert {
        ("majority=majority", 3),
        ("majority=sentiment%3Amajority", 3),
        ("majority=sentiment%3Aunanimous", 1),
        ("majority=unanimous", 1),
    } <= set(majority)
    assert any("differs=sentiment" in query and query.count("answer=") == 2 for _, query, _ in links)
    assert any(query.startswith("answered=sentiment") for _, query, _ in links)
    registry.forget()
    for address, query, number in links:
        found = client.get(html.unescape(address)).context["page"]
        assert not found.faults
        if query.startswith("majority="):
            assert found.matches == int(number)
