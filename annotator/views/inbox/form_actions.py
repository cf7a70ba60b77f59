"""Doing what a form of the inbox asks for."""

import re
from collections.abc import Callable

from django.contrib import messages
from django.forms import Form
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import reverse

from common.errors import Refused
from corpus.models import Corpus


def act_on(request: HttpRequest, form: Form, act: Callable[[], str], place: str, corpus: Corpus) -> HttpResponse:
    """Do what a form asks for, say what became of it, and lead back to the list as it was filtered."""
    try:
        if form.is_valid():
            messages.success(request, act())
        else:
            messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
    except Refused as refusal:
        messages.error(request, str(refusal))
    # only what the list itself knows is taken from the form
    kept = {name: request.POST.get(name, "") for name in ("state", "reason", "page")}
    query = "&".join(f"{name}={value}" for name, value in kept.items() if re.fullmatch("[a-z0-9_]+", value))
    return redirect(f"{reverse(place, args=[corpus.slug])}{'?' if query else ''}{query}")
