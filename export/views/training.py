"""The page of a release's baselines: train models, and read what they reach."""

from __future__ import annotations

import uuid
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.views.decorators.http import require_safe

from annotator.access import sees_figures_of_raters, shows_answers
from common.errors import Refused
from common.files.ranged_response import download as file_download
from corpus.access import corpus_view
from corpus.models import Corpus, Membership
from export.domain.training.process import is_installed
from export.domain.training.trainings import picture as stored_picture
from export.domain.training.trainings import request_training
from export.forms import TrainingForm
from export.metadata.training_summary import shown_training
from export.models import Release, Training
from export.views.releases import answered_dialogues


@corpus_view(Membership.Role.MANAGER, while_archived=True)
def baselines(request: HttpRequest, corpus: Corpus, membership: Membership, public_id: uuid.UUID) -> HttpResponse:
    """Show the baselines of a release, and accept the request to train some."""
    release = get_object_or_404(Release.objects.select_related("file"), corpus=corpus, public_id=public_id)
    training = Training.objects.select_related("job", "file").filter(release=release).first()
    form = TrainingForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            request_training(
                release=release,
                models=form.cleaned_data["models"],
                seeds=int(form.cleaned_data["seeds"]),
                requested_by=membership.user,
            )
            return redirect("export:baselines", corpus.slug, public_id)
        except Refused as refusal:
            messages.error(request, str(refusal))
    context: dict[str, Any] = {"corpus": corpus, "membership": membership, "release": release, "form": form}
    context |= {"training": training, "job": training.job if training else None, "is_installed": is_installed()}
    if training is not None and training.summary is not None:
        context["hides_raters"] = not sees_figures_of_raters(membership)
        if not context["hides_raters"]:
            rules = corpus.codebook.rules() if corpus.codebook else None
            context["shown"] = shown_training(training.summary, rules, get_language() or "en")
    return render(request, "export/baselines.html", context)


@require_safe
@corpus_view(Membership.Role.MANAGER)
@shows_answers(answered_dialogues)
def picture(
    _request: HttpRequest, corpus: Corpus, _membership: Membership, public_id: uuid.UUID, name: str
) -> HttpResponse:
    """Send a picture of the report."""
    svg = stored_picture(_stored(corpus, public_id), name)
    if svg is None:
        raise Http404
    return HttpResponse(svg, content_type="image/svg+xml; charset=utf-8")


@corpus_view(Membership.Role.MANAGER, while_archived=True)
@shows_answers(answered_dialogues)
@require_safe
def download(request: HttpRequest, corpus: Corpus, _membership: Membership, public_id: uuid.UUID) -> HttpResponseBase:
    """Send the zip with the report (JSON, Markdown, LaTeX, pictures) and the predictions of each run."""
    training = _stored(corpus, public_id)
    file = training.file
    assert file is not None  # noqa: S101 -- _stored checked it
    name = f"{corpus.slug}-{training.release.name}-baseline.zip"
    return file_download(request, file.path, file.content_type, filename=name, sha256=file.sha256)


def _stored(corpus: Corpus, public_id: uuid.UUID) -> Training:
    rows = Training.objects.select_related("file", "release")
    row = get_object_or_404(rows, release__corpus=corpus, release__public_id=public_id)
    if row.file is None or not row.file.path.is_file():
        raise Http404
    return row
