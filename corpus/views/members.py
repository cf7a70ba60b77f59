"""The pages of members and invitations, for managers."""

import uuid

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST

from common.errors import Refused
from common.models import User
from corpus.access import corpus_view
from corpus.domain.people import invitations, members, password_resets
from corpus.domain.people.consents import newest_consents
from corpus.forms.corpora import InviteForm
from corpus.models import Corpus, Membership

MANAGER = Membership.Role.MANAGER


@corpus_view(MANAGER)
def people(request: HttpRequest, corpus: Corpus, membership: Membership) -> HttpResponse:
    """List the members and the open invitations."""
    rows = list(members.members_of(corpus))
    decisions = newest_consents(rows)
    return render(
        request,
        "corpus/members.html",
        {
            "corpus": corpus,
            "membership": membership,
            "members": [(row, decisions.get(row.pk)) for row in rows],
            "roles": Membership.Role.choices,
            "out_of_reach": password_resets.out_of_reach(manager=membership.user, people=[row.user for row in rows]),
            "invitations": invitations.open_invitations(corpus),
            "form": InviteForm(),
        },
    )


@never_cache
@require_POST
@corpus_view(MANAGER)
def invite(request: HttpRequest, corpus: Corpus, membership: Membership) -> HttpResponse:
    """Create an invitation and show its link, which cannot be shown again."""
    form = InviteForm(request.POST)
    if not form.is_valid():
        messages.error(request, _("Choose a role. The note may have at most 120 characters."))
        return redirect("corpus:members", corpus.slug)
    invitation, token = invitations.invite(corpus=corpus, created_by=membership.user, **form.cleaned_data)
    link = request.build_absolute_uri(reverse("join", args=[token]))
    context = {"corpus": corpus, "membership": membership, "link": link, "invitation": invitation}
    return render(request, "corpus/link.html", context)


@require_POST
@corpus_view(MANAGER)
def revoke(request: HttpRequest, corpus: Corpus, _membership: Membership, public_id: uuid.UUID) -> HttpResponse:
    """Revoke an invitation."""
    invitations.revoke_invitation(invitation=get_object_or_404(corpus.invitations, public_id=public_id))
    messages.success(request, _("The invitation was revoked. Its link no longer works."))
    return redirect("corpus:members", corpus.slug)


@never_cache
@require_POST
@corpus_view(MANAGER)
def reset_password(request: HttpRequest, corpus: Corpus, membership: Membership, public_id: uuid.UUID) -> HttpResponse:
    """Create a link for a new password and show it; it cannot be shown again."""
    person = _member(corpus, public_id).user
    try:
        token = password_resets.issue_password_reset(person=person, created_by=membership.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("corpus:members", corpus.slug)
    link = request.build_absolute_uri(reverse("reset", args=[token]))
    context = {"corpus": corpus, "membership": membership, "link": link, "person": person}
    return render(request, "corpus/link.html", context)


@require_POST
@corpus_view(MANAGER)
def deactivate(request: HttpRequest, corpus: Corpus, membership: Membership, public_id: uuid.UUID) -> HttpResponse:
    """End the access of a member."""
    other = _member(corpus, public_id)
    try:
        members.deactivate(membership=other)
        messages.success(request, _("%(person)s no longer has access to this corpus.") % {"person": other.user})
    except Refused as refusal:
        messages.error(request, str(refusal))
    return _back(corpus, membership, other.user)


@require_POST
@corpus_view(MANAGER)
def reactivate(request: HttpRequest, corpus: Corpus, _membership: Membership, public_id: uuid.UUID) -> HttpResponse:
    """Restore the access of a member."""
    other = members.reactivate(membership=_member(corpus, public_id))
    messages.success(request, _("%(person)s has access to this corpus again.") % {"person": other.user})
    return redirect("corpus:members", corpus.slug)


def _member(corpus: Corpus, public_id: uuid.UUID) -> Membership:
    return get_object_or_404(corpus.memberships.select_related("corpus", "user"), public_id=public_id)


def _back(corpus: Corpus, membership: Membership, person: User) -> HttpResponse:
    """Redirect to the list; to the home page if managers have just removed their own access to it."""
    if person.pk == membership.user_id:
        return redirect("home")
    return redirect("corpus:members", corpus.slug)
