"""The filter of the label browser to which the numbers of moves of answers link."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from agreement.domain.adjudication.acceptances import request_acceptance
from agreement.domain.labels import page
from agreement.domain.moves.preview import effect_on_work
from agreement.domain.moves.requests import start_move
from corpus.domain.annotations.moved_answers import ProfileMover
from corpus.models import Annotation, AnswerMove, Corpus, Membership
from corpus.rules.label_selection import MOVED
from tests.agreement.api.adjudicators import Adjudicator, decide
from tests.agreement.domain.adjudication.material import build, queued
from tests.agreement.domain.moves.test_settled import SPLIT, begin, run, undone
from tests.agreement.label_index.test_rows_of_cases import faults, places
from tests.agreement.material import utterances
from tests.factories import MembershipFactory

pytestmark = [pytest.mark.django_db, pytest.mark.database]
#                    0        1        2        3         4
MOODS = {"a": "+-0+-", "b": "+-0-0", "c": "+-0+0"}
DECIDED = {3: "positive", 4: "negative"}


@pytest.fixture
def draft() -> AnswerMove:
    """A draft that splits an answer, in a corpus with decisions and accepted consensus."""
    corpus = queued(MOODS)
    person = Adjudicator(corpus)
    for place, sentiment in DECIDED.items():
        case = person.claim(utterance=str(utterances(corpus)[place].public_id))
        assert person.acks(case, decide(sentiment=sentiment, comment="heard")) == ["applied"]
    made = request_acceptance(corpus=corpus, agreement="unanimous", requested_by=None, here=True)
    assert made.job
    run(made.job)
    return begin(corpus, SPLIT)


def found(move: AnswerMove) -> dict[str, list[int]]:
    """Return the places of the utterances of each part of a move, without empty ones."""
    corpus = Corpus.objects.get(pk=move.corpus_id)
    own = {word: places(corpus, ("move", f"{move.public_id}:{word}")) for word in MOVED}
    return {word: rows for word, rows in own.items() if rows}


THERE = {
    "decisions": [3],
    "decisions_open": [4],
    "accepted": [0, 2],
    "accepted_open": [1],
}


def test_each_part_of_a_draft_is_what_the_move_will_change(draft: AnswerMove) -> None:
    assert found(draft) == {"moved": [0, 2, 3, 4], "asked": [1, 3, 4], "incomplete": [1, 3, 4], **THERE}
    effect = effect_on_work(mover=ProfileMover(draft))
    assert {word: effect[word] for word in THERE} == {word: len(rows) for word, rows in THERE.items()}


def test_each_part_of_a_move_and_of_its_undoing_is_what_was_changed(draft: AnswerMove) -> None:
    gone = Annotation.objects.filter(utterance=utterances(draft.corpus)[4], answers__sentiment="negative")
    Membership.objects.filter(rater__annotations__in=gone).update(is_active=False)
    job = start_move(move=draft, started_by=None, now=timezone.now(), here=True)
    run(job)
    draft.refresh_from_db()
    rows = found(draft)
    assert {word: rows[word] for word in THERE} == THERE
    assert rows["moved"] == [0, 2, 3, 4]
    assert (rows["asked"], rows["incomplete"]) == ([1, 3], [1, 4]), "one of the people left"
    corpus = Corpus.objects.get(pk=draft.corpus_id)
    build(corpus)
    person = Adjudicator(corpus)
    case = person.claim(utterance=str(utterances(corpus)[3].public_id))
    assert person.acks(case, decide(sentiment="positive", comment="again")) == ["applied"]
    undone(draft)
    rows = found(draft)
    assert rows["restored"] == [0, 1, 2, 3, 4]
    assert (rows["decisions_restored"], rows["decisions_skipped"]) == ([4], [3])
    assert rows["accepted_restored"] == [0, 1, 2]
    assert not {"skipped", "accepted_skipped"} & set(rows)


def test_the_page_of_a_move_links_its_numbers(draft: AnswerMove) -> None:
    client = Client()
    client.force_login(MembershipFactory(corpus=draft.corpus, role="manager").user)

    def links() -> set[str]:
        shown = client.get(reverse("agreement:move", args=[draft.corpus.slug, draft.public_id])).content.decode()
        return {word for word in MOVED if f"?move={draft.public_id}%3A{word}&quot;" in shown.replace('"', "&quot;")}

    def count(word: str) -> Any:
        address = reverse("agreement:labels", args=[draft.corpus.slug])
        return client.get(address, {"move": f"{draft.public_id}:{word}"})

    assert draft.job
    run(draft.job)
    assert links() == {"moved", "asked", *THERE}
    run(start_move(move=draft, started_by=None, now=timezone.now(), here=True))
    assert links() == {"moved", "asked", *THERE}
    assert "decisions not in effect any more" in count("decisions_open").content.decode()
    undone(draft)
    assert links() >= {"restored", "decisions_restored", "accepted_restored"}


@pytest.mark.parametrize("value", ["x:moved", "{}:lost", "{}", "00000000-0000-0000-0000-000000000000:moved"])
def test_an_unknown_part_of_a_move_is_refused(draft: AnswerMove, value: str) -> None:
    assert faults(draft.corpus, ("move", value.format(draft.public_id))) == ["labels.filter.unknown_move"]


def test_a_page_leaves_a_count_that_reads_many_answers_to_another_request(
    draft: AnswerMove, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page, "FEW_COUNTED", 0)
    client = Client()
    client.force_login(MembershipFactory(corpus=draft.corpus, role="manager").user)
    for word, matches in (("moved", None), ("decisions", 1)):
        filters = {"move": f"{draft.public_id}:{word}"}
        shown = client.get(reverse("agreement:labels", args=[draft.corpus.slug]), filters).context["page"]
        assert (shown.matches, bool(shown.rows)) == (matches, True)
    filters["move"] = f"{draft.public_id}:moved"
    assert b"4 of 5" in client.get(reverse("agreement:labels_count", args=[draft.corpus.slug]), filters).content
