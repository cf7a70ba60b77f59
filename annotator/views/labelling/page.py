"""The labelling page with the open dialogue; everything else goes through the API."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_GET

from annotator.api.assignment_responses import as_json
from annotator.domain.allocation.assignments import open_assignments
from annotator.domain.allocation.guideline_acknowledgement import works_by
from annotator.domain.labelling.open_assignment import open_assignment
from annotator.models import Flag, Return
from annotator.views.labelling.flag_and_inquiry_texts import notes_texts
from annotator.views.labelling.lesson_texts import lesson_texts
from annotator.views.labelling.rejected_texts import rejected_texts
from annotator.views.labelling.work_texts import work_texts
from corpus.access import corpus_view
from corpus.guideline_html import guideline_html as html_of
from corpus.models import Corpus, GuidelineVersion, Membership, Revision

MODULES = [
    "main",
    "media/player", "media/waveform",
    "messages/flag_dialog", "messages/guideline_changes", "messages/message_panel", "messages/message_store",
    "messages/messages", "messages/utterance_changes",
    "page/actions", "page/corrections", "page/keyboard", "page/labelling", "page/lifecycle", "page/listeners",
    "page/navigation", "page/overview", "page/page", "page/phases", "page/state",
    "session/answers", "session/codebook", "session/commit_history", "session/conditions", "session/cut_proposals",
    "session/key_presses", "session/keymap", "session/opened_utterances", "session/session", "session/shortcuts",
    "session/utterance_edits",
    "status/activity", "status/break_reminder", "status/codebook_news", "status/edited_utterance",
    "status/rejected_entries", "status/save_status", "status/sign_in", "status/work_time",
    "sync/api", "sync/assignment_sync", "sync/journal", "sync/new_id", "sync/outdated_answers", "sync/renewal",
    "sync/sender", "sync/tabs", "sync/work_state",
    "view/dialogue", "view/dom", "view/form_dialog", "view/format", "view/guideline", "view/hint", "view/key_pause",
    "view/link_arc", "view/links", "view/questions", "view/shortcut_buttons", "view/training_feedback",
    "view/utterance",
]  # fmt: skip


@require_GET
@never_cache
@ensure_csrf_cookie
@corpus_view(Membership.Role.ANNOTATOR)
def label(request: HttpRequest, corpus: Corpus, membership: Membership) -> HttpResponse:
    """Show the page; the CSRF token for the API comes with it as a cookie."""
    # of an archived corpus the page claims a dialogue and shows the refusal; unsent entries are refused and kept
    work = None if corpus.archived_at else open_work(membership)
    context = page_context(corpus, membership, work=work, finished=None)
    return render(request, "annotator/label.html", context)


def page_context(
    corpus: Corpus, membership: Membership, *, work: dict[str, Any] | None, finished: str | None
) -> dict[str, Any]:
    """Return what the template of the page needs.

    Args:
        corpus: the corpus.
        membership: of the annotator.
        work: the dialogue that the page opens; None: it claims one.
        finished: address of the list of finished dialogues, if the page corrects one of them.
    """
    data = {
        "root": f"{reverse('home')}api/v1/",
        "corpus": corpus.slug,
        "author": str(membership.user.public_id),
        "texts": texts() | notes_texts(),
        "list": finished,
        "work": work,
    }
    return {
        "corpus": corpus,
        "membership": membership,
        "data": data,
        "modules": [f"js/label/{name}.js" for name in MODULES],
        "guideline": guideline_html(works_by(membership=membership)),
        "flag_reasons": Flag.Reason.choices,
        "return_reasons": Return.Reason.choices,
    }


def open_work(membership: Membership) -> dict[str, Any] | None:
    """Return the open dialogue of a member, so that the page starts without another request.

    A GET claims nothing: without an open dialogue the page claims one through the API.
    """
    rater = getattr(membership, "rater", None)
    assignment = open_assignments(rater=rater).first() if rater else None
    return as_json(open_assignment(assignment=assignment)) if assignment else None


def guideline_html(version: GuidelineVersion | None) -> str:
    """Return the guideline in the reader's language, else in its first one; empty without a guideline."""
    if version is None or not version.texts:
        return ""
    language = (get_language() or "en").partition("-")[0]
    text = version.texts.get(language) or next(iter(version.texts.values()))
    return html_of(text, corpus=version.corpus_id)


def texts() -> dict[str, str]:
    """Return the texts of the page's modules, which fill placeholders such as `{n}`."""
    return {
        **work_texts(),
        "count": _("{n} of {all} utterances"),
        "dialogues": _("{n} of {all} dialogues done"),
        "dialoguesDone": _("{n} dialogues done"),  # more than all: some were labelled more than once
        "setAside": _(
            "{n} answers arrived after the dialogue went to someone else. They are stored as late work for the manager."
        ),
        "cut": _(
            "Bad cut: start {start} ms, end {end} ms. It is proposed to the manager when you continue; undo "
            "to discard it."
        ),
        "cutSent": _("Bad cut: start {start} ms, end {end} ms. It was sent to the manager."),
        "today": _("today {n} utterances, {minutes} min"),
        "todayOf": _("today {n} utterances, {minutes} of {limit} min"),
        "rest": _("You have been labelling for {n} minutes. A short break keeps your judgement fresh."),
        "enough": _("You have reached today's limit of {limit} minutes. You can still finish this dialogue."),
        "correcting": _("correction"),
        "correctionReason": _("Reason: {reason}"),
        "openAgain": _("The manager edited this dialogue or sent it back, so you get it again under Label."),
        **{f"why.{value}": str(words) for value, words in Revision.Reason.choices},
        **lesson_texts(),
        **rejected_texts(),
    }
