"""The pages of the guideline: all members read it, managers write new versions."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.safestring import mark_safe
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from common.errors import Refused
from corpus.access import corpus_view
from corpus.domain.codebooks.guideline_versions import LANGUAGES, add_guideline_version
from corpus.forms.corpora import GuidelineForm
from corpus.guideline_html import guideline_html
from corpus.models import Corpus, GuidelineVersion, Membership
from corpus.rules.guideline.markdown import headings

Manager = Membership.Role.MANAGER
NAMES = {"zh": "中文", "en": "English"}
TAGS = {"zh": "zh-Hans"}


@corpus_view()
def guideline(
    request: HttpRequest, corpus: Corpus, membership: Membership, public_id: uuid.UUID | None = None
) -> HttpResponse:
    """Show the guideline in the requested or the reader's language; annotators see only the version in use."""
    if public_id and not membership.is_manager:
        raise Http404
    version = corpus.guideline
    if public_id:
        version = get_object_or_404(GuidelineVersion, corpus=corpus, public_id=public_id)
    context: dict[str, object] = {"corpus": corpus, "membership": membership, "version": version}
    if version:
        language = _language(request, version)
        text = version.texts[language]
        context |= {
            "language": language,
            "tag": TAGS.get(language, language),
            "languages": [(code, NAMES.get(code, code)) for code in version.texts],
            "html": mark_safe(guideline_html(text, corpus=corpus.pk)),  # noqa: S308 -- rendered with raw HTML turned off
            "headings": headings(text),
        }
    if membership.is_manager:
        context["versions"] = GuidelineVersion.objects.filter(corpus=corpus).order_by("-version").defer("texts")
    return render(request, "corpus/guideline.html", context)


@corpus_view(Manager)
def edit(request: HttpRequest, corpus: Corpus, membership: Membership) -> HttpResponse:
    """Write a new version, starting from the one in use."""
    now = corpus.guideline
    texts = now.texts if now else {}
    initial = {language: texts.get(language, "") for language in LANGUAGES}
    form = GuidelineForm(request.POST or None, initial=initial | {"edited": now.version if now else 0})
    if request.method == "POST" and form.is_valid():
        written = texts | {language: form.cleaned_data[language] for language in LANGUAGES}
        try:
            version = add_guideline_version(
                corpus=corpus, texts=written, created_by=membership.user, edited=form.cleaned_data["edited"]
            )
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, _("Version %(version)s is in use.") % {"version": version.version})
            return redirect("corpus:guideline", corpus.slug)
    return render(request, "corpus/guideline_edit.html", {"corpus": corpus, "membership": membership, "form": form})


def _language(request: HttpRequest, version: GuidelineVersion) -> str:
    """Return the requested language, else the reader's, else the first available one."""
    own = (get_language() or "").partition("-")[0]
    for language in (request.GET.get("language", ""), own):
        if language in version.texts:
            return language
    return str(next(iter(version.texts)))
