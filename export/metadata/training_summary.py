"""The figures of a baseline's report that the page shows, from its `report.json`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

from agreement.statistics.intervals.figures import FEW_DIALOGUES
from corpus.rules.codebook import Codebook

SHOWN = ("macro-f1", "weighted-f1", "accuracy", "macro-mae", "quadratic-kappa")
ERRORS = {"macro-mae"}  # smaller is better
SIGNIFICANT = 0.05
BY_FREQUENCY = {"majority", "speaker-only", "series-only"}  # they are meant to predict one class


def training_summary(report: dict[str, Any], pictures: Sequence[str]) -> dict[str, Any]:
    """Return the figures on test, the comparisons and the costs of a report.

    Everything with an order is a list, since PostgreSQL stores the keys of an object in an order of its own.

    Args:
        report: as `python -m baseline` writes it.
        pictures: names of its files of pictures.

    Returns:
        `version`; `rows` by split; `dialogues` of test (None in reports of earlier versions); `models` with `name`,
        `seeds` and `cost`; `questions` with `slug`, `n`, and their `models`, each with `name`, `measures` (`mean`,
        `sd`, `low`, `high`) and `collapsed`, the number of seeds that predict one class only, and with `human`, the
        agreement of the raters with each other; `comparison`; `pictures`.
    """
    return {
        "version": report["version"],
        "rows": report["rows"],
        "dialogues": report.get("dialogues", {}).get("test"),
        "models": [
            {"name": name, "seeds": len(model["seeds"]), "cost": model["cost"]}
            for name, model in report["models"].items()
        ],
        "questions": [{"slug": slug, **_question(question)} for slug, question in report["test"].items()],
        "comparison": report["comparison"],
        "pictures": list(pictures),
    }


def _question(question: dict[str, Any]) -> dict[str, Any]:
    human = (question["ceiling"] or {}).get("human", {})
    return {
        "n": question["n"],
        "human": {name: human[name] for name in SHOWN if name in human},
        "models": [
            {
                "name": name,
                "measures": {
                    key: {part: figures["measures"][key][part] for part in ("mean", "sd", "low", "high")}
                    for key in SHOWN
                    if figures["measures"].get(key, {}).get("mean") is not None
                },
                "collapsed": 0 if name in BY_FREQUENCY else figures["collapsed_seeds"],
            }
            for name, figures in question["models"].items()
        ],
    }


def shown_training(summary: dict[str, Any], codebook: Codebook | None, language: str) -> dict[str, Any]:
    """Return what the page of a release's baselines shows.

    Args:
        summary: as `training_summary` returned it.
        codebook: the one in use, for the names of questions; a question that it lacks is shown by its slug.
        language: of the names.
    """

    def named(slug: str) -> str:
        return codebook.text(slug, language).name if codebook else slug

    dialogues = summary.get("dialogues")
    few = dialogues is not None and dialogues < FEW_DIALOGUES
    seeds = {model["name"]: model["seeds"] for model in summary["models"]}
    questions = [
        {
            "name": named(question["slug"]),
            "n": question["n"],
            "measures": _measures(question),
            "models": [{**model, "seeds": seeds[model["name"]]} for model in _rows(question)],
            "human": [question["human"].get(name) for name in _measures(question)] if question["human"] else None,
            "pictures": _own(summary["pictures"], question["slug"], "figures", "confusion", "calibration"),
        }
        for question in summary["questions"]
        if question["n"]
    ]
    comparison = summary["comparison"]
    return {
        "rows": summary["rows"],
        "few_dialogues": {"count": dialogues, "least": FEW_DIALOGUES} if few else None,
        "questions": questions,
        "unlabelled": [named(question["slug"]) for question in summary["questions"] if not question["n"]],
        "collapsed": [
            {"model": name, "of": of, "questions": found}
            for name, of in seeds.items()
            if (found := _collapsed(questions, name))
        ],
        "comparison": comparison
        | {
            "rows": [
                {**row, "name": named(row["question"]), "better": "" if few else _better(row)}
                for row in comparison["rows"]
            ]
        },
        "costs": summary["models"],
        "networks": [(name, own) for name in seeds if (own := _own(summary["pictures"], name, "training", "sharing"))],
    }


def _collapsed(questions: list[dict[str, Any]], model: str) -> list[dict[str, Any]]:
    """Return the questions of which a model predicts one class only, each with the number of seeds."""
    return [
        {"name": question["name"], "count": each["collapsed"]}
        for question in questions
        for each in question["models"]
        if each["name"] == model and each["collapsed"]
    ]


def _measures(question: dict[str, Any]) -> list[str]:
    return [name for name in SHOWN if any(name in each["measures"] for each in question["models"])]


def _rows(question: dict[str, Any]) -> list[dict[str, Any]]:
    names = _measures(question)
    best = {
        name: max(each["measures"][name]["mean"] for each in question["models"] if name in each["measures"])
        for name in names
        if name not in ERRORS
    }
    return [
        {
            "name": each["name"],
            "collapsed": each["collapsed"],
            "figures": [
                {**each["measures"][name], "best": each["measures"][name]["mean"] == best.get(name)}
                if name in each["measures"]
                else None
                for name in names
            ],
        }
        for each in question["models"]
    ]


def _own(pictures: Sequence[str], owner: str, *kinds: str) -> list[str]:
    return [name for kind in kinds for name in pictures if re.fullmatch(rf"{re.escape(owner)}(-.*)?-{kind}\.svg", name)]


def _better(row: dict[str, Any]) -> str:
    """Return "first" or "second" if the corrected test separates the models of a comparison, else an empty text."""
    if row["p_holm"] is None or row["p_holm"] >= SIGNIFICANT:
        return ""
    return "first" if row["value"] > 0 else "second"
