"""Answers of a source, checked against the codebook and encoded.

A source may answer some questions and not others. So a missing answer is no problem here, unlike in a commit of a
member; an answer that the codebook does not offer is.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

from corpus.domain.annotations.revisions import UnfitAnswersError
from corpus.models import CodebookVersion
from corpus.rules.codebook import Codebook, problems, settle

MOST_CACHED = 10_000


class SourceAnswerEncoder:
    """Checks and encodes answers; the same answers occur often in a source, so results are cached."""

    def __init__(self, codebook: CodebookVersion) -> None:
        self.rules, self.layout = codebook.rules(), codebook.layout()
        self._cache: dict[str, tuple[str, bytes]] = {}
        # importers share the answers of equal rows: the same object needs no second look
        self._last: dict[int, tuple[Mapping[str, Any], tuple[str, bytes]]] = {}

    def __call__(self, answers: Mapping[str, Any]) -> tuple[str, bytes]:
        """Return the settled answers as JSON, and their codes.

        Raises:
            UnfitAnswersError: they do not fit the codebook.
        """
        known = self._last.get(id(answers))
        if known is not None and known[0] is answers:
            return known[1]
        key = repr(answers)  # tells 1 from True and 1.0, which are equal as keys
        found = self._cache.get(key)
        if found is None:
            if len(self._cache) >= MOST_CACHED:
                self._cache.clear()
            settled = fitted_source(self.rules, answers)
            found = self._cache[key] = json.dumps(settled), self.layout.encode(settled)
        if len(self._last) >= MOST_CACHED:
            self._last.clear()
        self._last[id(answers)] = answers, found
        return found


def fitted_source(rules: Codebook, answers: Mapping[str, Any]) -> dict[str, Any]:
    """Return the settled answers to those questions of the codebook that a source answered.

    A link with an end that has no answer stays unanswered: it is unknown whether it applies.

    Raises:
        UnfitAnswersError: they do not fit the codebook.
    """
    settled = settle(rules, answers)
    for link in rules.links:
        if answers.get(link.source) is None or answers.get(link.target) is None:
            settled.pop(link.slug, None)
    left_out = {"missing", "not_applicable"}  # problems of questions without an answer
    found = [each for each in problems(rules, settled) if each.where in settled or each.code not in left_out]
    if found:
        raise UnfitAnswersError(found)
    return {question.slug: settled[question.slug] for question in rules.questions if question.slug in settled}
