"""Acceptances that are made or taken back while a move of answers runs, over two connections."""

import pytest
from django.utils import timezone

from agreement.domain.adjudication import acceptances
from agreement.domain.adjudication.acceptances import request_acceptance, request_undo
from agreement.domain.moves import acceptances as moved_acceptances
from agreement.domain.moves.requests import start_move, undo_move
from agreement.models import AcceptedConsensus, ConsensusAcceptance
from corpus.models import Corpus
from tests.agreement.domain.adjudication.material import queued
from tests.agreement.domain.moves.test_settled import RENAMED, begin, moved, run
from tests.beside import beside

pytestmark = [
    pytest.mark.django_db(transaction=True),
    pytest.mark.database,
    pytest.mark.xdist_group("connections"),
]
NOW = timezone.now()


def accepted(corpus: Corpus) -> ConsensusAcceptance:
    made = request_acceptance(corpus=corpus, agreement="unanimous", requested_by=None, here=True)
    assert made.job
    run(made.job)
    made.refresh_from_db()
    return made


def take_back(made: ConsensusAcceptance) -> None:
    withdrawn = request_undo(acceptance=made, requested_by=None, now=NOW, here=True)
    assert withdrawn.job
    run(withdrawn.job)


@pytest.fixture
def corpus() -> Corpus:
    """A corpus in which nobody gave the renamed answer.

    The trigger on annotations locks the cases of those whose answers a move changes; here only the move itself does.
    """
    return queued({"a": "+0+", "b": "+0+", "c": "+0+"})


def holding() -> list[int]:
    """Return the codebook versions of the accepted consensus that holds."""
    rows = AcceptedConsensus.objects.filter(ended_at__isnull=True)
    return list(rows.order_by("utterance").values_list("codebook__version", flat=True))


def test_an_acceptance_taken_back_during_a_move_does_not_come_back(corpus: Corpus) -> None:
    made = accepted(corpus)
    draft = begin(corpus, RENAMED)
    job = start_move(move=draft, started_by=None, now=NOW, here=True)
    with beside(moved_acceptances, "_end", lambda: take_back(made)):
        run(job)
    assert holding() == []
    assert set(AcceptedConsensus.objects.values_list("end", flat=True)) <= {"undone", "moved"}


def test_an_acceptance_taken_back_while_a_move_is_undone_does_not_come_back(corpus: Corpus) -> None:
    made = accepted(corpus)
    move = moved(corpus, RENAMED)
    job = undo_move(move=move, undone_by=None, now=NOW, here=True)
    with beside(moved_acceptances, "_end", lambda: take_back(made)):
        run(job)
    assert holding() == []


def test_consensus_that_is_accepted_during_a_move_is_moved_or_left_in_the_queue(corpus: Corpus) -> None:
    draft = begin(corpus, RENAMED)
    before = Corpus.objects.get(pk=corpus.pk)  # its codebook is still the old one
    made = request_acceptance(corpus=before, agreement="unanimous", requested_by=None, here=True)

    def move() -> None:
        run(start_move(move=draft, started_by=None, now=NOW, here=True))

    assert made.job
    with beside(acceptances, "_store_places", move):
        run(made.job)
    assert holding() == [2, 2, 2]


def test_consensus_of_the_old_version_is_not_accepted_after_a_move(corpus: Corpus) -> None:
    draft = begin(corpus, RENAMED)
    before = Corpus.objects.get(pk=corpus.pk)
    made = request_acceptance(corpus=before, agreement="unanimous", requested_by=None, here=True)

    def move() -> None:
        run(start_move(move=draft, started_by=None, now=NOW, here=True))

    assert made.job
    # the job has chosen its utterances under the old version
    with beside(acceptances, "giving_way", move):
        run(made.job)
    assert holding() == []
