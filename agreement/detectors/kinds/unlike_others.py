"""Detector: a rater who answers one question unlike all others."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from django.utils.translation import gettext_lazy as _

from agreement.detectors.base import Detection, Kind, Subject
from agreement.detectors.material import MEMBER, SOURCE, Floats, Material
from agreement.detectors.peers import peer_answers
from agreement.detectors.tails import clustered_t, t_tail

LEAST_DIALOGUES = 20
HALF = 0.5  # of the others' agreement beyond chance


class UnlikeOthers(Kind):
    """Finds raters whose agreement with the others on a question is less than half of the others' among themselves."""

    name = "unlike_others"
    summary = _("annotators unlike all others on one question")
    case = _("agreement with the others beyond chance %(own)s, of the others with each other %(others)s")
    null = _(
        "the rater agrees with the others at least half as well, beyond chance, as they agree with each other: a t "
        "statistic over dialogues, over all raters and questions"
    )
    subject: Subject = "disagreement"
    is_test = True
    explained_by = ("repeated_block", "long_run", "careless_onset")

    def detect(self, material: Material) -> Iterator[Detection]:
        """Yield at most one case per rater and question."""
        found, searched = [], 0
        for kind in (MEMBER, SOURCE):
            for question in material.questions:
                answers = peer_answers(material, question, kind)
                if len(answers.raters) < 3:
                    continue
                chance = float(((answers.counts.sum(axis=0) / max(1, answers.counts.sum())) ** 2).sum())
                if chance > 1 - 1e-9:
                    continue
                for place, rater in enumerate(answers.raters):
                    searched += 1
                    own = answers.value[place]
                    _compared, share = answers.agreeing(place)
                    with_rater = (own >= 0) & (answers.number > 2)  # the others can be compared as well
                    rows = np.flatnonzero(with_rater)
                    if len(np.unique(material.dialogue[rows])) < LEAST_DIALOGUES:
                        continue
                    others = answers.counts[rows].astype(np.int64)
                    others[np.arange(len(rows)), own[rows]] -= 1
                    m = answers.number[rows] - 1
                    among = (others * (others - 1)).sum(axis=1) / (m * (m - 1))
                    gap: Floats = HALF * (among - chance) - (share[rows] - chance)
                    sums = np.bincount(material.dialogue[rows], weights=gap, minlength=material.dialogues).astype(
                        np.float64
                    )
                    t, degrees = clustered_t(sums)
                    if t > 0:
                        kappas = [(float(each.mean()) - chance) / (1 - chance) for each in (share[rows], among)]
                        found.append((question, rater, rows, kappas, t_tail(t, degrees)))
        for question, rater, rows, (own_kappa, others_kappa), p_value in found:
            yield Detection(
                rows=material.place(rows),
                extent_count=len(rows),
                extent_share=len(rows) / len(material.order(rater)),
                severity="warning",
                task=question,
                rater=material.raters[rater].slug,
                evidence={"own": f"{own_kappa:.2f}", "others": f"{others_kappa:.2f}"},
                p_value=min(1.0, p_value * searched),
                identity="",
            )
