"""The manager's pages about batches."""

import uuid
from dataclasses import astuple
from typing import Any

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_GET, require_POST

from annotator.domain.batches import batch_progress, batches, unfillable_slots
from annotator.domain.batches.retests import MinimumAge, create_retest
from annotator.domain.figures.conditions import k_of
from annotator.forms.batches import BatchForm, RetestForm, UrgencyForm
from annotator.models import Batch, Slot
from common.errors import Refused
from corpus.access import corpus_view
from corpus.models import Corpus, Membership, Rater

MANAGER = Membership.Role.MANAGER
PER_PAGE = 50


@require_GET
@corpus_view(MANAGER)
def listing(request: HttpRequest, corpus: Corpus, membership: Membership) -> HttpResponse:
    """List the batches in the order in which they are served."""
    rows: list[Any] = list(batch_progress.batches(corpus=corpus))
    waiting, k, today = batch_progress.undealt(corpus=corpus), k_of(corpus), timezone.localdate()
    for batch in rows:
        batch.all += waiting * k if batch.is_automatic else 0
        batch.late = batch_progress.is_late(batch, today=today, left=batch.all - batch.done)
    context = {"corpus": corpus, "membership": membership, "batches": rows, "undealt": waiting}
    return render(request, "annotator/batches/list.html", context)


@corpus_view(MANAGER)
def create(request: HttpRequest, corpus: Corpus, membership: Membership) -> HttpResponse:
    """Create a batch."""
    form = BatchForm(request.POST or None, corpus=corpus, k=k_of(corpus) or 3)
    if request.method == "POST" and form.is_valid():
        share, chosen = (
            form.more_annotators(),
            {
                "corpus": corpus,
                **{name: form.cleaned_data[name] for name in ("name", "priority", "deadline")},
                "spec": form.spec(),
                "created_by": membership.user,
                "now": timezone.now(),
            },
        )
        try:
            if share:
                first, rest = batches.create_batches(share=share, **chosen)
                _say_created(request, first, rest)
                return redirect("annotator:batches", corpus.slug)
            batch = batches.create_batch(**chosen)
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            if batch.job is None:
                count = batch.dealt
                message = ngettext("Batch with %(n)s dialogue created.", "Batch with %(n)s dialogues created.", count)
                messages.success(request, message % {"n": count})
            return redirect("annotator:batch", corpus.slug, batch.public_id)
    context = {"corpus": corpus, "membership": membership, "form": form}
    return render(request, "annotator/batches/create.html", context)


@corpus_view(MANAGER)
def retest(request: HttpRequest, corpus: Corpus, membership: Membership) -> HttpResponse:
    """Create a retest of people's own earlier dialogues."""
    form = RetestForm(request.POST or None, corpus=corpus, initial={"name": _("Retest")})
    if request.method == "POST" and form.is_valid():
        data = form.cleaned_data
        try:
            batch = create_retest(
                corpus=corpus,
                name=data["name"],
                people=list(data["people"]),
                count=data["count"],
                minimum_age=MinimumAge(days=data["days"], dialogues=data["dialogues"]),
                percent=data["percent"],
                created_by=membership.user,
                now=timezone.now(),
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("annotator:batch", corpus.slug, batch.public_id)
    context = {"corpus": corpus, "membership": membership, "form": form}
    return render(request, "annotator/batches/retest.html", context)


@require_GET
@corpus_view(MANAGER)
def show(request: HttpRequest, corpus: Corpus, membership: Membership, public_id: uuid.UUID) -> HttpResponse:
    """Show the progress, people and slots of a batch."""
    return _shown(request, corpus, membership, _batch(corpus, public_id))


@require_POST
@corpus_view(MANAGER)
def change(request: HttpRequest, corpus: Corpus, membership: Membership, public_id: uuid.UUID) -> HttpResponse:
    """Change the name, priority and deadline of a batch."""
    batch, form = _batch(corpus, public_id), UrgencyForm(request.POST)
    if not form.is_valid():
        return _shown(request, corpus, membership, batch, form)
    batches.change_batch(batch=batch, **form.cleaned_data)
    messages.success(request, _("Saved."))
    return redirect("annotator:batch", corpus.slug, public_id)


@require_POST
@corpus_view(MANAGER)
def act(request: HttpRequest, corpus: Corpus, _membership: Membership, public_id: uuid.UUID) -> HttpResponse:
    """Stop, resume or dissolve a batch."""
    batch, what = _batch(corpus, public_id), request.POST.get("what")
    try:
        if what == "stop":
            batches.stop_batch(batch=batch, now=timezone.now())
            messages.success(request, _("Batch stopped. No dialogues are given out until you resume it."))
        elif what == "resume":
            batches.resume_batch(batch=batch)
            messages.success(request, _("Batch resumed."))
        elif what == "dissolve":
            count = batches.dissolve_batch(batch=batch, now=timezone.now())
            message = ngettext(
                "%(n)s slot moved to the automatic batch.", "%(n)s slots moved to the automatic batch.", count
            )
            messages.success(request, message % {"n": count})
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("annotator:batch", corpus.slug, public_id)


@require_POST
@corpus_view(MANAGER)
def reassign(
    request: HttpRequest, corpus: Corpus, _membership: Membership, public_id: uuid.UUID, person: uuid.UUID
) -> HttpResponse:
    """Reassign the unfillable slots of a person to others in the batch."""
    batch, rater = _batch(corpus, public_id), get_object_or_404(Rater, corpus=corpus, public_id=person)
    try:
        reassigned, left = astuple(unfillable_slots.reassign(batch=batch, rater=rater))
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        if reassigned:
            message = ngettext("%(n)s slot reassigned to others.", "%(n)s slots reassigned to others.", reassigned)
            messages.success(request, message % {"n": reassigned})
        if left:
            message = ngettext(
                "%(n)s slot could not be reassigned: no one else in this batch can fill it.",
                "%(n)s slots could not be reassigned: no one else in this batch can fill them.",
                left,
            )
            messages.warning(request, message % {"n": left})
    if request.POST.get("page") == "person":
        return redirect("annotator:person", corpus.slug, person)
    return redirect("annotator:batch", corpus.slug, public_id)


def _say_created(request: HttpRequest, share: Batch, rest: Batch) -> None:
    if share.job is not None:
        messages.success(request, _("Two batches are being created: the share first, then the rest."))
        return
    text = _("Two batches created: %(share)s dialogues with k = %(share_k)s, %(rest)s with k = %(rest_k)s.")
    messages.success(request, text % {"share": share.dealt, "share_k": share.k, "rest": rest.dealt, "rest_k": rest.k})


def _batch(corpus: Corpus, public_id: uuid.UUID) -> Batch:
    found = (each for each in batch_progress.batches(corpus=corpus) if each.public_id == public_id)
    if (batch := next(found, None)) is None:
        raise Http404
    return batch


def _shown(
    request: HttpRequest, corpus: Corpus, membership: Membership, batch: Batch, form: UrgencyForm | None = None
) -> HttpResponse:
    waiting = batch_progress.undealt(corpus=corpus) if batch.is_automatic else 0
    batch.all += waiting * k_of(corpus)  # type: ignore[attr-defined]
    slots = (
        Slot.objects.filter(batch=batch)
        .select_related("dialogue", "rater__membership__user")
        .order_by("rank", "number")
    )
    initial = {"name": batch.name, "priority": batch.priority, "deadline": batch.deadline}
    context = {
        "corpus": corpus,
        "membership": membership,
        "batch": batch,
        "late": batch_progress.is_late(batch, today=timezone.localdate(), left=batch.all - batch.done),  # type: ignore[attr-defined]
        "undealt": waiting,
        "people": batch_progress.people_of(batch=batch),
        "unfillable_slots": unfillable_slots.unfillable_slots_of(batch=batch)
        if batch.given == Batch.Given.SHARED
        else [],
        "page": Paginator(slots, PER_PAGE).get_page(request.GET.get("page")),
        "form": form or UrgencyForm(initial=initial),
    }
    return render(request, "annotator/batches/show.html", context)
