"""Inbox of the manager: flags and inquiries."""

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
from annotator.domain.messages import inquiries as inquiries_domain
from annotator.domain.messages.inbox import inbox
from annotator.forms.inbox import DeclineForm, FlagForm, InquiryReplyForm
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
    """Redirect to the first list with open messages."""
    waiting = inbox(corpus)
    lists = {
        "annotator:flags": waiting.flags,
        "annotator:inquiries": waiting.inquiries,
        "annotator:returned": waiting.returned,
        "annotator:fast_labelling": waiting.fast_labelling,
    }
    return redirect(next((name for name, count in lists.items() if count), "annotator:flags"), corpus.slug)


@require_GET
@corpus_view(MANAGER)
def flags(request: HttpRequest, corpus: Corpus, membership: Membership) -> HttpResponse:
    """Show the flags of one state and reason, each utterance with its neighbours."""
    state, reason = request.GET.get("state", Flag.State.OPEN), request.GET.get("reason", "")
    page = Paginator(flags_domain.flags_of(corpus=corpus, state=state, reason=reason), PER_PAGE).get_page(
        request.GET.get("page")
    )
    listed = list(page)
    context = flags_domain.neighbours(listed)
    labelled = _labelled(listed)
    rows = [_row(flag, context[flag.pk], labelled.get(flag.utterance_id, 0)) for flag in listed]
    shown = {
        "corpus": corpus,
        "membership": membership,
        "page": page,
        "rows": rows,
        "state": state,
        "reason": reason,
        "states": [choice for choice in Flag.State.choices if choice[0] != Flag.State.WITHDRAWN],
        "reasons": Flag.Reason.choices,
        "flag_filter": reason if reason in Flag.Reason.values else "open" if state == Flag.State.OPEN else "any",
        "speakers": _speakers(listed),
        "inbox": inbox(corpus),
    }
    return render(request, "annotator/inbox/flags.html", shown)


@require_POST
@corpus_view(MANAGER)
def accept_flag(request: HttpRequest, corpus: Corpus, membership: Membership, public_id: uuid.UUID) -> HttpResponse:
    """Accept a flag and edit its utterance."""
    flag = get_object_or_404(Flag, public_id=public_id, corpus=corpus)
    form = FlagForm(request.POST)

    def accept() -> str:
        affected = flags_domain.accept_flag(
            flag=flag, settled_by=membership.user, now=timezone.now(), **form.cleaned_data
        )
        message = ngettext(
            "Accepted. %(count)d annotator has to answer again.",
            "Accepted. %(count)d annotators have to answer again.",
            affected,
        )
        return message % {"count": affected} if affected else _("Accepted.")

    return act_on(request, form, accept, "annotator:flags", corpus)


@require_POST
@corpus_view(MANAGER)
def decline_flag(request: HttpRequest, corpus: Corpus, membership: Membership, public_id: uuid.UUID) -> HttpResponse:
    """Decline a flag; the utterance stays as it is."""
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
def inquiries(request: HttpRequest, corpus: Corpus, membership: Membership) -> HttpResponse:
    """Show the inquiries, open ones first."""
    state = request.GET.get("state", "")
    listed = inquiries_domain.inquiries_of(corpus=corpus, state=state)
    page = Paginator(listed, PER_PAGE).get_page(request.GET.get("page"))
    names = _names(corpus)
    rows = [(inquiry, names.get(inquiry.about, ""), _reply_form(inquiry)) for inquiry in page]
    shown = {
        "corpus": corpus,
        "membership": membership,
        "page": page,
        "rows": rows,
        "state": state,
        "states": Inquiry.State.choices,
        "inbox": inbox(corpus),
    }
    return render(request, "annotator/inbox/inquiries.html", shown)


@require_POST
@corpus_view(MANAGER)
def answer_inquiry(request: HttpRequest, corpus: Corpus, membership: Membership, public_id: uuid.UUID) -> HttpResponse:
    """Answer an inquiry; the second button also adds it to the guideline."""
    inquiry = get_object_or_404(Inquiry, public_id=public_id, corpus=corpus)
    form = InquiryReplyForm(request.POST)

    def reply() -> str:
        wording, is_published = form.cleaned_data["wording"] or inquiry.text, form.cleaned_data["publish"]
        answer = {"inquiry": inquiry, "answered_by": membership.user, "reply": form.cleaned_data["reply"]}
        if "guideline" not in request.POST:
            inquiries_domain.answer_inquiry(
                **answer, published_text=wording if is_published else "", now=timezone.now()
            )
            return _("Answered.")
        version = inquiries_domain.answer_in_guideline(
            **answer, wording=wording, is_published=is_published, now=timezone.now()
        )
        message = _("Answered and added to the guideline as version %(version)s. Annotators are notified.")
        return message % {"version": version.version}

    return act_on(request, form, reply, "annotator:inquiries", corpus)


def _row(flag: Flag, context: list[Utterance], labelled: int) -> dict[str, Any]:
    """Return the context of a flag; its form holds the edited utterance that accepting would save."""
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


def _reply_form(inquiry: Inquiry) -> InquiryReplyForm:
    initial = {
        "reply": inquiry.reply,
        "wording": inquiry.published_text or inquiry.text,
        "publish": bool(inquiry.published_text),
    }
    return InquiryReplyForm(initial=initial, auto_id=f"%s-of-{inquiry.public_id}")


def _labelled(listed: list[Flag]) -> dict[int, int]:
    """Count the people whose answers an edit of each flagged utterance would affect."""
    annotations = Annotation.objects.filter(
        utterance__in={flag.utterance_id for flag in listed}, answers__isnull=False, rater__kind=Rater.Kind.MEMBER
    )
    counts = annotations.order_by().values("utterance").annotate(count=Count("rater", distinct=True))
    return dict(counts.values_list("utterance", "count"))


def _speakers(listed: list[Flag]) -> QuerySet[Speaker]:
    return Speaker.objects.filter(series__in={flag.utterance.dialogue.series_id for flag in listed}).order_by("name")


def _names(corpus: Corpus) -> dict[str, str]:
    """Return the names of the questions in the codebook in use, by slug, in the reader's language."""
    if corpus.codebook is None:
        return {}
    rules, language = corpus.codebook.rules(), (get_language() or "en").partition("-")[0]
    return {each.slug: rules.text(each.slug, language).name for each in rules.questions}
