"""Signing in and out, and one's own account."""

from typing import Any

from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.contrib.auth.views import LoginView, PasswordChangeView
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse_lazy
from django.utils.decorators import method_decorator
from django.utils.translation import gettext as _
from django.views.i18n import set_language as set_language_cookie

from common.domain.people import choose_language, rename
from common.forms import AccountForm
from common.models import User


@method_decorator(login_not_required, name="dispatch")
class SignIn(LoginView):
    """Who is signed in is sent home, but may sign in as another: a shared computer's owner of unsent labels does."""

    template_name = "common/login.html"

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
        """Show or take the form."""
        self.redirect_authenticated_user = request.method != "POST"
        return super().dispatch(request, *args, **kwargs)


class ChangePassword(PasswordChangeView):
    template_name = "common/password.html"
    success_url = reverse_lazy("common:account")

    def get_success_url(self) -> str:
        messages.success(self.request, _("Your password is changed."))
        return super().get_success_url()


def account(request: HttpRequest) -> HttpResponse:
    """Show and change what a person may change about themselves."""
    assert isinstance(request.user, User)  # noqa: S101 -- LoginRequiredMiddleware stands before every view
    form = AccountForm(request.POST or None, initial={"name": str(request.user)})
    if request.method == "POST" and form.is_valid():
        rename(user=request.user, name=form.cleaned_data["name"])
        messages.success(request, _("Saved."))
        return redirect("common:account")
    return render(request, "common/account.html", {"form": form})


@login_not_required
def set_language(request: HttpRequest) -> HttpResponse:
    """Switch the language: for this browser by cookie, for a signed-in person wherever they sign in."""
    language = request.POST.get("language", "")
    if isinstance(request.user, User) and language in dict(settings.LANGUAGES):
        choose_language(user=request.user, language=language)
    response: HttpResponse = set_language_cookie(request)
    return response


def locked_out(request: HttpRequest, *_args: object) -> HttpResponse:
    """Tell that too many wrong passwords came; the same page whether or not the account exists."""
    minutes = round(60 * settings.AXES_COOLOFF_TIME)
    return render(request, "common/locked_out.html", {"minutes": minutes}, status=429)
