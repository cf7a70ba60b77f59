"""The upload of a season: the pairs of its files, and the texts of its script."""

from __future__ import annotations

import json

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from corpus.access import corpus_view
from corpus.models import Corpus, Membership
from corpus.rules.file_pairs import SUBTITLES, pair_files

MOST_FILES = 5000


@require_POST
@corpus_view(Membership.Role.MANAGER)
def pairs(request: HttpRequest, corpus: Corpus, membership: Membership) -> HttpResponse:  # noqa: ARG001
    """Return the pairs of media and subtitles among the names of files that were chosen."""
    try:
        names = json.loads(request.body)["names"]
    except (ValueError, KeyError, TypeError, RecursionError):
        names = None
    if not isinstance(names, list) or len(names) > MOST_FILES or not all(isinstance(each, str) for each in names):
        return JsonResponse({"errors": [_("At most %(most)s files at once.") % {"most": MOST_FILES}]}, status=422)
    found = pair_files(names)
    texts = [name for name in names if name.lower().endswith(tuple(SUBTITLES))]
    return JsonResponse(
        {
            "pairs": [{"media": pair.media, "subtitles": pair.subtitles} for pair in found.pairs],
            "texts": sorted(texts),
            "ignored": [*found.ignored, *([] if found.pairs else found.left_over)],
        }
    )


def season_texts() -> dict[str, str]:
    """Return the texts of the script."""
    return {
        "waiting": _("waiting"),
        "sending": _("uploading:"),
        "accepted": _("Uploaded; the import is listed below"),
        "stopped": _("Stopped. “Upload all” continues it."),
        "broken": _("The connection was lost. “Upload all” continues where it stopped."),
        "embedded": _("those inside the video"),
        "ignored": _("Not used:"),
        "done": _("%(accepted)s of %(total)s episodes uploaded."),
    }
