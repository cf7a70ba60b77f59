"""Sentences about answers that were left out because another codebook version asks the question differently."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from agreement.domain.codebook_changes import DifferentVersion
from corpus.rules.codebook import Codebook

REASONS: dict[str, str | Promise] = {
    "choices_removed": _("without the choices %(names)s"),
    "choices_added": _("with the new choices %(names)s"),
    "choices_order": _("choices in another order"),
    "scale": _("another scale"),
    "perspective": _("another perspective"),
    "many": _("one choice instead of several, or the reverse"),
    "ends": _("another source or target of the link"),
    "values": _("other values of the link"),
    "condition": _("another condition of the link"),
    "kind": _("a task became a link, or the reverse"),
    "other": _("asked differently"),
}


def reasons(differences: Iterable[Mapping[str, Any]]) -> str:
    """Return the reasons of one version as a list in a sentence.

    Args:
        differences: as `judgements.differences.Difference.as_json` returns them.
    """
    parts = [
        str(REASONS.get(each["code"], REASONS["other"])) % {"names": ", ".join(each["names"])} for each in differences
    ]
    return "; ".join(parts) or str(REASONS["other"])


def left_out_sentences(question: Mapping[str, Any]) -> list[str]:
    """Return a sentence per codebook version whose answers to a question were left out.

    Args:
        question: of `domain.report_figures.figures`; reports of earlier versions of Concord have only the number.
    """
    listed = question.get("left_out")
    count = question["coverage"]["incomparable"]
    if listed is None and count:
        return [_counted(count)]
    return [
        ngettext(
            "%(answers)s answer (raters: %(raters)s) given under codebook version %(version)s is left out, because "
            "this version asks the question differently: %(why)s.",
            "%(answers)s answers (raters: %(raters)s) given under codebook version %(version)s are left out, because "
            "this version asks the question differently: %(why)s.",
            each["answers"],
        )
        % {**each, "why": reasons(each["differences"])}
        for each in listed or ()
    ]


def no_answers_left(question: Mapping[str, Any]) -> str:
    """Return the sentence for a question with answers that were all left out; "" for any other."""
    if question["coverage"]["incomparable"] and not question["coverage"]["labels"]:
        return gettext("None of the answers to this question can be compared.")
    return ""


def named_versions(
    versions: Iterable[DifferentVersion], codebook: Codebook | None, language: str
) -> list[dict[str, Any]]:
    """Return versions with incomparable answers for a page: `version`, `annotations`, and `questions` as one text."""
    if codebook is None:
        return []
    return [
        {
            "version": each.version,
            "annotations": each.annotations,
            "questions": ", ".join(codebook.text(slug, language).name for slug in each.questions),
        }
        for each in versions
    ]


def _counted(count: int) -> str:
    return ngettext(
        "%(count)s answer was left out: it was given under an incomparable codebook version.",
        "%(count)s answers were left out: they were given under incomparable codebook versions.",
        count,
    ) % {"count": count}
