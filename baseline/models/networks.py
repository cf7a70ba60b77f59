"""Networks as models: one per task, or one for all tasks with one of the ways of sharing."""

from __future__ import annotations

import os
import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import torch

from baseline.data.predictions import BySlug, decided, geometric_mean
from baseline.data.rows import HELD_OUT, SPLITS, Question
from baseline.data.targets import Floats, codes, has_label
from baseline.errors import BaselineError
from baseline.features.base import Bags, NetworkInput, Prepared, Tokens
from baseline.models.base import Job, Model, Outcome
from baseline.networks.heads import probabilities
from baseline.networks.minibatches import Split, speaker_numbers
from baseline.networks.network import Network
from baseline.training.biases import criterion, tuned_bias
from baseline.training.finetuning import Finetuning
from baseline.training.loop import Training
from baseline.training.targets import Targets, link_strengths, targets

PREDICTED_AT_ONCE = 512  # utterances

OfSplits = tuple[str, Mapping[str, Prepared]]  # modality of features, and their representation of each split
InputOfSplits = tuple[str, Mapping[str, NetworkInput]]  # the same, of those that a network takes


@dataclass(frozen=True)
class _Inputs:
    train: list[tuple[str, NetworkInput]]
    splits: dict[str, Split]
    speakers: int


class NetworkModel(Model):
    """A network for all questions; or, for `single`, a network for each of them."""

    has_seed = True

    def __init__(self, sharing: str, *, single: bool = False) -> None:
        """Name the sharing layers; `single` trains each question alone, with the layers of hard sharing."""
        self.sharing, self.single = sharing, single

    def run(self, job: Job) -> Outcome:
        """Train the network or networks."""
        prepared = job.prepare()
        if not prepared:
            raise BaselineError("A network needs features. Name some with --features.")
        questions = [each for each in job.release.questions if job.options.links == "output" or each.kind == "task"]
        groups = [[question] for question in questions] if self.single else [questions]
        found: dict[str, BySlug] = {split: {} for split in HELD_OUT}
        details: dict[str, Any] = {"missing": _missing(prepared), "trainings": {}}
        for group in groups:
            name = group[0].slug if self.single else "all"
            details["trainings"] |= self._train(job, prepared, group, name, found)
        return Outcome(found, details)

    def _train(
        self, job: Job, prepared: Sequence[OfSplits], questions: Sequence[Question], name: str, found: dict[str, BySlug]
    ) -> dict[str, Any]:
        """Train the members of an ensemble, add the mean of their probabilities to `found`, and return their facts.

        Source: Lakshminarayanan, Pritzel & Blundell (2017), "Simple and scalable predictive uncertainty estimation
        using deep ensembles".
        """
        rows, options = job.release.rows, job.options
        labels = {split: {each.slug: codes(rows[split], each) for each in questions} for split in SPLITS}
        if not any(has_label(each).any() for each in labels["train"].values()):
            if self.single:
                return {name: {"best_epoch": 0, "left out": "train has no label of this question"}}
            raise BaselineError("The training split has no labels. Label some of its dialogues and make a new release.")
        links = [each for each in job.release.questions if each.kind == "link" and options.links != "none"]
        of_train = {each.slug: targets(rows["train"], each, options) for each in questions}
        strengths = link_strengths(rows["train"], questions, links)
        features, experts, facts = _finetuned(job, prepared, questions, of_train, name)
        inputs = _inputs(job, features)
        dialogues = inputs.splits["dev"].dialogues

        def bias(probabilities: dict[str, Floats], question: Question) -> tuple[Floats, float]:
            slug = question.slug
            dev = labels["dev"][slug]
            if not options.biases:
                choices = decided(probabilities[slug], question).choices
                none = np.zeros(len(question.classes), np.float32)
                return none, criterion(dev, choices, dialogues, question, options.criterion)
            return tuned_bias(
                labels["train"][slug], dev, probabilities[slug], dialogues, question=question, name=options.criterion
            )

        def evaluate(candidate: Network) -> float:
            probabilities = _probabilities(candidate, inputs.splits["dev"])
            return float(np.mean([bias(probabilities, each)[1] for each in questions]))

        members: list[dict[str, dict[str, Floats]]] = []
        for number in range(options.members):
            called = f"{name}, member {number + 1}" if number else name
            seed = member_seed(job.seed, number)
            _make_reproducible(seed, options.threads)
            network = Network(questions, inputs.train, inputs.speakers, self.sharing, options)
            training = Training(
                network.to(_device(options.device)),
                inputs.splits["train"],
                of_train,
                strengths,
                options,
                seed=seed,
                checkpoint=job.workspace / f"{called}.checkpoint",
                key=job.key,
            )
            best = training.run(evaluate, partial(_log, job, called))
            members.append({split: _probabilities(best, inputs.splits[split]) for split in HELD_OUT})
            facts[called] = _facts(best, training)
        for question in questions:
            slug = question.slug
            mean = {split: np.mean([each[split][slug] for each in members], axis=0) for split in HELD_OUT}
            for expert in experts:
                mean = {split: geometric_mean(mean[split], expert[split][slug], question) for split in HELD_OUT}
            offset = bias({slug: mean["dev"]}, question)[0]
            for split in HELD_OUT:
                found[split][slug] = decided(mean[split], question, offset)
        return facts


def member_seed(seed: int, number: int) -> int:
    """Return the seed of a member of an ensemble, by its number from 0; the first one has the seed of the run."""
    return int(np.random.SeedSequence([seed, number]).generate_state(1)[0]) if number else seed


def _log(job: Job, name: str, line: str) -> None:
    job.log(f"{name}: {line}")


def _facts(network: Network, training: Training) -> dict[str, Any]:
    learned = network.sharing.learned()
    slugs = [question.slug for question in network.questions]
    return {
        "best_epoch": training.history.best_epoch,
        "losses": training.history.losses,
        "dev": training.history.scores,
        "parameters": sum(weight.numel() for weight in network.parameters()),
        "sharing": None if learned is None else {"questions": slugs, "cells": learned.tolist()},
    }


def _finetuned(
    job: Job, prepared: Sequence[OfSplits], questions: Sequence[Question], of_train: Mapping[str, Targets], name: str
) -> tuple[list[InputOfSplits], list[dict[str, dict[str, Floats]]], dict[str, Any]]:
    """Finetune the encoder of features that are tokens; all members of an ensemble share it, since it takes so long.

    Returns:
        The features of the network: those that are not tokens, or the finetuned vectors if there are no others. For
        each finetuned encoder, split -> question -> its probabilities. Facts for the run's file.
    """
    features: list[InputOfSplits] = []
    encoders: list[tuple[str, Finetuning]] = []
    facts: dict[str, Any] = {}
    for modality, each in prepared:
        if inputs := {split: one for split, one in each.items() if not isinstance(one, Tokens)}:
            features.append((modality, inputs))
            continue
        _make_reproducible(job.seed, job.options.threads)
        finetuning = Finetuning(
            {split: one for split, one in each.items() if isinstance(one, Tokens)},
            questions,
            of_train,
            job.options,
            seed=job.seed,
            checkpoint=job.workspace / f"{name}, finetuning.checkpoint",
            key=job.key,
            device=_device(job.options.device),
        )
        facts[f"{name}, finetuning"] = {"losses": finetuning.run(partial(_log, job, name))}
        encoders.append((modality, finetuning))
    if not features:
        features = [(modality, {split: each.vectors(split) for split in SPLITS}) for modality, each in encoders]
    return features, [{split: each.probabilities(split) for split in HELD_OUT} for _, each in encoders], facts


def _inputs(job: Job, features: Sequence[InputOfSplits]) -> _Inputs:
    rows = job.release.rows
    speakers = speaker_numbers(rows["train"])
    device = _device(job.options.device)
    splits = {split: Split(rows[split], [each[split] for _, each in features], speakers, device) for split in SPLITS}
    return _Inputs([(modality, each["train"]) for modality, each in features], splits, len(speakers))


def _missing(prepared: Sequence[OfSplits]) -> dict[str, dict[str, float]]:
    """Return the share of utterances without vectors, of features and splits, for features that lack some."""
    missing = {
        f"{number}:{modality}": {
            split: float(1 - one.present.mean()) for split, one in each.items() if not isinstance(one, Bags)
        }
        for number, (modality, each) in enumerate(prepared)
    }
    return {name: each for name, each in missing.items() if any(each.values())}


def _probabilities(network: Network, split: Split) -> dict[str, Floats]:
    network.eval()
    found: dict[str, list[Floats]] = {question.slug: [] for question in network.questions}
    with torch.no_grad():
        for minibatch in split.minibatches(range(len(split.dialogues)), size=PREDICTED_AT_ONCE):
            for question, output in zip(network.questions, network(minibatch).values(), strict=True):
                found[question.slug].append(np.asarray(probabilities(output, question).cpu().numpy(), np.float32))
    return {slug: np.concatenate(each) for slug, each in found.items()}


def _make_reproducible(seed: int, threads: int) -> None:
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")  # without it matrix products on a GPU are refused
    torch.set_num_threads(threads)
    torch.use_deterministic_algorithms(mode=True)
    torch.utils.deterministic.fill_uninitialized_memory = False  # no operation here reads it, and filling takes time
    torch.manual_seed(seed)
    random.seed(seed)


def _device(name: str) -> str:
    if name == "auto":
        return "cuda" if torch.cuda.is_available() else "cpu"
    return name
