"""The summary of a manifest for the page of its release, in the reader's language."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import permutations
from typing import Any

from agreement.consensus.registry import DEFAULT
from agreement.presentation.left_out import left_out_sentences
from agreement.presentation.settlement import settlement_lines
from corpus.rules.codebook import CANNOT_JUDGE, NOT_APPLICABLE, Codebook, from_document
from export.metadata.review_flags import flag_sentences
from export.splits.assignment import SPLITS

NAMELESS = ("", NOT_APPLICABLE, CANNOT_JUDGE)  # the template has names for these
UNEVEN = 0.05  # a split whose share differs from the requested one by more than this is marked


def release_summary(manifest: Mapping[str, Any], language: str) -> dict[str, Any]:
    """Return the summary of a release.

    Returns:
        `splits`: dicts with `name`, `rows`, `share` and `requested` (percent, None for a source's split), `uneven`,
        `dialogues`, `groups`; `questions`: dicts with `slug`, `name`, `alpha` (a figure or None), `left_out`
        (sentences) and `labels`, each with `slug`, `name` and a list of percentages, one per split; `overlap`: pairs
        of splits with `repeated` and `of`; `files`: name, sha256, bytes and rows; `corrected`, the number of
        annotations corrected after they were handed in; `consensus`, name and number of the method; `settlement`,
        lines on how the labels came about (empty in releases of earlier versions); `to_review`, number of utterances
        to be decided again; `error`, the audit as `agreement.domain.audit.error_document`, with the splits as `rows`
        (empty in releases of earlier versions); `warnings`, classes that a split lacks; `origin`, how the split came
        about; `shared`, series, episodes and speakers in more than one split; `flags`, what reviewers may flag;
        `changes`, counts of what changed since the release before; and `options`, `left_out`, `leaks`,
        `raters` and `consent` of the manifest.
    """
    rules = from_document(manifest["codebook"])
    manifest = {**manifest, "splits": _in_order(manifest["splits"])}
    slugs = [question["slug"] for question in manifest["questions"]]
    method = manifest["options"].get("consensus", DEFAULT)
    return {
        "splits": _splits(manifest),
        "questions": [_question(manifest, rules, slug, language) for slug in slugs],
        "overlap": _overlap(manifest),
        "files": [{"name": name, **about} for name, about in sorted(manifest["files"].items()) if "/" not in name],
        "settlement": settlement_lines(manifest["consensus"], slugs, method=method) if "consensus" in manifest else [],
        "to_review": manifest.get("consensus", {}).get("to_review", 0),
        "error": _error(manifest.get("consensus_error", {})),
        "consensus": method,
        "clips": sum("/" in name for name in manifest["files"]),
        "corrected": manifest.get("answers", {}).get("corrected", 0),  # releases of earlier versions do not have it
        **{name: manifest[name] for name in ("options", "left_out", "leaks", "raters")},
        "origin": manifest.get("split", {}),
        "warnings": [_warning(each, rules, language) for each in manifest.get("warnings", [])],
        "shared": manifest["leaks"].get("shared", {}),
        "flags": flag_sentences(manifest),
        "changes": manifest.get("changes", {}),
        "consent": manifest.get("consent", {}),  # missing in releases of earlier versions
    }


def _in_order(splits: Mapping[str, Any]) -> dict[str, Any]:
    """Return the splits in their usual order: PostgreSQL stores the keys of a document by length."""
    usual = {name: place for place, name in enumerate(SPLITS)}
    return {
        name: splits[name] for name in sorted(splits, key=lambda name: (usual.get(name, len(usual)), len(name), name))
    }


def _overlap(manifest: Mapping[str, Any]) -> list[dict[str, Any]]:
    """Return the repeated texts per pair of splits, each pair in the order in which it was compared."""
    texts = manifest["leaks"]["texts"]
    pairs = permutations(manifest["splits"], 2)
    return [{"pair": pair, **texts["-".join(pair)]} for pair in pairs if "-".join(pair) in texts]


def _error(document: Mapping[str, Any]) -> dict[str, Any]:
    """Return the estimated error of agreeing answers with a row per split: its name, and the rates of any question."""
    found = document.get("splits", {})
    names = ["all", *_in_order({name: found[name] for name in found if name != "all"})] if found else []
    rows = [(name, [found[name][kind] for kind in ("any", "unanimous", "majority")]) for name in names]
    return {**document, "rows": rows}


def _splits(manifest: Mapping[str, Any]) -> list[dict[str, Any]]:
    rows = []
    requested = _requested(manifest)
    for name, about in manifest["splits"].items():
        share = requested.get(name)
        rows.append(
            {
                "name": name,
                "rows": about["rows"],
                "share": 100 * about["share"],
                "requested": None if share is None else 100 * share,
                "uneven": share is not None and abs(about["share"] - share) > UNEVEN,
                "dialogues": about["dialogues"],
                "groups": about["groups"],
            }
        )
    return rows


def _warning(warning: Mapping[str, Any], rules: Codebook, language: str) -> dict[str, Any]:
    question, label = warning["question"], warning["label"]
    names = {
        "question_name": rules.text(question, language).name,
        "label_name": rules.text(f"{question}.{label}", language).name,
    }
    return {**warning, **names}


def _requested(manifest: Mapping[str, Any]) -> dict[str, float]:
    """Return split -> requested share; releases of earlier versions have it in their options alone."""
    if "split" in manifest:
        return dict(manifest["split"]["requested"])
    ratios = manifest["options"]["ratios"]
    if manifest["options"]["split"] == "source":
        return {}
    return {name: ratio / sum(ratios) for name, ratio in zip(manifest["splits"], ratios, strict=True)}


def _question(manifest: Mapping[str, Any], rules: Codebook, slug: str, language: str) -> dict[str, Any]:
    counted = [manifest["splits"][split]["labels"][slug] for split in manifest["splits"]]
    classes = next(question["classes"] for question in manifest["questions"] if question["slug"] == slug)
    figures = {question["slug"]: question for question in manifest["agreement"]["questions"]}
    return {
        "slug": slug,
        "name": rules.text(slug, language).name,
        "alpha": figures[slug]["alpha"] if slug in figures else None,
        "left_out": left_out_sentences(figures[slug]) if slug in figures else [],
        "labels": [
            {
                "slug": label,
                "name": label if label in NAMELESS else rules.text(f"{slug}.{label}", language).name,
                "shares": [
                    (split, 100 * labels.get(label, {"share": 0})["share"])
                    for split, labels in zip(manifest["splits"], counted, strict=True)
                ],
            }
            for label in (*map(str, classes), NOT_APPLICABLE, "")
            if any(label in labels for labels in counted) or label not in NAMELESS
        ],
    }


def shared_summary(manifest: Mapping[str, Any]) -> dict[str, Any]:
    """Return what the public page of a shared release shows.

    Returns:
        `rows` and `dialogues`, numbers; `splits`, pairs of name and number of rows; `licence` of the labels, as
        managers stated it; `licences`, pairs of a licence of the sources ("" for none) and its number of dialogues.
    """
    splits = _in_order(manifest["splits"])
    licences: dict[str, int] = {}
    for source in manifest.get("sources", []):
        licence, dialogues = source.get("licence", ""), source.get("dialogues", 0)
        licences[licence] = licences.get(licence, 0) + dialogues
    return {
        "rows": sum(about["rows"] for about in splits.values()),
        "dialogues": sum(about["dialogues"] for about in splits.values()),
        "splits": [(name, about["rows"]) for name, about in splits.items()],
        "licence": manifest.get("licence", ""),
        "licences": sorted(licences.items()),
    }
