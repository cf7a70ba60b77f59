"""Questions to the manager: asked at an utterance, answered once, and perhaps taken up by the guideline."""

from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.db.models import Case, F, Q, QuerySet, When

from annotator.domain.messages.inbox import checked_text, sent_before, utterance_of
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
    """Keep an annotator's question; the same id a second time changes nothing.

    Args:
        assignment: under which it came up.
        public_id: made by the page.
        utterance: public id, of the assignment's dialogue.
        text: what is asked.
        now: the moment.
        about: slug of the task or link it is about; one that the codebook does not have is left out.

    Raises:
        Refused: `annotator.id_taken`, `annotator.unknown_utterance`, `annotator.too_long`, `question.empty`.
    """
    if before := sent_before(Inquiry, public_id=public_id, assignment=assignment):
        return before
    text = checked_text(text)
    if not text:
        raise Refused("question.empty")
    known = {each.slug for each in assignment.codebook.rules().questions}
    question, _ = Inquiry.objects.get_or_create(
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
    return question


@transaction.atomic
def answer_inquiry(
    *, question: Inquiry, answered_by: User, reply: str, now: datetime, published_text: str = ""
) -> None:
    """Answer a question, or answer it anew: its annotator is told again. The same answer changes nothing.

    Args:
        question: the question.
        answered_by: the manager.
        reply: the answer.
        now: the moment.
        published_text: the question as all annotators may read it, with the answer; empty keeps both between the two.

    Raises:
        Refused: `question.no_reply`, `annotator.too_long`.
    """
    question = Inquiry.objects.select_for_update(of=("self",)).get(pk=question.pk)
    reply = checked_text(reply)
    if not reply:
        raise Refused("question.no_reply")
    published_text = checked_text(published_text)
    if (question.reply, question.published_text) == (reply, published_text):
        return
    question.state, question.reply, question.published_text = State.ANSWERED, reply, published_text
    question.settled_by, question.settled_at, question.seen_at = answered_by, now, None
    question.save(update_fields=["state", "reply", "published_text", "settled_by", "settled_at", "seen_at"])


@transaction.atomic
def take_into_guideline(*, question: Inquiry, text: str, taken_by: User) -> GuidelineVersion:
    """Make an answered question an example of the guideline, at the place of its task; each language gets it.

    Args:
        question: an answered one.
        text: the question as the guideline tells it.
        taken_by: the manager.

    Returns:
        The new version, which is in use and announced to every annotator.

    Raises:
        Refused: `question.open`, `question.in_guideline`, `question.empty`, `guideline.too_long`.
    """
    question = Inquiry.objects.select_for_update(of=("self",)).select_related("utterance").get(pk=question.pk)
    if question.state != State.ANSWERED:
        raise Refused("question.open")
    if question.guideline_id:
        raise Refused("question.in_guideline")
    if not text.strip():
        raise Refused("question.empty")
    corpora = Corpus.objects.select_for_update(of=("self",)).select_related("codebook", "guideline")
    corpus = corpora.get(pk=question.corpus_id)
    quote = question.utterance.text if question.utterance else ""
    example = quoted(quote=quote, question=text, answer=question.reply)
    texts = corpus.guideline.texts if corpus.guideline else dict.fromkeys(LANGUAGES, "")
    written = {
        language: with_example(
            before,
            anchor=anchor_of(corpus, question.about, language),
            title=TITLES.get(language, TITLES["en"]),
            example=example,
        )
        for language, before in texts.items()
    }
    question.guideline = add_guideline_version(corpus=corpus, texts=written, created_by=taken_by)
    question.save(update_fields=["guideline"])
    return question.guideline


@transaction.atomic
def answer_in_guideline(
    *, question: Inquiry, answered_by: User, reply: str, wording: str, is_published: bool, now: datetime
) -> GuidelineVersion:
    """Answer an inquiry and add it to the guideline as an example: both or neither.

    Args:
        question: the inquiry.
        answered_by: the manager.
        reply: the answer.
        wording: the inquiry as the guideline quotes it.
        is_published: whether all annotators may read inquiry and answer among their messages as well.
        now: the moment.

    Raises:
        Refused: the codes of `answer_inquiry` and `take_into_guideline`.
    """
    answer_inquiry(
        question=question,
        answered_by=answered_by,
        reply=reply,
        now=now,
        published_text=wording if is_published else "",
    )
    return take_into_guideline(question=question, text=wording, taken_by=answered_by)


def anchor_of(corpus: Corpus, question: str, language: str) -> str:
    """Return the place in the guideline that the codebook in use names for one of its questions; may be empty."""
    if corpus.codebook is None or not question:
        return ""
    texts = corpus.codebook.document.get("texts", {})
    named = [texts.get(each, {}).get(question, {}).get("anchor", "") for each in (language, *texts)]
    return next(filter(None, named), "")


def questions_of(*, corpus: Corpus, state: str = "") -> QuerySet[Inquiry]:
    """Return the questions of a corpus: open ones first and oldest first, then those answered, newest first."""
    found = Inquiry.objects.filter(corpus=corpus).select_related(
        "utterance__speaker",
        "assignment__dialogue__episode__playable",
        "assignment__rater__membership__user",
        "settled_by",
        "guideline",
    )
    if state in State.values:
        found = found.filter(state=state)
    waiting_since = Case(When(state=State.OPEN, then=F("created_at")))
    return found.order_by(waiting_since.asc(nulls_last=True), "-created_at", "pk")


def readable_by(rater: Rater) -> QuerySet[Inquiry]:
    """Return the questions an annotator may read: their own, and what the manager published; newest first."""
    published = ~Q(published_text="") & Q(corpus=rater.corpus_id)
    return Inquiry.objects.filter(Q(assignment__rater=rater) | published).order_by("-created_at", "-pk")
