"""Sign-in, and the account page."""

import uuid
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LoginView, PasswordChangeView
from django.forms import Form
from django.http import Http404, HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST
from django.views.i18n import set_language as set_language_cookie

from common.domain.accounts import rename, save_language
from common.domain.api_tokens import live_tokens, make_token, revoke_token
from common.errors import Refused
from common.forms import AccountForm, ChangePasswordForm, TokenForm
from common.models import User


@method_decorator(login_not_required, name="dispatch")
class SignIn(LoginView):
    """The sign-in page.

    Signed-in users are redirected to the home page, but can sign in as another user: on a shared computer, someone may
    have to send the answers that wait in their journal.
    """

    template_name = "common/login.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Show or process the form."""
        self.redirect_authenticated_user = request.method != "POST"
        return super().dispatch(request, *args, **kwargs)


class ChangePassword(PasswordChangeView):
    form_class = ChangePasswordForm
    template_name = "common/password.html"
    success_url = reverse_lazy("common:account")

    def get_success_url(self) -> str:
        messages.success(self.request, _("Password changed."))
        return super().get_success_url()


def account(request: HttpRequest) -> HttpResponse:
    """Show the account page; save the name."""
    form = AccountForm(request.POST or None, initial={"name": str(request.user)})
    if request.method == "POST" and form.is_valid():
        rename(user=_user(request), name=form.cleaned_data["name"])
        messages.success(request, _("Saved."))
        return redirect("common:account")
    return _account_page(request, form=form)


@require_POST
def create_token(request: HttpRequest) -> HttpResponse:
    """Create an API token and show it once."""
    form = TokenForm(request.POST, auto_id="token_%s")
    if form.is_valid():
        try:
            row, token = make_token(user=_user(request), now=timezone.now(), **form.cleaned_data)
        except Refused as refusal:
            form.add_error("password" if refusal.code.startswith("password.") else None, str(refusal))
        else:
            return render(request, "common/token.html", {"row": row, "token": token})
    return _account_page(request, token_form=form)


@require_POST
def end_token(request: HttpRequest, public_id: uuid.UUID) -> HttpResponse:
    """Revoke a token of the user."""
    if not revoke_token(user=_user(request), public_id=public_id):
        raise Http404
    messages.success(request, _("Token revoked."))
    return redirect("common:account")


def _account_page(request: HttpRequest, **forms: Form) -> HttpResponse:
    user = _user(request)
    context = {
        "form": AccountForm(initial={"name": str(user)}),
        "token_form": TokenForm(auto_id="token_%s"),
        "tokens": live_tokens(user=user),
    }
    return render(request, "common/account.html", {**context, **forms})


def _user(request: HttpRequest) -> User:
    assert isinstance(request.user, User)  # noqa: S101 -- LoginRequiredMiddleware covers every view
    return request.user


@login_not_required
def set_language(request: HttpRequest) -> HttpResponse:
    """Switch the language: for this browser by cookie, and for a signed-in user in their account."""
    language = request.POST.get("language", "")
    if isinstance(request.user, User) and language in dict(settings.LANGUAGES):
        save_language(user=request.user, language=language)
    response: HttpResponse = set_language_cookie(request)
    return response


def locked_out(request: HttpRequest, *_args: object) -> HttpResponse:
    """Show the page for too many wrong passwords; it is the same whether or not the account exists."""
    minutes = round(60 * settings.AXES_COOLOFF_TIME)
    return render(request, "common/locked_out.html", {"minutes": minutes}, status=429)
