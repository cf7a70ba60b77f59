"""The filters of the label browser in plain Python: one utterance at a time, from the rows of the database."""

from collections.abc import Iterable
from typing import Any

from agreement.consensus.labelling import labels
from agreement.consensus.majority import majority
from agreement.consensus.precedence import Settled, final_labels
from agreement.consensus.sources import settled_by
from agreement.judgements.comparability import comparable
from agreement.label_index.texts import folded
from agreement.models import Decision
from annotator.models import Slot
from corpus.models import Annotation, Corpus, Utterance
from corpus.rules.codebook.conditions import holds, parse
from corpus.rules.label_selection import Selection

MEANT = {
    "majority": {"majority", "unanimous"},
    "tie": {"tie", "not_admitted", "ends_not_settled"},
    "single": {"single"},
    "none": {"none", "cannot_judge"},
}


def rows_of(corpus: Corpus) -> list[Utterance]:
    """The utterances in the order of the corpus, with everything that the filters look at."""
    rows = Utterance.objects.filter(dialogue__corpus=corpus).exclude(dialogue__state="draft")
    ordered = rows.order_by("dialogue__order", "dialogue_id", "order")
    related = ordered.select_related("dialogue__series", "dialogue__corpus__codebook", "speaker", "decision")
    annotations = "annotations__rater__corpus__codebook"
    more = ("flags", "dialogue__slots__batch", "dialogue__assignments", annotations, "annotations__codebook")
    return list(related.prefetch_related(*more))


def matching(rows: list[Utterance], selection: Selection) -> list[str]:
    """Codes of the utterances that fit."""
    return [each.code for each in rows if fits(each, selection)]


def fits(utterance: Utterance, wanted: Selection) -> bool:
    dialogue = utterance.dialogue
    if wanted.state not in {"all", dialogue.state}:
        return False
    place = {
        "series": dialogue.series.name,
        "dialogue": dialogue.code,
        "speaker": utterance.speaker.name if utterance.speaker else None,
        "gender": utterance.speaker.gender if utterance.speaker else None,
        "age": utterance.speaker.age_group if utterance.speaker else None,
        "split": dialogue.source_split or "none",
    }
    if any(getattr(wanted, name) and value not in getattr(wanted, name) for name, value in place.items()):
        return False
    marks = [(wanted.decision, _is_decided), (wanted.flag, _has_flag)]
    if any(words and not any(has(utterance, each) for each in words) for words, has in marks):
        return False
    if wanted.batch and not any(_batch(slot) in wanted.batch for slot in dialogue.slots.all()):
        return False
    return folded(wanted.text) in folded(utterance.text) and _answers_fit(utterance, wanted)


def _decision(utterance: Utterance) -> Decision | None:
    return getattr(utterance, "decision", None)


def _is_decided(utterance: Utterance, wanted: str) -> bool:
    decision = _decision(utterance)
    if wanted == "undecided":
        return decision is None or decision.outcome in {"none", "discussion"}
    if decision is None or decision.outcome == "none":
        return False
    return {
        "decided": decision.outcome == "profile",
        "review": decision.needs_review,
        "disputed": decision.is_disputed,
    }.get(wanted, decision.outcome == wanted)


def _batch(slot: Slot) -> str:
    return str(slot.batch.public_id) if slot.batch else ""


def _has_flag(utterance: Utterance, wanted: str) -> bool:
    flags = [flag for flag in utterance.flags.all() if flag.state != "withdrawn"]
    return any(wanted in {"any", flag.reason, flag.state if flag.state == "open" else ""} for flag in flags)


def _answers_fit(utterance: Utterance, wanted: Selection) -> bool:
    found = [each for each in _counting(utterance) if _is_considered(each, wanted)]
    corpus = utterance.dialogue.corpus
    assert corpus.codebook is not None
    rules = corpus.codebook.rules()
    given = {each.rater.slug: _answers(each, wanted) for each in found}
    count = len(given)
    least = wanted.answers_min
    if least is None and wanted.answers_max is None and (wanted.rater or wanted.kind):
        least = 1
    checks: Iterable[bool] = (
        least is None or count >= least,
        wanted.answers_max is None or count <= wanted.answers_max,
        not (wanted.since or wanted.until) or any(_in_time(each, wanted) for each in found),
        not wanted.corrected or any(each.first_codes is not None and each.first_codes != each.codes for each in found),
        all(_some_gap(given, question, gap) for question, gap in wanted.no_answer),
        all(any(_differs(given, slug) for slug in _slugs(rules, question)) for question in wanted.differs),
        wanted.differing is None or sum(_differs(given, each.slug) for each in rules.questions) >= wanted.differing,
        all(_condition(rules, given, text, wanted.of, _decided_answers(utterance)) for text in wanted.answer),
        all(slug in given and holds(parse(text), given[slug]) for slug, text in wanted.of_rater),
        all(_decided(rules, given, question, agreement) for question, agreement in wanted.consensus),
        all(any(_is_answer(own.get(slug)) for own in given.values()) for slug in wanted.answered),
        all(_source(_majority(rules, given), question) == source for question, source in wanted.majority),
        all(_source(_final(rules, given, utterance), question) == source for question, source in wanted.origin),
    )
    return all(checks)


def _counting(utterance: Utterance) -> list[Annotation]:
    rows = [each for each in utterance.annotations.all() if each.purpose == "main" and each.answers is not None]
    held = {each.rater_id for each in utterance.dialogue.assignments.all() if each.state != "done"}
    return [each for each in rows if each.rater.kind != "model" and each.rater_id not in held]


def _is_considered(annotation: Annotation, wanted: Selection) -> bool:
    kinds = {"": True, "members": annotation.rater.kind == "member", "sources": annotation.rater.kind == "source"}
    return kinds[wanted.kind] and (not wanted.rater or annotation.rater.slug in wanted.rater)


def _answers(annotation: Annotation, wanted: Selection) -> dict[str, Any]:
    codes = annotation.codes
    if wanted.version == "first" and annotation.first_codes is not None:
        codes = annotation.first_codes
    assert codes is not None
    answers = annotation.codebook.layout().decode(bytes(codes))
    used = annotation.rater.corpus.codebook
    assert used is not None
    alike = comparable(used.rules(), annotation.codebook.rules())
    # None: answered, but to a question that is asked differently now
    return {
        slug: answer if slug in alike or answer in ("cannot_judge", "not_applicable") else None
        for slug, answer in answers.items()
    }


def _in_time(annotation: Annotation, wanted: Selection) -> bool:
    day = annotation.updated_at.date()
    return (not wanted.since or day >= wanted.since) and (not wanted.until or day <= wanted.until)


def _some_gap(given: dict[str, dict[str, Any]], question: str, gap: str) -> bool:
    if gap == "unanswered":
        return any(question not in answers for answers in given.values())
    if gap == "incomparable":
        return any(question in answers and answers[question] is None for answers in given.values())
    return any(answers.get(question) == gap for answers in given.values())


def _differs(given: dict[str, dict[str, Any]], question: str) -> bool:
    answers = [answers[question] for answers in given.values() if question in answers]
    counted = [each for each in answers if each not in (None, "cannot_judge", "not_applicable")]
    return any(each != counted[0] for each in counted)


def _slugs(rules: Any, question: str) -> list[str]:
    return [each.slug for each in rules.questions] if question == "any" else [question]


def _decided_answers(utterance: Utterance) -> dict[str, Any] | None:
    decision = _decision(utterance)
    return decision.answers if decision else None


def _is_answer(answer: Any) -> bool:
    return answer not in (None, "cannot_judge", "not_applicable")


def _source(found: dict[str, Any], question: str) -> str:
    return str(found[question].source) if question else settled_by(found)


def _final(rules: Any, given: dict[str, dict[str, Any]], utterance: Utterance) -> dict[str, Any]:
    decision, settled = _decision(utterance), None
    if decision and decision.outcome != "none":
        source = {"profile": "decision"}.get(decision.outcome, decision.outcome)
        settled = Settled(source, decision.answers)
    return final_labels(_majority(rules, given), settled)


def _condition(
    rules: Any, given: dict[str, dict[str, Any]], text: str, of: str, decided: dict[str, Any] | None
) -> bool:
    tree = parse(text)
    if of == "label" and decided is not None:
        return holds(tree, decided)
    if of == "label":
        by_question = _majority(rules, given)
        return holds(tree, {slug: each.label for slug, each in by_question.items() if each.label is not None})
    found = [holds(tree, answers) for answers in given.values()]
    return bool(found) and all(found) if of == "every" else any(found)


def _majority(rules: Any, given: dict[str, dict[str, Any]]) -> dict[str, Any]:
    known = {rater: {slug: each for slug, each in own.items() if each is not None} for rater, own in given.items()}
    return labels(rules, known, majority)


def _decided(rules: Any, given: dict[str, dict[str, Any]], question: str, agreement: str) -> bool:
    if agreement == "unanimous":
        answers = [answers[question] for answers in given.values() if question in answers]
        counted = [each for each in answers if each not in (None, "cannot_judge", "not_applicable")]
        return len(counted) > 1 and all(each == counted[0] for each in counted)
    return _majority(rules, given)[question].source in MEANT[agreement]
