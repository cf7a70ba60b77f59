from typing import Any
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from annotator.domain.messages.inquiries import (
    anchor_of,
    answer_inquiry,
    inquiries_of,
    readable_by,
    take_into_guideline,
)
from annotator.models import Inquiry
from corpus.domain.codebooks.guideline_versions import add_guideline_version
from corpus.domain.codebooks.shipped_codebooks import adopt
from corpus.models import Corpus
from tests.annotator.material import corpus_with_work
from tests.annotator.sent_messages import asked, claimed
from tests.factories import CorpusFactory, DialogueFactory, UserFactory, UtteranceFactory
from tests.refusals import refused

pytestmark = [pytest.mark.django_db, pytest.mark.database]
NOW = timezone.now()


def answered(inquiry: Inquiry, reply: str = "算", **more: Any) -> Inquiry:
    answer_inquiry(inquiry=inquiry, answered_by=UserFactory(), reply=reply, now=NOW, **more)
    inquiry.refresh_from_db()
    return inquiry


@pytest.fixture
def corpus() -> Corpus:
    return corpus_with_work(utterances=2)


def test_an_inquiry_is_stored_once(corpus: Corpus) -> None:
    assignment, known = claimed(corpus), uuid4()
    first = asked(assignment, public_id=known, text=" 这算吗？\r\n", about="emotion")
    assert asked(assignment, public_id=known, text="other") == first
    assert (first.text, first.about, first.state) == ("这算吗？", "emotion", "open")
    assert asked(assignment, about="weather").about == ""
    with refused("inquiry.empty"):
        asked(assignment, text=" ")
    with refused("annotator.id_taken"):
        asked(claimed(corpus), public_id=known)


def test_a_changed_reply_is_unread_again(corpus: Corpus) -> None:
    inquiry = answered(asked(claimed(corpus)))
    assert (inquiry.state, inquiry.reply, inquiry.settled_at, inquiry.seen_at) == ("answered", "算", NOW, None)
    Inquiry.objects.update(seen_at=NOW)
    assert answered(inquiry).seen_at == NOW
    assert answered(inquiry, "不算").seen_at is None
    with refused("inquiry.no_reply"):
        answered(inquiry, "  ")


def test_the_database_refuses_an_answered_inquiry_without_reply(corpus: Corpus) -> None:
    inquiry = asked(claimed(corpus))
    for wrong in ({"state": "answered", "settled_at": NOW}, {"reply": "x"}, {"published_text": "x"}):
        with pytest.raises(IntegrityError), transaction.atomic():
            Inquiry.objects.filter(pk=inquiry.pk).update(**wrong)


def test_the_manager_finds_open_ones_first(corpus: Corpus) -> None:
    assignment = claimed(corpus)
    first, second, third = (asked(assignment, text=words) for words in "abc")
    answered(second)
    assert list(inquiries_of(corpus=corpus)) == [first, third, second]
    assert list(inquiries_of(corpus=corpus, state="answered")) == [second]


def test_others_only_read_published_inquiries_of_their_corpus(corpus: Corpus) -> None:
    mine, other = claimed(corpus), claimed(corpus)
    own, hidden, shown = asked(mine), asked(other), asked(other)
    answered(hidden)
    answered(shown, published_text="这类算吗？")
    answered(asked(claimed(corpus_with_work())), published_text="foreign")
    assert set(readable_by(mine.rater)) == {own, shown}


def test_an_example_goes_to_the_section_of_its_task_in_every_language() -> None:
    corpus: Corpus = CorpusFactory()
    adopt(corpus=corpus, name="affect-dialogue")
    UtteranceFactory(dialogue=DialogueFactory(corpus=corpus), order=1)
    inquiry = answered(asked(claimed(corpus), about="emotion"), "算。")
    assert inquiry.utterance
    assert anchor_of(corpus, "emotion", "zh") == "emotion"
    version = take_into_guideline(inquiry=inquiry, text="这算吗？", taken_by=UserFactory())
    corpus.refresh_from_db()
    assert corpus.guideline == version
    assert version.version == 2
    example = f"> “{inquiry.utterance.text}”\n>\n> 这算吗？\n>\n> 算。\n"
    for text in version.texts.values():
        section = text.split("{#emotion}")[1].split("\n## ")[0]
        assert section.rstrip("\n").endswith(example.rstrip("\n"))
        assert text.count(example) == 1


def test_only_an_answered_inquiry_is_added_and_only_once(corpus: Corpus) -> None:
    add_guideline_version(corpus=corpus, texts={"en": "# Rules"})
    inquiry = asked(claimed(corpus))
    with refused("inquiry.open"):
        take_into_guideline(inquiry=inquiry, text="x", taken_by=UserFactory())
    answered(inquiry)
    with refused("inquiry.empty"):
        take_into_guideline(inquiry=inquiry, text=" ", taken_by=UserFactory())
    take_into_guideline(inquiry=inquiry, text="x", taken_by=UserFactory())
    with refused("inquiry.in_guideline"):
        take_into_guideline(inquiry=inquiry, text="x", taken_by=UserFactory())


def test_a_corpus_without_a_guideline_gets_one(corpus: Corpus) -> None:
    version = take_into_guideline(inquiry=answered(asked(claimed(corpus))), text="x", taken_by=UserFactory())
    assert version.texts["zh"].startswith("## 问与答\n\n> ")
    assert version.texts["en"].startswith("## Questions and answers\n\n> ")
