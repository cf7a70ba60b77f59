"""Passages that the card and the datasheet of a release share, each made from its records."""

from __future__ import annotations

from typing import Any

from django.utils import translation

from agreement.consensus.registry import METHODS
from agreement.consensus.sources import OPEN
from agreement.presentation.interval_notes import generalises, is_grey, short_note
from agreement.presentation.settlement import NAMES
from agreement.statistics.intervals.figures import FEW_DIALOGUES
from export.metadata.release_facts import ReleaseFacts
from export.metadata.tables import table

LISTED = 20  # sources and findings; the manifest has all


def has_source_labels(facts: ReleaseFacts) -> bool:
    """Return whether the release has published labels of a source."""
    return any(rater["kind"] == "source" for rater in facts.manifest["raters"])


def has_members(facts: ReleaseFacts) -> bool:
    """Return whether members of the project annotated the corpus, in place of a published source alone."""
    return any(rater["kind"] == "member" for rater in facts.manifest["raters"])


def size(facts: ReleaseFacts) -> str:
    """Return the numbers of utterances, dialogues, series, episodes and speakers."""
    shared = facts.manifest["leaks"]["shared"]
    counts = [(facts.dialogues, "dialogue"), (shared["series"]["of"], "series")]
    counts += [(shared[f"{kind}s"]["of"], kind) for kind in ("episode", "speaker") if shared[f"{kind}s"]["of"]]
    named = [f"{count:,} {noun}{'' if count == 1 or noun == 'series' else 's'}" for count, noun in counts]
    return f"{facts.rows:,} utterances in {named[0]}; {', '.join(named[1:])}."


def origin_of_labels(facts: ReleaseFacts) -> str:
    """Return who gave the answers, how labels follow from them, and how many came about in which way."""
    method = METHODS[facts.manifest["consensus"]["method"]]
    counts = facts.manifest["consensus"]["utterances"]
    if has_members(facts):
        k = facts.manifest["codebook"]["policy"]["k"]
        given = (
            "Members of the project answered every question in Concord, independently of each other, "
            f"up to {k} of them for an utterance."
        )
    else:
        given = (
            "The answers are those that the source published; nobody answered in Concord. The records do not say how "
            "many annotators stand behind an answer."
        )
    with translation.override("en"):
        ways = ", ".join(f"{count:,} {NAMES.get(source, source)} (`{source}`)" for source, count in counts.items())
        rule = f"A label is the decision of an adjudicator if there is one, else it follows by {method.label}."
    return f"{given} {rule} Utterances by the way in which their labels came about, in doubt the weakest: {ways}."


def missing(facts: ReleaseFacts) -> str:
    """Return how many utterances have no label, per question."""
    found = [
        f"{slug} {sum(count for source, count in counts.items() if source in OPEN):,}"
        for slug, counts in facts.manifest["consensus"]["questions"].items()
    ]
    return f"Utterances without a label, per question: {', '.join(found)}. The `source` of each states the reason."


def raters(facts: ReleaseFacts) -> str:
    """Return how many raters are listed, by kind."""
    kinds: dict[str, int] = {}
    for rater in facts.manifest["raters"]:
        kinds[rater["kind"]] = kinds.get(rater["kind"], 0) + 1
    names = {"member": "members of the project, under pseudonyms", "source": "published label set of the source"}
    names |= {"model": "models"}
    return "; ".join(f"{count} {names.get(kind, kind)}" for kind, count in sorted(kinds.items())) + "."


def consent(facts: ReleaseFacts) -> str:
    """Return how many raters agreed to being listed."""
    counts = facts.manifest["consent"]
    if not has_members(facts) and not any(counts.values()):
        return "No member of the project is listed. What the annotators of the source agreed to is not recorded."
    return (
        f"{counts['withheld']} refused to be listed: their answers count for the labels and are left out. "
        f"{counts['not_asked']} have not stated a decision in Concord; their answers are listed under pseudonyms."
    )


def splits(facts: ReleaseFacts) -> str:
    """Return how the splits were made and what they share."""
    split, options = facts.manifest["split"], facts.manifest["options"]
    counted = facts.manifest["leaks"]["shared"]
    shared = "; ".join(f"{each['shared']} of {each['of']} {kind}" for kind, each in counted.items() if each["of"])
    if split["kind"] == "source":
        return f"The splits are those of the source. In more than one split: {shared}."
    wanted = ", ".join(f"{name} {share:.0%}" for name, share in split["requested"].items())
    drawn = f"Drawn at random with the seed {options['seed']}, so that labels are distributed alike"
    if split["kind"] == "continued":
        drawn += f"; dialogues of the release {split['release']} kept their split"
    kept = f"No {split['group']} is in two splits, and duplicate dialogues stay together."
    return f"{drawn}{f' (requested: {wanted})' if wanted else ''}. {kept} In more than one split: {shared}."


def findings(facts: ReleaseFacts) -> str:
    """Return the known defects with the question and the place of each."""
    defects = facts.manifest["known_defects"]
    if not defects["count"]:
        return "No detector found a defect of the sources."
    listed = "\n".join(f"- {_finding(each)}" for each in defects["worst"][:LISTED])
    return f"{defects['count']} findings; the worst:\n\n{listed}"


def _finding(each: dict[str, Any]) -> str:
    place = ", ".join(part for part in (each["question"], each["extent"]) if part)
    reason = f"; dismissed: {each['dismissed']}" if each["dismissed"] else ""
    return f"{place}: {each['text']} ({each['severity']}{reason})"


def labels(facts: ReleaseFacts) -> str:
    """Return the table of labels per split."""
    splits = facts.manifest["splits"]
    rows = []
    for question in facts.manifest["questions"]:
        for label in map(str, question["classes"]):
            counts = [about["labels"][question["slug"]].get(label, {}).get("count", 0) for about in splits.values()]
            rows.append((f"`{question['slug']}`", f"`{label}`", *counts))
    return table(("question", "class", *splits), rows)


def agreement(facts: ReleaseFacts) -> str:
    """Return alpha of every question with its interval, and the note on the interval in words."""
    wide = generalises(facts.manifest["agreement"])
    found, is_marked = [], False
    for slug in facts.table.slugs:
        alpha = facts.alpha(slug)
        if alpha is None:
            continue
        bounds = [alpha.get("wide_low"), alpha.get("wide_high")] if wide else [alpha.get("low"), alpha.get("high")]
        interval = f" [{bounds[0]:.2f}, {bounds[1]:.2f}]" if None not in bounds else ""
        with translation.override("en"):
            note = short_note(alpha)
        is_marked = is_marked or is_grey(alpha)
        found.append(f"{slug} {alpha['value']:.2f}{interval}{f' ({note})' if note else ''}")
    if not found:
        return "No agreement was computed: no question has the answers of two raters to the same utterance."
    whose = "also for other annotators like these" if wide else "for these annotators"
    few = (
        f" Too few dialogues: fewer than {FEW_DIALOGUES} contain the rarer answers, and such an interval holds the "
        "true value less often than in 95 % of cases."
    )
    return f"Krippendorff's alpha with its 95 % interval {whose}: {'; '.join(found)}.{few if is_marked else ''}"


def licences(facts: ReleaseFacts) -> str:
    """Return the licences of the sources."""
    return "Sources: " + "; ".join(
        f"{licence or 'no licence stated'} ({count} dialogues)" for licence, count in facts.licences.items()
    )
