"""Submission of inbox forms."""

import re
from collections.abc import Callable

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from common.errors import Refused
from corpus.models import Corpus


def act_on(request: HttpRequest, form: Form, act: Callable[[], str], view: str, corpus: Corpus) -> HttpResponse:
    """Run the action of a form, show its result, and redirect to the filtered list."""
    try:
        if form.is_valid():
            messages.success(request, act())
        else:
            messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
    except Refused as refusal:
        messages.error(request, str(refusal))
    # only filters that the list accepts are taken from the form
    filters = {name: request.POST.get(name, "") for name in ("state", "reason", "page")}
    query = "&".join(f"{name}={value}" for name, value in filters.items() if re.fullmatch("[a-z0-9_]+", value))
    return redirect(f"{reverse(view, args=[corpus.slug])}{'?' if query else ''}{query}")
