"""`python -m baseline train`: run models with several seeds, and report them."""

from __future__ import annotations

import argparse
import itertools
import json
from collections.abc import Sequence
from dataclasses import fields, replace
from typing import TYPE_CHECKING

from baseline.cli import arguments
from baseline.errors import UsageError
from baseline.models.registry import ALWAYS, DEFAULT, LINEAR, MODELS
from baseline.options import CHOICES, Options

if TYPE_CHECKING:
    from baseline.cli.arguments import Commands
    from baseline.runs.execute import Plan
    from baseline.runs.variants import Variant

DEFAULTS = Options()
ALL = "all"
NETWORKS = ("hard-sharing", "cross-stitch", "soft-sharing")  # with parts to leave out
NUMBERS = {
    "members": "networks that are trained for each seed, whose probabilities are averaged",
    "epochs": "most passes over train",
    "patience": "epochs without a better smoothed criterion before training stops",
    "minibatch": "utterances of a minibatch, in whole dialogues",
    "learning_rate": "of AdamW",
    "encoder_learning_rate": "of a finetuned encoder, at its highest",
    "encoder_epochs": "passes over train in which an encoder is finetuned",
    "dropout": "share of hidden units dropped",
    "width": "of the hidden layers",
    "class_weight": "exponent of a class's frequency in its weight; -1 balances the classes",
    "label_smoothing": "share of the target spread over all classes",
    "threads": "threads of torch; their number changes the last digits of results",
}
TEXTS = {
    "context": "how much of the dialogue a network sees",
    "heads": "whether a head corrects the linear model, where that one is among the features",
    "fusion": "how a network combines modalities",
    "links": "whether links are predicted, supervise the sharing only, or are left out",
    "criterion": "the figure on dev that decides",
    "device": "where networks are trained",
}


def add_to(commands: Commands) -> None:
    """Add the command."""
    parser = commands.add_parser("train", help="train models on a release and report them on dev and test")
    arguments.add_release(parser)
    names = [*(entry.name for entry in MODELS), ALL]
    parser.add_argument(
        "--model",
        nargs="+",
        metavar="NAME",
        choices=names,
        default=[DEFAULT],
        help=f"{arguments.choices(MODELS)}; or all. Default: {DEFAULT}; {' and '.join(ALWAYS)} run always",
    )
    arguments.add_features(parser)
    parser.add_argument("--seeds", type=arguments.positive, default=1, help="number of seeds (%(default)s)")
    parser.add_argument("--seed", type=int, default=0, help="the first seed; the same seed gives the same results")
    parser.add_argument("--name", default="", help="name of the row in the tables, to keep variants of a model apart")
    for name, text in NUMBERS.items():
        default = getattr(DEFAULTS, name)
        kind = arguments.positive if isinstance(default, int) else float
        parser.add_argument(f"--{name.replace('_', '-')}", type=kind, default=default, help=f"{text} ({default})")
    for name, text in TEXTS.items():
        default = getattr(DEFAULTS, name)
        parser.add_argument(f"--{name}", choices=CHOICES[name], default=default, help=f"{text} (%(default)s)")
    parser.add_argument("--hard-labels", action="store_true", help="learn from labels even where there are votes")
    parser.add_argument("--no-biases", action="store_true", help="tune no class biases on dev")
    parser.add_argument(
        "--mixtures",
        action="store_true",
        help="add to each network a row of its mixture with the linear model: dev chooses the shares for each "
        "question, and the linear model decides alone where a mixture is not better by one standard error",
    )
    parser.add_argument(
        "--progress",
        action="store_true",
        help='print only lines of JSON on standard output, for a calling program: {"done": runs, "of": runs}',
    )
    parser.add_argument(
        "--ablations",
        action="store_true",
        help="also train the model with each modality, the context, the links and the sharing left out, and compare",
    )
    parser.add_argument(
        "--learning-curve",
        action="store_true",
        help="also train the model, and the linear one, on an eighth, a quarter and half of the dialogues of train, "
        "and compare: do more labels help?",
    )
    arguments.add_out(parser)
    parser.set_defaults(run=run)


def run(options: argparse.Namespace) -> None:
    """Run what is not finished yet, and write and print the report."""
    from baseline.data import release
    from baseline.evaluation import report, tables
    from baseline.evaluation.comparison import Comparison
    from baseline.runs.execute import Plan, execute
    from baseline.runs.mixtures import write_mixtures

    folder = options.out or arguments.beside(options.release, "baseline")
    wanted = [each.name for each in MODELS if ALL in options.model or each.name in options.model]
    models = wanted if options.name else [name for name in wanted if name not in ALWAYS]
    if options.name and len(models) != 1:
        raise UsageError("--name names one model. Give a single --model with it.")
    if options.ablations and not (len(models) == 1 and models[0] in NETWORKS):
        raise UsageError(f"--ablations needs a single --model out of {', '.join(NETWORKS)}.")
    if options.learning_curve and (len(options.model) != 1 or ALL in options.model):
        raise UsageError("--learning-curve needs a single --model.")
    if folder.exists() and not folder.is_dir():
        raise UsageError(f"{folder} is a file. Give a folder for --out.")
    opened = release.read(options.release)
    cache = options.cache or arguments.beside(options.release, "features")
    seeds = range(options.seed, options.seed + options.seeds)
    plan = Plan(opened, models, seeds, chosen(options), folder / "runs", cache, options.name)
    always = replace(plan, models=ALWAYS, options=_plain(options), name="")
    number = itertools.count()
    of = len(always.runs_planned()) + len(plan.runs_planned())

    def told() -> None:
        if options.progress:
            print(json.dumps({"done": next(number), "of": of}), flush=True)

    execute(always, arguments.log, arguments.progress_bar, told)
    execute(plan, arguments.log, arguments.progress_bar, told)
    if options.mixtures:
        write_mixtures(plan)
    pairs = [
        *(_ablations(plan) if options.ablations else []),
        *(_learning_curves(plan, always) if options.learning_curve else []),
    ]
    told()
    slugs = [question.slug for question in opened.questions]
    found = report.write(opened, folder, Comparison(pairs, questions=slugs) if pairs else None)
    if not options.progress:
        print(tables.text(found))
    arguments.log(f"Runs and report are in {folder}.")


def _ablations(plan: Plan) -> list[tuple[str, str]]:
    """Train the variants of the model of a plan; return the pairs of the model and each of them."""
    from baseline.features.registry import named
    from baseline.runs.ablations import ablations

    (model,) = plan.models
    modalities = {each: named(each).modality for each in plan.options.features}
    has_links = any(question.kind == "link" for question in plan.release.questions)
    found = ablations(model, plan.options, modalities, has_links=has_links)
    return _compared(plan, plan.name or model, found)


def _learning_curves(plan: Plan, always: Plan) -> list[tuple[str, str]]:
    """Train the model of a plan and the linear one on shares of train; return the pairs of the whole and each share."""
    from baseline.runs.learning_curve import learning_curve

    pairs = _compared(always, LINEAR, learning_curve(LINEAR, always.options))
    for model in plan.models:
        pairs += _compared(plan, plan.name or model, learning_curve(model, plan.options, plan.name))
    return pairs


def _compared(plan: Plan, name: str, variants: Sequence[Variant]) -> list[tuple[str, str]]:
    """Train variants with the seeds of a plan; return the pairs of the named row and each of theirs."""
    from baseline.runs.execute import execute

    for each in variants:
        variant = replace(plan, models=[each.model], options=each.options, name=each.name)
        execute(variant, arguments.log, arguments.progress_bar)
    return [(name, each.name) for each in variants]


def chosen(options: argparse.Namespace) -> Options:
    """Return the options of a run that the arguments state."""
    found = {each.name: getattr(options, each.name) for each in fields(Options) if hasattr(options, each.name)}
    found |= {"features": arguments.chosen_features(options)}
    found |= {"soft_labels": not options.hard_labels, "biases": not options.no_biases}
    return Options(**found)


def _plain(options: argparse.Namespace) -> Options:
    """Return the options that matter to the models of every table: variants of networks share their runs."""
    return Options(features=(), criterion=options.criterion)
