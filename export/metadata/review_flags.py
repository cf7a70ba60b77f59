"""Points that reviewers of a data track (NeurIPS) would flag about a release, found in its records."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.utils.translation import gettext
from django.utils.translation import gettext_noop as _

from export.metadata.datasheet_questions import QUESTIONS

# code -> sentence; the documents of a release have it in English, the pages in the reader's language
SENTENCES = {
    "unanswered": _("No answer to: %(question)s"),
    "no_licence": _("Dialogues from sources without a licence: %(count)s."),
    "laugh_track_unknown": _("For some sources nobody stated whether they have a laugh track."),
    "consent_not_asked": _("Annotators who were not asked for their consent: %(count)s."),
    "severe_findings": _("Severe findings: %(count)s, for example: %(example)s"),
    "speakers_shared": _(
        "Sound and pictures are released, and %(count)s of %(of)s speakers are in more than one split: a model can "
        "recognise them. Group by speaker."
    ),
    "published_split": _(
        "The source published a split of %(count)s dialogues, which is not used: results cannot be compared with those "
        "on it. Keep it by the split of the source."
    ),
    "class_missing": _("The split %(split)s has no %(question)s = %(label)s."),
    "no_agreement": _("No agreement could be computed: no question has the answers of two raters."),
}

Flag = dict[str, Any]


def flags_of(manifest: Mapping[str, Any], answers: Mapping[str, str]) -> list[Flag]:
    """Return the flags of a release: `code`, `params` and the English `text` of each.

    Args:
        manifest: with the parts that are made before the documents.
        answers: slug of a datasheet question -> answer.
    """
    found = [
        _flag("unanswered", question=each.text)
        for each in QUESTIONS
        if each.is_required and not answers.get(each.slug, "").strip()
    ]
    if unlicensed := sum(each["dialogues"] for each in manifest["sources"] if not each["licence"]):
        found.append(_flag("no_licence", count=unlicensed))
    if any(source["laugh_track"] is None for source in manifest["sources"]):
        found.append(_flag("laugh_track_unknown"))
    if not_asked := manifest["consent"]["not_asked"]:
        found.append(_flag("consent_not_asked", count=not_asked))
    severe = [each for each in manifest["known_defects"]["worst"] if each["severity"] == "severe"]
    if severe:
        found.append(_flag("severe_findings", count=len(severe), example=severe[0]["text"]))
    speakers = manifest["leaks"]["shared"]["speakers"]
    if manifest["options"]["clips"] and speakers["shared"]:
        found.append(_flag("speakers_shared", count=speakers["shared"], of=speakers["of"]))
    split = manifest["split"]
    if split["published"] and split["kind"] != "source":
        found.append(_flag("published_split", count=split["published"]))
    found += [
        _flag("class_missing", **{name: each[name] for name in ("split", "question", "label")})
        for each in manifest["warnings"]
    ]
    if all(each["alpha"].get("value") is None for each in manifest["agreement"]["questions"]):
        found.append(_flag("no_agreement"))
    return found


def flag_sentences(manifest: Mapping[str, Any]) -> list[str]:
    """Return the flags of a stored manifest as sentences in the reader's language.

    Classes that a split lacks are not among them: the page lists them on their own.
    """
    found = []
    for flag in manifest.get("flags", []):
        if isinstance(flag, str):  # of an earlier version
            found.append(flag)
        elif flag["code"] != "class_missing":
            params = {name: gettext(value) if name == "question" else value for name, value in flag["params"].items()}
            found.append(gettext(SENTENCES[flag["code"]]) % params if flag["code"] in SENTENCES else flag["text"])
    return found


def _flag(code: str, **params: Any) -> Flag:
    return {"code": code, "params": params, "text": SENTENCES[code] % params}
