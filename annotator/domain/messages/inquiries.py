"""Inquiries to the manager: sent for an utterance, answered, and optionally added to the guideline."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Case, F, Q, QuerySet, When

from annotator.domain.messages.inbox import cleaned_text, existing_message, utterance_of
from annotator.models import Assignment, Inquiry
from common.errors import Refused
from common.models import User
from corpus.domain.codebooks.guideline_versions import LANGUAGES, add_guideline_version
from corpus.models import Corpus, GuidelineVersion, Rater
from corpus.rules.guideline.sections import quoted, with_example

State = Inquiry.State
TITLES = {"zh": "问与答", "en": "Questions and answers"}


@transaction.atomic
def send_inquiry(
    *, assignment: Assignment, public_id: UUID, utterance: UUID, text: str, now: datetime, about: str = ""
) -> Inquiry:
    """Store an inquiry of an annotator; the same id a second time changes nothing.

    Args:
        assignment: under which the utterance was shown.
        public_id: made by the page.
        utterance: public id, of the assignment's dialogue.
        text: of the inquiry.
        now: the moment.
        about: slug of a task or link; ignored if the codebook does not have it.

    Raises:
        Refused: `annotator.id_taken`, `annotator.unknown_utterance`, `annotator.too_long`, `inquiry.empty`.
    """
    if before := existing_message(Inquiry, public_id=public_id, assignment=assignment):
        return before
    text = cleaned_text(text)
    if not text:
        raise Refused("inquiry.empty")
    known = {each.slug for each in assignment.codebook.rules().questions}
    inquiry, _ = Inquiry.objects.get_or_create(
        public_id=public_id,
        defaults={
            "corpus_id": assignment.dialogue.corpus_id,
            "assignment": assignment,
            "utterance": utterance_of(assignment, utterance),
            "about": about if about in known else "",
            "text": text,
            "created_at": now,
        },
    )
    return inquiry


@transaction.atomic
def answer_inquiry(*, inquiry: Inquiry, answered_by: User, reply: str, now: datetime, published_text: str = "") -> None:
    """Answer an inquiry, or change its answer: the annotator is notified again. The same answer changes nothing.

    Args:
        inquiry: the inquiry.
        answered_by: the manager.
        reply: the answer.
        now: the moment.
        published_text: the inquiry as all annotators may read it together with the answer; empty: not published.

    Raises:
        Refused: `inquiry.no_reply`, `annotator.too_long`.
    """
    inquiry = Inquiry.objects.select_for_update(of=("self",)).get(pk=inquiry.pk)
    reply = cleaned_text(reply)
    if not reply:
        raise Refused("inquiry.no_reply")
    published_text = cleaned_text(published_text)
    if (inquiry.reply, inquiry.published_text) == (reply, published_text):
        return
    inquiry.state, inquiry.reply, inquiry.published_text = State.ANSWERED, reply, published_text
    inquiry.settled_by, inquiry.settled_at, inquiry.seen_at = answered_by, now, None
    inquiry.save(update_fields=["state", "reply", "published_text", "settled_by", "settled_at", "seen_at"])


@transaction.atomic
def take_into_guideline(*, inquiry: Inquiry, text: str, taken_by: User) -> GuidelineVersion:
    """Add an answered inquiry to the guideline as an example in the section of its task, in each language.

    Args:
        inquiry: an answered one.
        text: the inquiry as the guideline quotes it.
        taken_by: the manager.

    Returns:
        The new version, which is in use and announced to all annotators.

    Raises:
        Refused: `inquiry.open`, `inquiry.in_guideline`, `inquiry.empty`, `guideline.too_long`.
    """
    inquiry = Inquiry.objects.select_for_update(of=("self",)).select_related("utterance").get(pk=inquiry.pk)
    if inquiry.state != State.ANSWERED:
        raise Refused("inquiry.open")
    if inquiry.guideline_id:
        raise Refused("inquiry.in_guideline")
    if not text.strip():
        raise Refused("inquiry.empty")
    corpora = Corpus.objects.select_for_update(of=("self",)).select_related("codebook", "guideline")
    corpus = corpora.get(pk=inquiry.corpus_id)
    quote = inquiry.utterance.text if inquiry.utterance else ""
    example = quoted(quote=quote, question=text, answer=inquiry.reply)
    texts = corpus.guideline.texts if corpus.guideline else dict.fromkeys(LANGUAGES, "")
    written = {
        language: with_example(
            before,
            anchor=anchor_of(corpus, inquiry.about, language),
            title=TITLES.get(language, TITLES["en"]),
            example=example,
        )
        for language, before in texts.items()
    }
    inquiry.guideline = add_guideline_version(corpus=corpus, texts=written, created_by=taken_by)
    inquiry.save(update_fields=["guideline"])
    return inquiry.guideline


@transaction.atomic
def answer_in_guideline(
    *, inquiry: Inquiry, answered_by: User, reply: str, wording: str, is_published: bool, now: datetime
) -> GuidelineVersion:
    """Answer an inquiry and add it to the guideline as an example: both or neither.

    Args:
        inquiry: the inquiry.
        answered_by: the manager.
        reply: the answer.
        wording: the inquiry as the guideline quotes it.
        is_published: whether all annotators may read inquiry and answer among their messages as well.
        now: the moment.

    Raises:
        Refused: the codes of `answer_inquiry` and `take_into_guideline`.
    """
    answer_inquiry(
        inquiry=inquiry,
        answered_by=answered_by,
        reply=reply,
        now=now,
        published_text=wording if is_published else "",
    )
    return take_into_guideline(inquiry=inquiry, text=wording, taken_by=answered_by)


def anchor_of(corpus: Corpus, question: str, language: str) -> str:
    """Return the guideline anchor of a question in the codebook in use; may be empty."""
    if corpus.codebook is None or not question:
        return ""
    texts = corpus.codebook.document.get("texts", {})
    named = [texts.get(each, {}).get(question, {}).get("anchor", "") for each in (language, *texts)]
    return next(filter(None, named), "")


def inquiries_of(*, corpus: Corpus, state: str = "") -> QuerySet[Inquiry]:
    """Return the inquiries of a corpus: open ones first, oldest first, then answered ones, newest first."""
    inquiries = Inquiry.objects.filter(corpus=corpus).select_related(
        "utterance__speaker",
        "assignment__dialogue__episode__playable",
        "assignment__rater__membership__user",
        "settled_by",
        "guideline",
    )
    if state in State.values:
        inquiries = inquiries.filter(state=state)
    waiting_since = Case(When(state=State.OPEN, then=F("created_at")))
    return inquiries.order_by(waiting_since.asc(nulls_last=True), "-created_at", "pk")


def readable_by(rater: Rater) -> QuerySet[Inquiry]:
    """Return the inquiries that an annotator may read: their own and published ones, newest first."""
    published = ~Q(published_text="") & Q(corpus=rater.corpus_id)
    return Inquiry.objects.filter(Q(assignment__rater=rater) | published).order_by("-created_at", "-pk")
