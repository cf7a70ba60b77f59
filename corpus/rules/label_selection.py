"""Selections of utterances for the label browser, as values and as query strings. No Django.

A selection is the filters of one page of the label browser. Its query string is made for people: names instead of ids,
one parameter per filter, so that an address can be read, changed by hand and shared.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, field, fields
from datetime import date
from typing import Any
from urllib.parse import urlencode

from common.errors import Refused

KINDS = ("members", "sources")
QUANTIFIERS = ("any", "every", "label")
GAPS = ("cannot_judge", "not_applicable", "unanswered", "incomparable")
AGREEMENTS = ("unanimous", "majority", "tie", "single", "none")
# sources of `agreement.consensus.sources`
MAJORITIES = (
    *("unanimous", "majority", "single", "not_asked"),
    *("tie", "not_admitted", "ends_not_settled", "cannot_judge", "none"),
)
ORIGINS = ("decision", "accepted", *MAJORITIES, "undecidable", "discussion", "incomparable")
VERSIONS = ("current", "first")
SPLITS = ("train", "dev", "test", "none")
STATES = ("ready", "excluded", "all")
DECISIONS = ("decided", "undecided", "review", "undecidable", "discussion", "disputed")
# of cases of adjudication: how they were settled, what could be accepted, and what counts for the protocol
CASES = (
    *("taken", "mixed", "accepted_unanimous", "accepted_majority"),
    *("acceptable_unanimous", "acceptable_majority", "held_back_unanimous", "held_back_majority"),
    *("decided_unanimous", "decided_majority"),
    *("audited", "audited_unanimous", "audited_majority", "double"),
    *("feedback_before", "feedback_before_same", "feedback_after", "feedback_after_same"),
)
AGAIN = ("retest", "ruling")
# what a move of answers did: to annotations, decisions and accepted consensus; and what its undoing did
MOVED = (
    *("moved", "incomplete", "asked", "restored", "skipped"),
    *("decisions", "decisions_open", "decisions_restored", "decisions_skipped"),
    *("accepted", "accepted_open", "accepted_restored", "accepted_skipped"),
)
ANY = "any"

OF_RATER = "answer."  # prefix of the parameter with a condition on one rater's answers
LONGEST = 500  # characters of a value
MOST = 50  # values of a parameter
MOST_ANSWERS = 1000  # raters of an utterance
_NAMES = {"since": "from", "until": "to"}  # fields whose parameter has another name: `from` is a keyword


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """The filters of a page; an utterance is selected if it fits all of them.

    Several values of `series`, `episode`, `speaker`, `gender`, `age`, `dialogue`, `batch`, `split`, `release_split`,
    `flag`, `finding`, `decision`, `case`, `again`, `ruling` and `move` are alternatives. Several values of every other
    filter must all fit.

    Attributes:
        text: characters that the text contains, without regard to case.
        series, episode, speaker, dialogue: names; of dialogues the code.
        gender, age: of the speaker, as the speakers' pages state them.
        rater: slugs of the raters whose answers are looked at; all if empty.
        kind: look at the answers of `members` or of `sources` alone.
        answer: conditions in the codebook's grammar, each of which the answers of some rater must fulfil.
        of: whose answers fulfil `answer`: `any` rater's, `every` rater's, or the `label`'s.
        of_rater: (slug, condition): conditions on the answers of one rater.
        no_answer: (question, one of `GAPS`): a rater gave no answer to the question for this reason.
        differs: questions to which two raters gave different answers; `any` stands for some question.
        differing: at least so many questions have different answers.
        consensus: (question, one of `AGREEMENTS`): how the majority decides the question.
        answered: questions that some rater has answered.
        majority: (question, one of `MAJORITIES`): how exactly the majority decides the question; without a question:
            the utterance as a whole, for which the weakest of its labels stands.
        origin: (question, one of `ORIGINS`): where the label comes from, with decisions and accepted consensus before
            the majority; without a question as in `majority`.
        answers_min, answers_max: number of raters with answers.
        version: `first` looks at the answers that were handed in first, as figures of agreement do.
        corrected: only utterances with answers that were changed after they were handed in.
        flag: `any`, `open` or a reason.
        batch: public ids.
        since, until: days on which current answers were given, both included.
        split: of the source; `none` for dialogues without.
        release_split: name of a release, a colon, and one of its splits.
        finding: `any`, a kind, or a public id.
        decision: some of `DECISIONS`.
        case: some of `CASES`.
        again: answered a second time by some of the raters: in a retest, or because of a ruling.
        ruling: numbers of rulings, because of which two raters at least answered again.
        move: public id of a move of answers, a colon, and one of `MOVED`.
        state: of the dialogues.
    """

    text: str = ""
    series: tuple[str, ...] = ()
    episode: tuple[str, ...] = ()
    speaker: tuple[str, ...] = ()
    gender: tuple[str, ...] = ()
    age: tuple[str, ...] = ()
    dialogue: tuple[str, ...] = ()
    rater: tuple[str, ...] = ()
    kind: str = ""
    answer: tuple[str, ...] = ()
    of: str = "any"
    of_rater: tuple[tuple[str, str], ...] = ()
    no_answer: tuple[tuple[str, str], ...] = ()
    differs: tuple[str, ...] = ()
    differing: int | None = None
    consensus: tuple[tuple[str, str], ...] = ()
    answered: tuple[str, ...] = ()
    majority: tuple[tuple[str, str], ...] = ()
    origin: tuple[tuple[str, str], ...] = ()
    answers_min: int | None = None
    answers_max: int | None = None
    version: str = "current"
    corrected: bool = False
    flag: tuple[str, ...] = ()
    batch: tuple[str, ...] = ()
    since: date | None = None
    until: date | None = None
    split: tuple[str, ...] = ()
    release_split: tuple[str, ...] = ()
    finding: tuple[str, ...] = ()
    decision: tuple[str, ...] = ()
    case: tuple[str, ...] = ()
    again: tuple[str, ...] = ()
    ruling: tuple[str, ...] = ()
    move: tuple[str, ...] = ()
    state: str = "ready"

    def pairs(self) -> list[tuple[str, str]]:
        """Return the parameters of the query string in a fixed order; filters without effect are left out."""
        found: list[tuple[str, str]] = []
        for each in fields(self):
            value = getattr(self, each.name)
            if value != each.default:
                found += [(name, text) for name, text in _parameters(each.name, value)]
        return found

    def query(self, **more: str) -> str:
        """Return the query string, with further parameters at its end."""
        return urlencode([*self.pairs(), *more.items()])

    def without(self, name: str, value: str) -> Selection:
        """Return the selection without one parameter of its query string."""
        rest = [pair for pair in self.pairs() if pair != (name, value)]
        return parse(rest)[0]

    @property
    def names_raters(self) -> bool:
        """Whether a filter names single raters."""
        return bool(self.rater or self.of_rater)


def _parameters(name: str, value: Any) -> Iterable[tuple[str, str]]:
    if name == "of_rater":
        return [(f"{OF_RATER}{rater}", condition) for rater, condition in value]
    if name in {"no_answer", "consensus"}:
        return [(name, ":".join(pair)) for pair in value]
    if name in WHOLE:
        return [(name, ":".join(filter(None, pair))) for pair in value]
    if isinstance(value, tuple):
        return [(name, each) for each in value]
    if value is True:
        return [(name, "yes")]
    return [(_NAMES.get(name, name), value.isoformat() if isinstance(value, date) else str(value))]


@dataclass(slots=True)
class _Values:
    """The values read so far, and what is wrong with the others."""

    given: dict[str, Any] = field(default_factory=dict)
    faults: list[Refused] = field(default_factory=list)


MANY = frozenset(each.name for each in fields(Selection) if each.default == ())
WORDS: dict[str, tuple[str, ...]] = {
    "kind": KINDS,
    "of": QUANTIFIERS,
    "version": VERSIONS,
    "state": STATES,
    "split": SPLITS,
    "decision": DECISIONS,
    "case": CASES,
    "again": AGAIN,
    "corrected": ("yes",),
}
PAIRED = {"no_answer": GAPS, "consensus": AGREEMENTS}
WHOLE = {"majority": MAJORITIES, "origin": ORIGINS}  # the question can be left out
NUMBERS = {"differing", "answers_min", "answers_max"}
DAYS = {"from": "since", "to": "until"}
PARAMETERS = frozenset({_NAMES.get(each.name, each.name) for each in fields(Selection)} - {"of_rater"})


def parse(pairs: Iterable[tuple[str, str]]) -> tuple[Selection, list[Refused]]:
    """Return the selection of a query string, and a refusal for each parameter that cannot be used.

    Empty values are left out, as an empty field of a form means no filter.

    Args:
        pairs: (name, value) in the order of the query string, without the parameters of paging.
    """
    found = _Values()
    for name, raw in pairs:
        value = raw.strip()
        if value:
            try:
                _take(found.given, name, value)
            except Refused as refusal:
                found.faults.append(refusal)
    given: dict[str, Any] = {
        name: tuple(dict.fromkeys(value)) if name in MANY else value for name, value in found.given.items()
    }
    selection = Selection(**given)
    if selection.since and selection.until and selection.since > selection.until:
        found.faults.append(Refused("labels.filter.days", first=str(selection.since), last=str(selection.until)))
    return selection, found.faults


def _take(given: dict[str, Any], name: str, value: str) -> None:
    """Add one parameter to the fields of a selection.

    Raises:
        Refused: `labels.filter.unknown`, `labels.filter.long`, `labels.filter.many`, and those of `_read`.
    """
    if len(value) > LONGEST or "\x00" in value:
        raise Refused("labels.filter.long", name=name[:40], most=LONGEST)
    if name.startswith(OF_RATER) and re.fullmatch(r"[-\w]+", name[len(OF_RATER) :]):
        target, read = "of_rater", (name[len(OF_RATER) :], value)
    elif name in PARAMETERS:
        target, read = DAYS.get(name, name), _read(name, value)
    else:
        raise Refused("labels.filter.unknown", name=name[:40])
    if target not in MANY:
        given[target] = read
        return
    if len(given.setdefault(target, [])) >= MOST:
        raise Refused("labels.filter.many", name=name, most=MOST)
    given[target].append(read)


def _read(name: str, value: str) -> Any:
    """Return the value of one parameter.

    Raises:
        Refused: `labels.filter.word`, `labels.filter.number`, `labels.filter.day`; the codes of `_pair`.
    """
    if name in WORDS:
        if value not in WORDS[name]:
            raise Refused("labels.filter.word", name=name, value=value[:60], words=", ".join(WORDS[name]))
        return True if name == "corrected" else value
    if name in PAIRED or name in WHOLE:
        return _pair(name, value)
    if name in NUMBERS:
        if not re.fullmatch(r"[0-9]{1,4}", value) or int(value) > MOST_ANSWERS:
            raise Refused("labels.filter.number", name=name, value=value[:60], most=MOST_ANSWERS)
        return int(value)
    if name in DAYS:
        try:
            return date.fromisoformat(value)
        except ValueError:
            raise Refused("labels.filter.day", name=name, value=value[:60]) from None
    return value


def _pair(name: str, value: str) -> tuple[str, str]:
    """Return question and word of one parameter; an empty question if it may be left out, and is.

    Raises:
        Refused: `labels.filter.word`, `labels.filter.pair`.
    """
    question, _, word = value.rpartition(":")
    if name in WHOLE:
        if word not in WHOLE[name]:
            raise Refused("labels.filter.word", name=name, value=value[:60], words=", ".join(WHOLE[name]))
    elif not question or word not in PAIRED[name]:
        raise Refused("labels.filter.pair", name=name, value=value[:60], words=", ".join(PAIRED[name]))
    return question, word


def for_reader(selection: Selection, *, sees_raters: bool) -> Selection | None:
    """Return the selection of a link for a reader; None if it names raters and the reader must not know them."""
    if selection.names_raters and not sees_raters:
        return None
    return selection
