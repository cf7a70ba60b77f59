"""The labelling page: a desk with the dialogue in hand on it; all else goes through the API, as for a script."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import ensure_csrf_cookie
from django.views.decorators.http import require_GET

from annotator.api.work_responses import as_json
from annotator.domain.allocation.assignments import open_assignments
from annotator.domain.allocation.guideline_acknowledgement import works_by
from annotator.domain.labelling.open_assignment import open_work
from annotator.models import Flag, Return
from annotator.views.labelling.lesson_texts import lesson_texts
from annotator.views.labelling.message_texts import notes_texts
from annotator.views.labelling.rejected_texts import refused_texts
from corpus.access import corpus_view
from corpus.models import Corpus, GuidelineVersion, Membership
from corpus.rules.guideline import markdown

MODULES = [
    "main",
    "media/player", "media/waveform",
    "messages/flag_dialog", "messages/guideline_changes", "messages/message_panel", "messages/message_store",
    "messages/messages",
    "page/actions", "page/keyboard", "page/labelling", "page/lifecycle", "page/listeners", "page/navigation",
    "page/overview", "page/page", "page/phases", "page/state",
    "session/answers", "session/codebook", "session/conditions", "session/cut_proposals", "session/keymap",
    "session/opened_utterances", "session/session", "session/shortcuts", "session/utterance_edits",
    "status/activity", "status/break_reminder", "status/edited_utterance", "status/rejected_entries",
    "status/save_status", "status/sign_in", "status/work_time",
    "sync/api", "sync/assignment_sync", "sync/journal", "sync/new_id", "sync/sender", "sync/tabs",
    "view/dialogue", "view/dom", "view/form_dialog", "view/format", "view/guideline", "view/link_arc", "view/links",
    "view/questions", "view/shortcut_buttons", "view/training_feedback", "view/utterance",
]  # fmt: skip


@require_GET
@never_cache
@ensure_csrf_cookie
@corpus_view(Membership.Role.ANNOTATOR)
def label(request: HttpRequest, corpus: Corpus, membership: Membership) -> HttpResponse:
    """Show the desk; the token that the API asks for comes with it as a cookie."""
    data = {
        "root": f"{reverse('home')}api/v1/",
        "corpus": corpus.slug,
        "author": str(membership.user.public_id),
        "texts": texts() | notes_texts(),
        "work": work_in_hand(membership),
    }
    context = {
        "corpus": corpus,
        "membership": membership,
        "data": data,
        "modules": [f"js/label/{name}.js" for name in MODULES],
        "guideline": guideline_html(works_by(membership=membership)),
        "flag_reasons": Flag.Reason.choices,
        "return_reasons": Return.Reason.choices,
    }
    return render(request, "annotator/label.html", context)


def work_in_hand(membership: Membership) -> dict[str, Any] | None:
    """Return the dialogue that somebody has begun: it comes with the page and the first key waits for no answer.

    A GET gives nothing out: who holds no dialogue claims one through the API.
    """
    rater = getattr(membership, "rater", None)
    assignment = open_assignments(rater=rater).first() if rater else None
    return as_json(open_work(assignment=assignment)) if assignment else None


def guideline_html(version: GuidelineVersion | None) -> str:
    """Return the guideline in the reader's language, else in the first it has; empty where there is none."""
    if version is None or not version.texts:
        return ""
    language = (get_language() or "en").partition("-")[0]
    return markdown.render(version.texts.get(language) or next(iter(version.texts.values())))


def texts() -> dict[str, str]:
    """Return what the page's modules say, in the reader's language; `{n}` and the like are filled there."""
    return {
        "nobody": _("Unnamed"),
        "usual": _("nothing special"),
        "cannotJudge": _("{what}: cannot judge"),
        "refusedChip": _("{what}?"),
        "notApplicable": _("not applicable"),
        "count": _("{n} of {all} utterances"),
        "dialogues": _("{n} of {all} dialogues done"),
        "dialoguesDone": _("{n} dialogues done"),  # more than there are: some were labelled more than once
        "saved": _("Saved"),
        "notAccepted": _("Not accepted ({n})"),
        "waiting": _("Waiting ({n})"),
        "offlineWaiting": _("Offline, waiting ({n})"),
        "offline": _("The server does not answer; trying again"),
        "keepOpen": _("keep this page open"),
        "setAside": _("{n} labels came after the dialogue went to someone else; they are kept for the manager."),
        "wrongPassword": _("The name or the password is wrong."),
        "lockedOut": _("Too many wrong passwords; wait a quarter of an hour."),
        "expired": _("You are signed out. Your labels wait here ({n}) and go on once you have signed in again."),
        "stranger": _("Someone else is signed in now. The labels made here ({n}) wait for you to sign in again."),
        "cut": _("Bad cut: start {start} ms, end {end} ms. Going on proposes it to the manager; undo takes it back."),
        "today": _("today {n} utterances, {minutes} min"),
        "todayOf": _("today {n} utterances, {minutes} of {limit} min"),
        "rest": _("You have labelled for {n} minutes. A short rest keeps judgement fresh; nothing runs away."),
        "enough": _("Today's {limit} minutes are full. Finish this dialogue, and that is enough for today."),
        **lesson_texts(),
        **refused_texts(),
        "blocked": _("Press space to play"),
        "broken": _("The recording cannot be played"),
    }
