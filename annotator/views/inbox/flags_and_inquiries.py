"""The manager's inbox: flags on utterances and questions."""

import uuid
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST

from annotator.domain.messages import flags as flags_domain
from annotator.domain.messages import inquiries as questions_domain
from annotator.domain.messages.inbox import inbox
from annotator.forms.inbox import AnswerForm, DeclineForm, FlagForm
from annotator.models import Flag, Inquiry
from annotator.views.inbox.form_actions import act_on
from corpus.access import corpus_view
from corpus.models import Annotation, Corpus, Membership, Rater, Speaker, Utterance
from corpus.rules.timestamps import stamp

PER_PAGE = 20
MANAGER = Membership.Role.MANAGER


@require_GET
@corpus_view(MANAGER)
def first(request: HttpRequest, corpus: Corpus, membership: Membership) -> HttpResponse:  # noqa: ARG001
    """Lead to where something waits."""
    waiting = inbox(corpus)
    counts = (waiting.flags, waiting.questions, waiting.returned)
    places = zip(("annotator:flags", "annotator:questions", "annotator:returned"), counts, strict=True)
    return redirect(next((name for name, count in places if count), "annotator:flags"), corpus.slug)


@require_GET
@corpus_view(MANAGER)
def flags(request: HttpRequest, corpus: Corpus, membership: Membership) -> HttpResponse:
    """Show the flags of one state and reason, each with its utterance between its neighbours."""
    state, reason = request.GET.get("state", Flag.State.OPEN), request.GET.get("reason", "")
    page = Paginator(flags_domain.flags_of(corpus=corpus, state=state, reason=reason), PER_PAGE).get_page(
        request.GET.get("page")
    )
    found = list(page)
    context = flags_domain.neighbours(found)
    labelled = _labelled(found)
    rows = [_row(flag, context[flag.pk], labelled.get(flag.utterance_id, 0)) for flag in found]
    shown = {
        "corpus": corpus,
        "membership": membership,
        "page": page,
        "rows": rows,
        "state": state,
        "reason": reason,
        "states": [choice for choice in Flag.State.choices if choice[0] != Flag.State.WITHDRAWN],
        "reasons": Flag.Reason.choices,
        "speakers": _speakers(found),
        "inbox": inbox(corpus),
    }
    return render(request, "annotator/inbox/flags.html", shown)


@require_POST
@corpus_view(MANAGER)
def accept_flag(request: HttpRequest, corpus: Corpus, membership: Membership, public_id: uuid.UUID) -> HttpResponse:
    """Agree to a flag and change its utterance as the form says."""
    flag = get_object_or_404(Flag, public_id=public_id, corpus=corpus)
    form = FlagForm(request.POST)

    def accept() -> str:
        touched = flags_domain.accept_flag(
            flag=flag, settled_by=membership.user, now=timezone.now(), **form.cleaned_data
        )
        told = ngettext(
            "Accepted. %(count)d person is asked again.", "Accepted. %(count)d people are asked again.", touched
        )
        return told % {"count": touched} if touched else _("Accepted.")

    return act_on(request, form, accept, "annotator:flags", corpus)


@require_POST
@corpus_view(MANAGER)
def decline_flag(request: HttpRequest, corpus: Corpus, membership: Membership, public_id: uuid.UUID) -> HttpResponse:
    """Leave the utterance as it is."""
    flag = get_object_or_404(Flag, public_id=public_id, corpus=corpus)
    form = DeclineForm(request.POST)

    def decline() -> str:
        flags_domain.decline_flag(
            flag=flag, settled_by=membership.user, now=timezone.now(), reply=form.cleaned_data["reply"]
        )
        return _("Declined.")

    return act_on(request, form, decline, "annotator:flags", corpus)


@require_GET
@corpus_view(MANAGER)
def questions(request: HttpRequest, corpus: Corpus, membership: Membership) -> HttpResponse:
    """Show the questions, open ones first."""
    state = request.GET.get("state", "")
    found = questions_domain.questions_of(corpus=corpus, state=state)
    page = Paginator(found, PER_PAGE).get_page(request.GET.get("page"))
    names = _names(corpus)
    rows = [(question, names.get(question.about, ""), _answer_form(question)) for question in page]
    shown = {
        "corpus": corpus,
        "membership": membership,
        "page": page,
        "rows": rows,
        "state": state,
        "states": Inquiry.State.choices,
        "inbox": inbox(corpus),
    }
    return render(request, "annotator/inbox/questions.html", shown)


@require_POST
@corpus_view(MANAGER)
def answer(request: HttpRequest, corpus: Corpus, membership: Membership, public_id: uuid.UUID) -> HttpResponse:
    """Answer a question; the second button takes question and answer into the guideline as well."""
    question = get_object_or_404(Inquiry, public_id=public_id, corpus=corpus)
    form = AnswerForm(request.POST)

    def reply() -> str:
        wording, is_published = form.cleaned_data["wording"] or question.text, form.cleaned_data["publish"]
        answer = {"question": question, "answered_by": membership.user, "reply": form.cleaned_data["reply"]}
        if "guideline" not in request.POST:
            questions_domain.answer_inquiry(
                **answer, published_text=wording if is_published else "", now=timezone.now()
            )
            return _("Answered.")
        version = questions_domain.answer_in_guideline(
            **answer, wording=wording, is_published=is_published, now=timezone.now()
        )
        told = _("Answered. The guideline has it now, in version %(version)s; annotators are told.")
        return told % {"version": version.version}

    return act_on(request, form, reply, "annotator:questions", corpus)


def _row(flag: Flag, context: list[Utterance], labelled: int) -> dict[str, Any]:
    """Put together what the page shows of a flag; the form holds what accepting would make of the utterance."""
    utterance = flag.utterance
    proposes = flag.start_ms is not None
    start, end = (flag.start_ms, flag.end_ms) if proposes else (utterance.start_ms, utterance.end_ms)
    initial = {
        "text": utterance.text,
        "speaker": utterance.speaker.name if utterance.speaker else "",
        "start_ms": "" if start is None else stamp(start),
        "end_ms": "" if end is None else stamp(end),
    }
    form = FlagForm(initial=initial, auto_id=f"%s-of-{flag.public_id}") if flag.state == Flag.State.OPEN else None
    return {"flag": flag, "context": context, "labelled": labelled, "proposes": proposes, "form": form}


def _answer_form(question: Inquiry) -> AnswerForm:
    initial = {
        "reply": question.reply,
        "wording": question.published_text or question.text,
        "publish": bool(question.published_text),
    }
    return AnswerForm(initial=initial, auto_id=f"%s-of-{question.public_id}")


def _labelled(found: list[Flag]) -> dict[int, int]:
    """Count the people whose labels a change of the flagged utterances would touch."""
    standing = Annotation.objects.filter(
        utterance__in={flag.utterance_id for flag in found}, answers__isnull=False, rater__kind=Rater.Kind.MEMBER
    )
    counts = standing.order_by().values("utterance").annotate(count=Count("rater", distinct=True))
    return dict(counts.values_list("utterance", "count"))


def _speakers(found: list[Flag]) -> QuerySet[Speaker]:
    return Speaker.objects.filter(series__in={flag.utterance.dialogue.series_id for flag in found}).order_by("name")


def _names(corpus: Corpus) -> dict[str, str]:
    """Return the questions of the codebook in use by slug, as the reader calls them."""
    if corpus.codebook is None:
        return {}
    rules, language = corpus.codebook.rules(), (get_language() or "en").partition("-")[0]
    return {each.slug: rules.text(each.slug, language).name for each in rules.questions}
