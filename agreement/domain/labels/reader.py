"""The reader of the label browser: which dialogues and which names of raters a member may see."""

from __future__ import annotations

import string
from collections.abc import Iterable
from dataclasses import dataclass
from uuid import UUID

import numpy as np
from django.utils.crypto import salted_hmac

from agreement.domain.adjudication.eligibility import dialogues_to_decide_blind
from agreement.label_index.arrays import Arrays
from agreement.label_index.block import Mask
from agreement.label_index.rows_of_tables import dialogue_mask
from annotator.domain.allocation.closed_dialogues import held_dialogues, settled_dialogues
from common.errors import Refused
from corpus.models import Membership, Rater
from corpus.rules.label_selection import Selection, parse


@dataclass(frozen=True, slots=True)
class Reader:
    """A member who reads the answers of others.

    A manager sees the names of raters, and the times of their work. Everybody else sees letters instead, which are
    drawn anew for each utterance, and days instead of times: equal times would tell that two utterances were labelled
    by the same person.

    Attributes:
        membership: of the person.
    """

    membership: Membership

    @property
    def sees_raters(self) -> bool:
        """Whether the reader may know who gave an answer."""
        return self.membership.is_manager

    def visible(self, arrays: Arrays) -> Mask | None:
        """Return (D,) the dialogues whose answers the reader may see; None for all of them.

        A dialogue that the reader holds or could still be given as an annotator stays hidden: neither its answers nor
        the result of a filter on them reaches the reader. The same holds for one with a case that the reader decides
        before the answers are shown.
        """
        held = held_dialogues(membership=self.membership) | dialogues_to_decide_blind(self.membership)
        if not self.membership.is_annotator:
            return ~dialogue_mask(arrays, held) if held else None
        settled = settled_dialogues(membership=self.membership)
        return (dialogue_mask(arrays, settled) | arrays.dialogues.excluded) & ~dialogue_mask(arrays, held)

    def allowed(self, selection: Selection) -> tuple[Selection, list[Refused]]:
        """Return the selection without filters that would tell raters apart, and a refusal for each of them."""
        if self.sees_raters or not selection.names_raters:
            return selection, []
        kept = [pair for pair in selection.pairs() if pair[0] != "rater" and not pair[0].startswith("answer.")]
        return parse(kept)[0], [Refused("labels.filter.names_raters")]

    def names(self, utterance: UUID, raters: Iterable[Rater]) -> dict[int, str]:
        """Return primary key -> name of the raters of an utterance, in the order to show them.

        Letters stay the same as long as nobody else answers the utterance.
        """
        raters = list(raters)
        if self.sees_raters:
            return {each.pk: each.slug for each in sorted(raters, key=lambda each: each.slug)}
        drawn = sorted(raters, key=lambda each: _draw(utterance, each))
        return {each.pk: letter(number) for number, each in enumerate(drawn)}


def letter(number: int) -> str:
    """Return A, B, …, Z, A2, B2, … for a number from 0."""
    turn, place = divmod(number, len(string.ascii_uppercase))
    return string.ascii_uppercase[place] + (str(turn + 1) if turn else "")


def _draw(utterance: UUID, rater: Rater) -> bytes:
    return salted_hmac("agreement.label_browser.letters", f"{utterance} {rater.public_id}", algorithm="sha256").digest()


def count_visible(arrays: Arrays, visible: Mask | None) -> int:
    """Return the number of utterances in dialogues that may be seen and are not excluded."""
    shown = ~arrays.dialogues.excluded if visible is None else visible & ~arrays.dialogues.excluded
    return int(np.count_nonzero(shown[arrays.dialogue]))
