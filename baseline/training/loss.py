"""The loss of the baseline: cross entropy, summed over the questions."""

from __future__ import annotations

from collections.abc import Mapping

import torch
from torch.nn import functional

from baseline.data.label_tensors import MASKED


def multi_task_loss(
    logits: Mapping[str, torch.Tensor], labels: Mapping[str, torch.Tensor], class_weights: Mapping[str, torch.Tensor]
) -> torch.Tensor:
    """Return the sum over the questions of the mean cross entropy of the utterances that have a label.

    A question with many answers has the mean binary cross entropy of its classes instead, without class weights.

    Args:
        logits: question -> float (utterances, classes), from a `Network`.
        labels: question -> tensor, as `label_tensor` returns it; utterances with masked labels are ignored.
        class_weights: question -> float (classes), the weight of an utterance by its label.

    Returns:
        A scalar. It has no gradient if none of the utterances has a label.
    """
    total = torch.zeros(())
    for slug, question_logits in logits.items():
        question_labels = labels[slug]
        if question_labels.is_floating_point():
            labelled = question_labels[:, 0] != MASKED
            if labelled.any():
                total = total + functional.binary_cross_entropy_with_logits(
                    question_logits[labelled], question_labels[labelled]
                )
        elif (question_labels != MASKED).any():
            total = total + functional.cross_entropy(
                question_logits, question_labels, weight=class_weights[slug], ignore_index=MASKED
            )
    return total
