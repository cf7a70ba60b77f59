"""Pages while a move of answers runs: each states how many answers are incomparable."""

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from agreement.domain.moves.requests import draft_move, start_move
from common.jobs.queue import execute
from common.models import Job
from corpus.models import Annotation, Corpus, Revision
from corpus.rules.moves import completed
from tests.agreement.domain.adjudication.material import queued
from tests.agreement.material import put_in_use
from tests.factories import MembershipFactory

pytestmark = pytest.mark.django_db
PAGES = (
    "agreement:reports",
    "agreement:labels",
    "agreement:adjudication",
    "agreement:acceptances",
    "agreement:protocol",
    "corpus:codebook",
    "export:releases",
    "annotator:calibration",
)


@pytest.fixture
def moving() -> tuple[Corpus, Job]:
    """A corpus whose move has started; its job has not begun."""
    corpus = queued({"a": "+0-", "b": "+-0"})
    for each in Annotation.objects.all():
        Revision.objects.create(
            annotation=each, number=each.number, cause="commit", answers=each.answers, codebook=each.codebook
        )
    old = corpus.codebook
    assert old
    new = put_in_use(corpus, "[negative, neutral, positive]", "[bad, neutral, positive]")
    mapping = completed(old.rules(), new.rules(), {"questions": {"sentiment": {"answers": {"negative": "bad"}}}})
    move = draft_move(corpus=corpus, old=old, new=new, mapping=mapping, here=True)
    return corpus, start_move(move=move, started_by=None, now=timezone.now(), here=True)


def test_every_page_with_answers_states_the_incomparable_ones_until_the_move_is_done(
    moving: tuple[Corpus, Job],
) -> None:
    corpus, job = moving
    client = Client()
    client.force_login(MembershipFactory(corpus=corpus, roles=["manager", "adjudicator"]).user)
    warning = "annotations were given under codebook version 1"
    for name in PAGES:
        page = " ".join(client.get(reverse(name, args=[corpus.slug])).content.decode().split())
        assert f"6 {warning}" in page, name
    execute(str(job.public_id))
    for name in PAGES:
        page = " ".join(client.get(reverse(name, args=[corpus.slug])).content.decode().split())
        assert "<h1>" in page, name
        assert warning not in page, name
