"""Sharing links of releases: their page for managers, and the public pages behind them."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import wraps
from typing import Any, Concatenate, ParamSpec

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core.paginator import Paginator
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from common.auth.client_address import client_address
from common.auth.visitor_limit import VisitorLimit
from common.errors import Refused
from common.files.ranged_response import download, requested_bytes
from common.models import User
from corpus.access import corpus_view
from corpus.models import Corpus, Membership
from export.domain.sharing import (
    downloads_of,
    find_shared_release,
    links_of,
    record_download,
    revoke_sharing_link,
    share_release,
)
from export.forms import SharingForm
from export.metadata.release_summary import shared_summary
from export.models import Release, SharingLink

P = ParamSpec("P")
LOGGED = 50  # downloads on a page
# the address holds the token: no search engine keeps it, and no other site learns it
HIDDEN = {"X-Robots-Tag": "noindex, nofollow, noarchive", "Referrer-Policy": "no-referrer"}
STATUS = {"sharing.too_much": 429, "sharing.too_fast": 429, "sharing.labels_here": 403}

visitors = VisitorLimit()


# --- for managers ------------------------------------------------------------------------------------------


@never_cache
@corpus_view(Membership.Role.MANAGER, while_archived=True)
def links(request: HttpRequest, corpus: Corpus, membership: Membership, public_id: uuid.UUID) -> HttpResponse:
    """List the links of a release with their downloads, and create one, which is shown once."""
    release = get_object_or_404(Release.objects.select_related("file"), corpus=corpus, public_id=public_id)
    now = timezone.now()
    form = SharingForm(request.POST or None, today=timezone.localdate(now))
    context = {"corpus": corpus, "membership": membership, "release": release}
    if request.method == "POST" and form.is_valid():
        try:
            link, token = share_release(
                release=release,
                note=form.cleaned_data["note"],
                expires_at=form.expires_at(),
                created_by=membership.user,
                now=now,
            )
        except Refused as refusal:
            form.add_error(None if refusal.code == "sharing.not_made" else "last_day", str(refusal))
        else:
            address = request.build_absolute_uri(reverse("shared", args=[token]))
            return render(request, "export/link.html", {**context, "link": link, "address": address})
    page = Paginator(downloads_of(release), LOGGED).get_page(request.GET.get("page"))
    return render(request, "export/sharing.html", {**context, "form": form, "links": links_of(release), "page": page})


@require_POST
@corpus_view(Membership.Role.MANAGER, while_archived=True)
def revoke(request: HttpRequest, corpus: Corpus, _membership: Membership, public_id: uuid.UUID) -> HttpResponse:
    """Revoke a link."""
    links = SharingLink.objects.select_related("release")
    link = get_object_or_404(links, release__corpus=corpus, public_id=public_id)
    revoke_sharing_link(link=link, now=timezone.now())
    messages.success(request, _("The link was revoked. It no longer works."))
    return redirect("export:sharing", corpus.slug, link.release.public_id)


# --- for everyone who has the link -------------------------------------------------------------------------

SharedView = Callable[Concatenate[HttpRequest, SharingLink, Membership | None, P], HttpResponseBase]


def shared_view(view: SharedView[P]) -> Callable[..., HttpResponseBase]:
    """Pass a public view the valid link for its token, and the visitor's membership in the corpus, if there is one.

    A member who labels or adjudicates is refused: the release shows the answers of others.
    """

    @wraps(view)
    def wrapped(request: HttpRequest, token: str, *args: Any, **kwargs: Any) -> HttpResponseBase:
        if (language := request.GET.get("language", "")) in dict(settings.LANGUAGES):
            return _in_language(request, language)
        try:
            link, membership = _opened(request, token)
            response = view(request, link, membership, *args, **kwargs)
        except Refused as refusal:
            status = STATUS.get(refusal.code, 404)
            response = render(request, "export/dead_link.html", {"refusal": refusal}, status=status)
            if status == 429:
                response["Retry-After"] = str(visitors.wait() if refusal.code == "sharing.too_fast" else 3600)
        for name, value in HIDDEN.items():
            response[name] = value
        return response

    return login_not_required(wrapped)


@never_cache
@require_safe
@shared_view
def shared(request: HttpRequest, link: SharingLink, membership: Membership | None) -> HttpResponse:
    """Show the release behind a link, and where to download it."""
    release = link.release
    address = request.build_absolute_uri(request.path + release.file_name)
    context = {
        "link": link,
        "release": release,
        "corpus": release.corpus,
        "membership": membership,
        "address": address,
        "summary": shared_summary(release.manifest or {}),
    }
    return render(request, "export/shared.html", context)


@require_safe
@shared_view
def shared_file(
    request: HttpRequest, link: SharingLink, membership: Membership | None, filename: str
) -> HttpResponseBase:
    """Send the zip, or the part of it that a client still lacks, and record it; or send its checksum.

    Both have the name of the file in their address, so that programs save and resume them under it.
    """
    release = link.release
    assert release.file is not None  # noqa: S101 -- find_shared_release checked it
    file = release.file
    if filename == f"{release.file_name}.sha256":
        headers = {"Content-Disposition": f'inline; filename="{filename}"', "Cache-Control": "private, no-store"}
        content = f"{file.sha256}  {release.file_name}\n"  # as sha256sum writes it
        return HttpResponse(content, content_type="text/plain; charset=utf-8", headers=headers)
    if filename != release.file_name:
        raise Refused("sharing.unknown")
    if membership:  # a manager's own downloads are not those of the receiver
        return redirect("export:download", release.corpus.slug, release.public_id)
    response = download(request, file.path, file.content_type, filename=filename, sha256=file.sha256)
    if response.status_code in (200, 206):
        count = requested_bytes(request, file.size, file.sha256)
        record_download(link=link, address=client_address(request), count=count, now=timezone.now())
    return response


def _in_language(request: HttpRequest, language: str) -> HttpResponse:
    """Set the language of this browser by a link: a form of a page without a referrer has the origin "null", which
    the protection against forged requests refuses."""
    response = redirect(request.path)
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        path=settings.LANGUAGE_COOKIE_PATH,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite=settings.LANGUAGE_COOKIE_SAMESITE,
    )
    for name, value in HIDDEN.items():
        response[name] = value
    return response


def _opened(request: HttpRequest, token: str) -> tuple[SharingLink, Membership | None]:
    """Return the valid link and the visitor's membership in its corpus.

    Raises:
        Refused: of `find_shared_release`; `sharing.too_fast`, `sharing.labels_here`.
    """
    if not visitors.allows(client_address(request)):
        raise Refused("sharing.too_fast")
    link = find_shared_release(token=token, now=timezone.now())
    if not isinstance(request.user, User):
        return link, None
    membership = Membership.objects.filter(user=request.user, corpus=link.release.corpus, is_active=True).first()
    if membership and not membership.is_manager:
        raise Refused("sharing.labels_here")
    return link, membership
