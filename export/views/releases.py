"""Pages and downloads of releases, for managers."""

import logging
import uuid
import zipfile

from django.contrib import messages
from django.db.models import Exists, OuterRef, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from agreement.presentation.left_out import named_versions
from annotator.access import sees_figures_of_raters, shows_answers
from common.errors import Refused
from common.files.ranged_response import download as file_download
from common.models import User
from corpus.access import corpus_view
from corpus.models import Annotation, Corpus, Dialogue, Membership
from export.domain.datasheet import answer_datasheet
from export.domain.listing import listed_releases
from export.domain.releases import delete_failed_release, discard_release, mark_final, request_release, severe_findings
from export.domain.size_estimate import offered_sizes
from export.forms import DatasheetForm, ReleaseForm, SeriesForm
from export.metadata.release_summary import release_summary
from export.models import Release

log = logging.getLogger(__name__)


@corpus_view(Membership.Role.MANAGER, while_archived=True)
def releases(request: HttpRequest, corpus: Corpus, membership: Membership) -> HttpResponse:
    """List the releases and accept the request for a new one."""
    assert isinstance(request.user, User)  # noqa: S101 -- LoginRequiredMiddleware comes before every view
    form = ReleaseForm(request.POST or None, corpus=corpus)
    if request.method == "POST" and form.is_valid():
        try:
            requested = request_release(
                corpus=corpus, name=form.cleaned_data["name"], options=form.options(), requested_by=request.user
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return redirect("export:release", corpus.slug, requested.public_id)
    context = {"corpus": corpus, "membership": membership, "releases": listed_releases(corpus), "form": form}
    context["sizes"] = offered_sizes(corpus, raters=len(form.offered))
    rules = corpus.codebook.rules() if corpus.codebook else None
    context["different"] = named_versions(form.different, rules, get_language() or "en")
    return render(request, "export/releases.html", context)


@require_safe
@corpus_view(Membership.Role.MANAGER)
def release(request: HttpRequest, corpus: Corpus, membership: Membership, public_id: uuid.UUID) -> HttpResponse:
    """Show the progress of a release, or its contents."""
    row = _release(corpus, public_id)
    context: dict[str, object] = {"corpus": corpus, "membership": membership, "release": row}
    context["hides_raters"] = row.manifest is not None and not sees_figures_of_raters(membership)
    earlier = corpus.releases.filter(number__lt=row.number or 0, file__isnull=False).order_by("-number")
    context["earlier"] = earlier.only("public_id").first()
    context["severe"] = severe_findings(row)
    context["is_missing"] = row.file is not None and not row.file.path.is_file()
    if row.manifest is not None and sees_figures_of_raters(membership):
        context["summary"] = release_summary(row.manifest, get_language())
    return render(request, "export/release.html", context)


def answered_dialogues(corpus: Corpus, **_url: object) -> QuerySet[Dialogue]:
    answers = Annotation.objects.filter(utterance__dialogue=OuterRef("pk"), answers__isnull=False)
    return Dialogue.objects.filter(Exists(answers), corpus=corpus)


@corpus_view(Membership.Role.MANAGER, while_archived=True)
@shows_answers(answered_dialogues)
@require_safe
def download(request: HttpRequest, corpus: Corpus, _membership: Membership, public_id: uuid.UUID) -> HttpResponseBase:
    """Send the zip, or the part of it that a client still lacks."""
    row = _built(corpus, public_id)
    assert row.file is not None  # noqa: S101 -- _built checked it
    file = row.file
    return file_download(request, file.path, file.content_type, filename=row.file_name, sha256=file.sha256)


@corpus_view(Membership.Role.MANAGER)
@shows_answers(answered_dialogues)
@require_safe
def manifest(_request: HttpRequest, corpus: Corpus, _membership: Membership, public_id: uuid.UUID) -> HttpResponse:
    """Send the manifest with the same bytes as in the zip."""
    row = _built(corpus, public_id)
    assert row.file is not None  # noqa: S101 -- _built checked it
    try:
        with zipfile.ZipFile(row.file.path) as archive:
            name = next(name for name in archive.namelist() if name.endswith("/manifest.json"))
            return HttpResponse(archive.read(name), content_type="application/json; charset=utf-8")
    except (zipfile.BadZipFile, StopIteration) as error:
        log.exception("the file of release %s is damaged", row.public_id)
        raise Http404 from error


@corpus_view(Membership.Role.MANAGER, while_archived=True)
def datasheet(request: HttpRequest, corpus: Corpus, membership: Membership) -> HttpResponse:
    """Ask the questions about the corpus that no record answers, and the licences of its series; keep the answers."""
    form = DatasheetForm(request.POST or None, corpus=corpus)
    series = None if corpus.archived_at else SeriesForm(request.POST or None, corpus=corpus)
    if request.method == "POST" and form.is_valid() and (series is None or series.is_valid()):
        answer_datasheet(corpus=corpus, answers=form.cleaned_data, answered_by=membership.user)
        if series is not None:
            series.save()
        messages.success(request, _("The answers were saved. Every later release contains them."))
        return redirect("export:datasheet", corpus.slug)
    context = {"corpus": corpus, "membership": membership, "form": form, "series": series}
    return render(request, "export/datasheet.html", context)


@require_POST
@corpus_view(Membership.Role.MANAGER, while_archived=True)
def final(request: HttpRequest, corpus: Corpus, membership: Membership, public_id: uuid.UUID) -> HttpResponse:
    """Mark a release as the one to publish."""
    row = _release(corpus, public_id)
    try:
        mark_final(release=row, reason=request.POST.get("reason", ""), marked_by=membership.user, now=timezone.now())
        messages.success(request, _("The release is marked as final."))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("export:release", corpus.slug, row.public_id)


@require_POST
@corpus_view(Membership.Role.MANAGER, while_archived=True)
def discard(request: HttpRequest, corpus: Corpus, membership: Membership, public_id: uuid.UUID) -> HttpResponse:
    """Discard a release that was made."""
    row = _release(corpus, public_id)
    try:
        discard_release(
            release=row, reason=request.POST.get("reason", ""), discarded_by=membership.user, now=timezone.now()
        )
        messages.success(request, _("The release was discarded. Its name is never used again."))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("export:release", corpus.slug, row.public_id)


@require_POST
@corpus_view(Membership.Role.MANAGER, while_archived=True)
def delete_failed(request: HttpRequest, corpus: Corpus, _membership: Membership, public_id: uuid.UUID) -> HttpResponse:
    """Delete a failed release."""
    try:
        delete_failed_release(release=_release(corpus, public_id))
        messages.success(request, _("The failed release was deleted."))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("export:releases", corpus.slug)


def _release(corpus: Corpus, public_id: uuid.UUID) -> Release:
    releases = Release.objects.select_related("job", "file", "created_by", "discarded_by", "final_by")
    return get_object_or_404(releases, corpus=corpus, public_id=public_id)


def _built(corpus: Corpus, public_id: uuid.UUID) -> Release:
    row = _release(corpus, public_id)
    if row.file is None or not row.file.path.is_file():
        raise Http404
    return row
