"""Sentences about the changes between two codebook versions."""

from __future__ import annotations

from collections.abc import Iterable

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from corpus.rules.codebook import Codebook
from corpus.rules.moves import Change

TEXTS: dict[str, str | Promise] = {
    "question_added": _("a new question"),
    "question_removed": _("not asked any more"),
    "question_renamed": _("had the name %(before)s"),
    "renamed": _("%(before)s becomes %(after)s"),
    "merged": _("%(before)s become %(after)s"),
    "split": _("%(before)s was split into %(after)s and is asked again"),
    "removed": _("%(before)s has no successor"),
    "added": _("new: %(after)s"),
    "order": _("another order"),
    "scale": _("scale %(after)s instead of %(before)s"),
    "perspective": _("from the perspective of the %(after)s instead of the %(before)s"),
    "many": _("one choice instead of several, or the reverse"),
    "ends": _("from %(before)s before, from %(after)s now"),
    "condition": _("asked when %(after)s, before: %(before)s"),
}
OF_ANSWERS = ("renamed", "merged", "split", "removed", "added")


def change_sentences(
    changes: Iterable[Change], old: Codebook, new: Codebook, language: str
) -> list[tuple[str, list[str]]]:
    """Return the name of each changed question with its changes in words.

    Args:
        changes: as `compare` returns them.
        old, new: the two versions.
        language: of the names.
    """
    found: dict[str, tuple[str, list[str]]] = {}
    for change in changes:
        rules = old if change.code == "question_removed" else new
        name = rules.text(change.question, language).name
        _name, sentences = found.setdefault(change.question, (name, []))
        sentences.append(_sentence(change, old, new, language))
    return list(found.values())


def _sentence(change: Change, old: Codebook, new: Codebook, language: str) -> str:
    before, after = change.before, change.after
    if change.code in OF_ANSWERS:
        # answers carry the name of their question; the old question may have had another slug
        names = tuple(old.text(f"{change.old_question}.{slug}", language).name for slug in before)
        others = tuple(new.text(f"{change.question}.{slug}", language).name for slug in after)
        if set(names) & set(others):  # the texts of the new version say the same: only the slugs tell them apart
            names, others = _with_slugs(names, before), _with_slugs(others, after)
        before, after = names, others
    joiner = " → " if change.code == "ends" else ", "
    return str(TEXTS[change.code]) % {"before": joiner.join(before), "after": joiner.join(after)}


def _with_slugs(names: tuple[str, ...], slugs: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(name if name == slug else f"{name} ({slug})" for name, slug in zip(names, slugs, strict=True))
