"""Passages that the card and the datasheet of a release share, each made from its records."""

from __future__ import annotations

from typing import Any

from django.utils import translation

from agreement.consensus.registry import METHODS
from agreement.presentation.interval_notes import generalises, is_grey, short_note
from agreement.presentation.settlement import NAMES
from agreement.statistics.intervals.figures import FEW_DIALOGUES
from export.metadata.release_facts import ReleaseFacts

LISTED = 20  # sources and findings; the manifest has all
LEFT_OUT = {
    "draft": "that nobody has declared ready",
    "incomplete": "that lack some of their annotators",
    "unjudged": "without finished answers",
    "conflicts": "that join groups of different splits",
}


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
            "Members of the project answered the questions in Concord, each on their own, up to "
            f"{k} of them for an utterance."
        )
    else:
        given = (
            "The answers are those that the source published; nobody answered in Concord. The records do not say how "
            "many annotators stand behind an answer."
        )
    with translation.override("en"):
        ways = ", ".join(f"{count:,} {NAMES.get(source, source)} (`{source}`)" for source, count in counts.items())
        rule = f"Labels follow by {method.label}."
    if "decision" in counts:
        rule += " Where an adjudicator decided, the decision is the label."
    if set(counts) == {"single"} and not has_members(facts):
        return f"{given} There is one answer to each question, and it is the label."
    return f"{given} {rule} Utterances by how their labels came about, each by its least certain label: {ways}."


def missing(facts: ReleaseFacts) -> str:
    """Return how many utterances have no label, and to how many a question does not apply, per question."""
    labels = [about["labels"] for about in facts.manifest["splits"].values()]

    def count(slug: str, label: str) -> int:
        return sum(each[slug].get(label, {}).get("count", 0) for each in labels)

    parts = []
    for label, text in (
        ("", "Utterances without a label: {found}; `source` states the reason of each."),
        ("not_applicable", "Utterances to which a question is not applicable: {found}."),
    ):
        found = [f"{slug} {number:,}" for slug in facts.table.slugs if (number := count(slug, label))]
        if found:
            parts.append(text.format(found=", ".join(found)))
    return " ".join(parts) or "No. Every question of every utterance has a label."


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
    found = []
    if counts["withheld"]:
        found.append(f"{counts['withheld']} refused: their answers count for the labels, but are not listed.")
    if counts["not_asked"]:
        found.append(f"{counts['not_asked']} were not asked in Concord: their answers are listed under pseudonyms.")
    return " ".join(found) or "All of them agreed; their answers are listed under pseudonyms."


def splits(facts: ReleaseFacts) -> str:
    """Return how the splits were made and what they share."""
    split, options = facts.manifest["split"], facts.manifest["options"]
    counted = facts.manifest["leaks"]["shared"]
    shared = "; ".join(f"{each['shared']} of {each['of']} {kind}" for kind, each in counted.items() if each["of"])
    if split["kind"] == "source":
        return f"The splits are those of the source. In more than one split: {shared}."
    wanted = ", ".join(f"{name} {share:.0%}" for name, share in split["requested"].items())
    drawn = f"Drawn at random with the seed {options['seed']}, stratified by labels"
    if split["kind"] == "continued":
        drawn += f"; dialogues of the release {split['release']} kept their split"
    kept = f"No {split['group']} is in two splits, and duplicate dialogues stay together."
    if published := split.get("published", 0):
        kept += (
            f" The source published a split of {published:,} dialogues, which is not used here: results cannot be "
            "compared with those on it (`--split source` keeps it)."
        )
    return f"{drawn}{f' (requested: {wanted})' if wanted else ''}. {kept} In more than one split: {shared}."


def selection(facts: ReleaseFacts) -> str:
    """Return how the dialogues were screened and drawn, with reasons, rules and probabilities; "" if nothing was."""
    selected = facts.manifest.get("selection") or {}
    if not selected.get("steps"):
        return ""
    released = selected["released"]
    counted = (
        f"Of {selected['candidates']:,} candidate dialogues {selected['in']:,} are screened in, {selected['out']:,} "
        f"are screened out, and {selected['undecided']:,} are not decided. Of the released ones {released['drawn']:,} "
        f"were drawn at random, {released['chosen']:,} were chosen for a reason, and {released['undecided']:,} are not "
        "decided."
    )
    shares = [share for labels in selected["prevalence"].values() for share in labels.values()]
    if any(share["weighted"] is not None for share in shares):
        counted += " `selection.prevalence` in manifest.json has the shares of the labels weighted by the draws."
    steps = selected["steps"]
    listed = [f"- {_step(each)}" for each in steps[:LISTED]]
    if len(steps) > LISTED:
        listed.append(f"- and {len(steps) - LISTED} further steps, see manifest.json")
    return "\n\n".join((counted, "\n".join(listed)))


def _step(step: dict[str, Any]) -> str:
    reason = f": {step['reason']}" if step["reason"] else ""
    if step["kind"] != "draw":
        return f"{step['population']:,} screened {step['decision']}{reason}"
    chances = sorted({round(group["probability"], 4) for group in step["groups"]})
    shown = " to ".join(f"{each:g}" for each in dict.fromkeys((chances[0], chances[-1])))
    per = "all" if step["per"] == "corpus" else f"each {step['per']}"
    number = f"{step['taken']:,} of {step['population']:,}"
    return f"{number} drawn from {per}, probability {shown}, seed {step['seed']}{reason}"


def findings(facts: ReleaseFacts) -> str:
    """Return the known defects with the question and the place of each."""
    defects = facts.manifest["known_defects"]
    if not defects["count"]:
        return "No detector found a defect of the sources."
    shown = defects["worst"][:LISTED]
    listed = "\n".join(f"- {_finding(each)}" for each in shown)
    number = "1 finding" if defects["count"] == 1 else f"{defects['count']} findings"
    which = "" if len(shown) == defects["count"] else f"; the worst {len(shown)}"
    rows = " Rows are those of the source's files, with the header as row 1." if any(x["file"] for x in shown) else ""
    return f"{number}{which}.{rows}\n\n{listed}"


def _finding(each: dict[str, Any]) -> str:
    place = ", ".join(part for part in (each["question"], each["extent"]) if part)
    reason = f"; dismissed: {each['dismissed']}" if each["dismissed"] else ""
    return f"{place}: {each['text']} ({each['severity']}{reason})"


def agreement(facts: ReleaseFacts) -> str:
    """Return alpha of every question with its interval, and the note on the interval in words."""
    wide = generalises(facts.manifest["agreement"])
    levels = {each["slug"]: each["level"] for each in facts.manifest["agreement"]["questions"]}
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
        found.append(f"{slug} ({levels[slug]}) {alpha['value']:.2f}{interval}{f' ({note})' if note else ''}")
    if not found:
        return "No agreement was computed: no question has the answers of two raters to the same utterance."
    whose = "also for other annotators like these" if wide else "for these annotators"
    few = (
        f" Too few dialogues: fewer than {FEW_DIALOGUES} contain an answer other than the most frequent one, and such "
        "an interval holds the true value less often than in 95 % of cases."
    )
    return (
        f"Krippendorff's alpha with its 95 % interval {whose}, by dialogues as units: {'; '.join(found)}."
        f"{few if is_marked else ''}"
    )


def licences(facts: ReleaseFacts) -> str:
    """Return the licences of the sources."""
    return "Sources: " + "; ".join(
        f"{licence or 'no licence stated'} ({count} dialogues)" for licence, count in facts.licences.items()
    )


def left_out(facts: ReleaseFacts) -> str:
    """Return how many dialogues are not released, by reason."""
    counts = facts.manifest["left_out"]
    found = [f"{counts[reason]:,} {text}" for reason, text in LEFT_OUT.items() if counts.get(reason)]
    answers = f" {counts['incomparable']:,} answers given under another codebook." if counts["incomparable"] else ""
    return f"Dialogues left out: {', '.join(found) or 'none'}.{answers}"
