"""Pages of moves of answers, for managers: the mapping, its preview, the move and its undoing."""

import uuid
from typing import Any

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST

from agreement.domain.codebook_changes import versions_with_answers
from agreement.domain.moves.answer_counts import MOST_AT_ONCE, AnswerCount, answer_counts, answers_under
from agreement.domain.moves.requests import discard_draft, draft_move, start_move, undo_move
from agreement.presentation.mapping_form import MappingForm, mapping_form, read_form
from agreement.presentation.move_changes import change_sentences
from agreement.presentation.move_effect import compared_questions, outcome_rows, settlement_compared
from agreement.presentation.without_raters import FEW_RATERS
from annotator.access import sees_figures_of_raters
from common.errors import Refused
from corpus.access import corpus_view
from corpus.error_texts.codebooks import problem_sentence
from corpus.models import AnswerMove, CodebookVersion, Corpus, Membership
from corpus.rules.codebook import Problem
from corpus.rules.moves import Mapping, MappingFault, Proposal, as_yaml, compare, completed, from_document, propose

Manager = Membership.Role.MANAGER


@require_GET
@corpus_view(Manager)
def moves(request: HttpRequest, corpus: Corpus, membership: Membership) -> HttpResponse:
    """List the versions with answers, and the moves."""
    listed = corpus.answer_moves.select_related("old", "new", "started_by", "created_by")
    context = {
        "corpus": corpus,
        "membership": membership,
        "versions": versions_with_answers(corpus),
        "targets": list(CodebookVersion.objects.filter(corpus=corpus).order_by("-version").defer("document", "source")),
        "moves": listed,
    }
    return render(request, "agreement/moves/list.html", context)


@require_GET
@corpus_view(Manager)
def choose(request: HttpRequest, corpus: Corpus, _membership: Membership) -> HttpResponse:
    """Open the mapping between the two versions that were chosen in the list."""
    old, new = (
        get_object_or_404(CodebookVersion, corpus=corpus, public_id=_uuid(request.GET.get(name, "")))
        for name in ("old", "new")
    )
    if old == new:
        messages.error(request, str(Refused("move.same_version")))
        return redirect("agreement:moves", corpus.slug)
    return redirect("agreement:mapping", corpus.slug, new.public_id, old.public_id)


@require_http_methods(["GET", "POST"])
@corpus_view(Manager)
def mapping(
    request: HttpRequest, corpus: Corpus, membership: Membership, public_id: uuid.UUID, old_id: uuid.UUID
) -> HttpResponse:
    """Show the mapping of one version to another, or store it and request its preview."""
    new = get_object_or_404(CodebookVersion, corpus=corpus, public_id=public_id)
    old = get_object_or_404(CodebookVersion, corpus=corpus, public_id=old_id)
    if old == new:
        messages.error(request, str(Refused("move.same_version")))
        return redirect("agreement:moves", corpus.slug)
    draft = AnswerMove.objects.filter(old=old, new=new, state=AnswerMove.State.DRAFT).first()
    proposal = propose(old.rules(), new.rules())
    faults: tuple[Problem, ...] = ()
    chosen = from_document(draft.mapping) if draft else proposal.mapping
    if request.method == "POST":
        try:
            chosen = completed(old.rules(), new.rules(), read_form(request.POST, old.rules()))
        except MappingFault as fault:
            faults = fault.problems
        else:
            is_checked = "checked" in request.POST or not proposal.guesses
            if is_checked and "update" not in request.POST:
                move = draft_move(corpus=corpus, old=old, new=new, mapping=chosen, created_by=membership.user)
                return redirect("agreement:move", corpus.slug, move.public_id)
            if not is_checked and "update" not in request.POST:
                messages.error(request, _("Check the proposed rows first, and tick the box below them."))
    marked = None if draft or request.method == "POST" else proposal
    counts, hidden = _counts(old, draft, membership)
    form = _form(old, new, chosen, marked, counts)
    context = {
        "corpus": corpus,
        "membership": membership,
        "old": old,
        "new": new,
        "draft": draft,
        "form": form,
        "guessed": bool(proposal.guesses) and not draft,
        "counted": counts is not None,
        "hidden": hidden,
        "changes": change_sentences(
            compare(old.rules(), new.rules(), chosen), old.rules(), new.rules(), get_language() or "en"
        ),
        "faults": [(each, problem_sentence(each)) for each in faults],
    }
    return render(request, "agreement/moves/mapping.html", context, status=422 if faults else 200)


@require_GET
@corpus_view(Manager)
def move(request: HttpRequest, corpus: Corpus, membership: Membership, public_id: uuid.UUID) -> HttpResponse:
    """Show a move: its preview, its progress, or what it did."""
    row = _move(corpus, public_id)
    language = get_language() or "en"
    old, new = row.old.rules(), row.new.rules()
    preview: dict[str, Any] = row.preview or {}
    context = {
        "corpus": corpus,
        "membership": membership,
        "move": row,
        "job": row.job if row.job and row.job.state != "done" else None,
        "changes": change_sentences(compare(old, new, from_document(row.mapping)), old, new, language),
        "effect": preview.get("effect"),
        "outcome": outcome_rows(row.counts),
        "undone": outcome_rows(row.undone_counts, is_undoing=True),
    }
    if preview:
        context["hidden"] = preview["raters"] <= FEW_RATERS and not sees_figures_of_raters(membership)
        context["settlement"] = settlement_compared(preview)
        in_use = (row.old_id == corpus.codebook_id, row.new_id == corpus.codebook_id)
        mapping = from_document(row.mapping)
        context["questions"] = compared_questions(preview, mapping, old, new, language, in_use=in_use)
    return render(request, "agreement/moves/move.html", context)


@require_GET
@corpus_view(Manager)
def download_mapping(
    _request: HttpRequest, corpus: Corpus, _membership: Membership, public_id: uuid.UUID
) -> HttpResponse:
    """Send the mapping of a move as the YAML file that the command reads."""
    row = _move(corpus, public_id)
    return HttpResponse(
        as_yaml(Proposal(from_document(row.mapping), {}), row.new.rules()),
        content_type="application/yaml; charset=utf-8",
        headers={"Content-Disposition": f'attachment; filename="mapping-v{row.old.version}-v{row.new.version}.yaml"'},
    )


@require_POST
@corpus_view(Manager)
def start(request: HttpRequest, corpus: Corpus, membership: Membership, public_id: uuid.UUID) -> HttpResponse:
    """Start a move whose preview was shown."""
    row = _move(corpus, public_id)
    try:
        start_move(move=row, started_by=membership.user, now=timezone.now())
        messages.success(request, _("The move has started. You may leave this page."))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("agreement:move", corpus.slug, public_id)


@require_POST
@corpus_view(Manager)
def undo(request: HttpRequest, corpus: Corpus, membership: Membership, public_id: uuid.UUID) -> HttpResponse:
    """Undo a finished move."""
    try:
        undo_move(move=_move(corpus, public_id), undone_by=membership.user, now=timezone.now())
        messages.success(request, _("The move is being undone."))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("agreement:move", corpus.slug, public_id)


@require_POST
@corpus_view(Manager)
def discard(request: HttpRequest, corpus: Corpus, _membership: Membership, public_id: uuid.UUID) -> HttpResponse:
    """Discard a draft."""
    try:
        discard_draft(move=_move(corpus, public_id))
        messages.success(request, _("The draft was discarded. Nothing was moved."))
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("agreement:moves", corpus.slug)


def _move(corpus: Corpus, public_id: uuid.UUID) -> AnswerMove:
    related = corpus.answer_moves.select_related("old", "new", "job", "created_by", "started_by", "undone_by")
    return get_object_or_404(related, public_id=public_id)


def _uuid(text: str) -> uuid.UUID:
    try:
        return uuid.UUID(text)
    except ValueError:
        return uuid.UUID(int=0)


def _counts(
    old: CodebookVersion, draft: AnswerMove | None, membership: Membership
) -> tuple[dict[tuple[str, str], AnswerCount] | None, bool]:
    """Return the counts beside the rows if they are known or soon counted, and whether they are hidden.

    Counts of the answers of one or two raters tell a member who still labels what these raters answered.
    """
    counts: dict[tuple[str, str], AnswerCount] | None = None
    if draft and draft.preview:
        counts = {(slug, answer): AnswerCount(*numbers) for slug, answer, *numbers in draft.preview["answers"]}
    elif answers_under(old) <= MOST_AT_ONCE:
        counts = answer_counts(old)
    few = counts is not None and max((each.raters for each in counts.values()), default=0) <= FEW_RATERS
    if few and not sees_figures_of_raters(membership):
        return None, True
    return counts, False


def _form(
    old: CodebookVersion,
    new: CodebookVersion,
    chosen: Mapping,
    proposal: Proposal | None,
    counts: dict[tuple[str, str], AnswerCount] | None,
) -> MappingForm:
    return mapping_form(
        old=old.rules(),
        new=new.rules(),
        mapping=chosen,
        guesses=proposal,
        counts=counts,
        language=get_language() or "en",
    )
