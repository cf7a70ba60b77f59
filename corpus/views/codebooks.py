"""The pages of the codebook: all members read it, managers add versions and choose the one in use."""

import uuid

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from common.errors import Refused
from corpus.access import corpus_view
from corpus.domain.codebooks.codebook_versions import add_codebook_version, use_codebook
from corpus.domain.codebooks.shipped_codebooks import adopt, shipped_codebooks
from corpus.error_texts.codebooks import problem_sentence
from corpus.forms.corpora import CodebookForm
from corpus.models import Annotation, CodebookVersion, Corpus, Membership
from corpus.rules.codebook import CodebookFault
from corpus.rules.codebook.strict_yaml import MAX_CHARACTERS
from corpus.views.codebook_table import cards

Manager = Membership.Role.MANAGER
MAX_BYTES = 4 * MAX_CHARACTERS


@corpus_view()
def codebook(
    request: HttpRequest, corpus: Corpus, membership: Membership, public_id: uuid.UUID | None = None
) -> HttpResponse:
    """Show a version, by default the one in use; annotators see only that one."""
    if public_id and not membership.is_manager:
        raise Http404
    version = _version(corpus, public_id) if public_id else corpus.codebook
    return _page(request, corpus, membership, version, CodebookForm())


@require_POST
@corpus_view(Manager)
def add(request: HttpRequest, corpus: Corpus, membership: Membership) -> HttpResponse:
    """Add a version from a file, or list all its problems."""
    form = CodebookForm(request.POST, request.FILES)
    if form.is_valid():
        file = form.cleaned_data["file"]
        try:
            text = file.read(MAX_BYTES + 1).decode("utf-8-sig")
            version = add_codebook_version(corpus=corpus, yaml_text=text, created_by=membership.user)
        except UnicodeDecodeError:
            form.add_error("file", str(Refused("codebook.not_text", file=file.name)))
        except Refused as refusal:
            form.add_error("file", str(refusal))
        except CodebookFault as fault:
            return _page(request, corpus, membership, corpus.codebook, form, fault=fault, file=file.name)
        else:
            messages.success(request, _("Added as version %(version)s.") % {"version": version.version})
            return redirect("corpus:codebook_version", corpus.slug, version.public_id)
    return _page(request, corpus, membership, corpus.codebook, form)


@require_POST
@corpus_view(Manager)
def adopt_shipped(request: HttpRequest, corpus: Corpus, membership: Membership) -> HttpResponse:
    """Put a shipped codebook in use, and its guideline if there is none; offered until a codebook is in use."""
    if corpus.codebook is not None:
        return redirect("corpus:codebook", corpus.slug)
    try:
        adopt(corpus=corpus, name=request.POST.get("name", ""), created_by=membership.user)
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("corpus:codebook", corpus.slug)


@require_POST
@corpus_view(Manager)
def use(request: HttpRequest, corpus: Corpus, _membership: Membership, public_id: uuid.UUID) -> HttpResponse:
    """Put a version in use for dialogues assigned from now on; once there are answers, only when that is confirmed."""
    version = _version(corpus, public_id)
    if "confirmed" not in request.POST and Annotation.objects.filter(rater__corpus=corpus).exists():
        return redirect("agreement:use_codebook", corpus.slug, public_id)
    use_codebook(corpus=corpus, codebook=version)
    messages.success(request, _("Dialogues assigned from now on use %(version)s.") % {"version": version})
    return redirect("corpus:codebook", corpus.slug)


@corpus_view(Manager)
def download(_request: HttpRequest, corpus: Corpus, _membership: Membership, public_id: uuid.UUID) -> HttpResponse:
    """Send the YAML of a version as uploaded."""
    version = _version(corpus, public_id)
    return HttpResponse(
        version.source,
        content_type="application/yaml; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="{version.name}-v{version.version}.yaml"'},
    )


def _version(corpus: Corpus, public_id: uuid.UUID) -> CodebookVersion:
    return get_object_or_404(CodebookVersion, corpus=corpus, public_id=public_id)


def _page(
    request: HttpRequest,
    corpus: Corpus,
    membership: Membership,
    version: CodebookVersion | None,
    form: CodebookForm,
    *,
    fault: CodebookFault | None = None,
    file: str = "",
) -> HttpResponse:
    context: dict[str, object] = {"corpus": corpus, "membership": membership, "version": version, "form": form}
    if version:
        rules = version.rules()
        context |= {"cards": list(cards(rules, get_language() or "en")), "policy": rules.policy}
    if membership.is_manager:
        context["versions"] = CodebookVersion.objects.filter(corpus=corpus).order_by("-version").defer("document")
        context["shipped"] = shipped_codebooks()
    if fault:
        context |= {"file": file, "faults": [(each, problem_sentence(each)) for each in fault.problems]}
    return render(request, "corpus/codebook.html", context, status=422 if fault or form.errors else 200)
