"""The pages behind invitation and password links; the visitor need not be signed in."""

from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.forms import SetPasswordForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache

from common.errors import Refused
from common.models import User
from corpus.domain.people import invitations, password_resets
from corpus.domain.people.consents import is_to_be_asked
from corpus.forms.corpora import JoinForm
from corpus.models import Membership

BACKEND = "common.backends.PasswordBackend"


@login_not_required
@never_cache
def join(request: HttpRequest, token: str) -> HttpResponse:
    """Accept an invitation as the signed-in user or with a new account."""
    form = JoinForm(request.POST or None)
    try:
        invitation = invitations.find_invitation(token)
        if request.method == "POST" and (membership := _joined(request, token, form)):
            messages.success(request, _("Welcome to %(corpus)s.") % {"corpus": membership.corpus})
            page = "corpus:consent" if is_to_be_asked(membership) else "corpus:overview"
            return redirect(page, membership.corpus.slug)
    except Refused as refusal:
        return _dead(request, refusal)
    return render(request, "corpus/join.html", {"invitation": invitation, "form": form})


def _joined(request: HttpRequest, token: str, form: JoinForm) -> Membership | None:
    """Return the new membership; None if the form for a new account is invalid."""
    if isinstance(request.user, User):
        return invitations.accept_invitation(token=token, user=request.user)
    if not form.is_valid():
        return None
    try:
        membership = invitations.join_with_new_account(
            token=token,
            username=form.cleaned_data["username"],
            name=form.cleaned_data["name"],
            password=form.cleaned_data["password1"],
            language=get_language() or "",
        )
    except Refused as refusal:
        if refusal.code != "invitation.username_taken":
            raise
        form.add_error("username", str(refusal))
        return None
    login(request, membership.user, backend=BACKEND)
    return membership


@login_not_required
@never_cache
def reset(request: HttpRequest, token: str) -> HttpResponse:
    """Set a new password through a link."""
    try:
        form = SetPasswordForm(password_resets.find_password_reset(token).user, request.POST or None)
        if request.method == "POST" and form.is_valid():
            password_resets.use_password_reset(token=token, password=form.cleaned_data["new_password1"])
            messages.success(request, _("Your new password is set. You can sign in with it now."))
            return redirect("common:login")
    except Refused as refusal:
        return _dead(request, refusal)
    return render(request, "corpus/reset.html", {"form": form, "person": form.user})


def _dead(request: HttpRequest, refusal: Refused) -> HttpResponse:
    return render(request, "corpus/dead_link.html", {"refusal": refusal}, status=404)
