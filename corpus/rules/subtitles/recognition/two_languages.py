"""Two languages in one file: as styles, tiers or tracks, as lines of each cue, or as two cues at the same time.

One of them is speech, the other is kept as its translation. By default Chinese is speech.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from corpus.rules.subtitles.languages import PRIORITY, can_be_in, main_script, scripts_of_lines
from corpus.rules.subtitles.markup import Line
from corpus.rules.subtitles.options import Options
from corpus.rules.subtitles.recognition.draft import Draft
from corpus.rules.subtitles.recognition.parallel import Spans, attach
from corpus.rules.subtitles.recognition.same_line import divide_lines
from corpus.rules.subtitles.speaker_names import split_lines

TRANSLATION = re.compile(
    r"trans(?!c)|译|譯|翻|english|chinese|中文|英文|(?:^|[-_@ ])(?:en|eng|zh|cn)(?:$|[-_@ ])", re.IGNORECASE
)
BY_LINES = 1 / 3  # of the cues that must hold both languages
BY_CUES = 1 / 2  # of the cues of the rarer language that must have a partner
BY_TRACKS = 0.6
SAME_SCRIPT = 0.9  # two tracks in one script are translations only if nearly all times are the same
KANJI = 0.6  # Japanese has lines without kana, so Chinese beside it must be in most cues
TWO_LINES = 0.6
SAME_ORDER = 0.9  # of the cues in two languages, where a line of ideographs alone is told by its place
WORDS = re.compile(r"\w+")


@dataclass(frozen=True)
class Part:
    """A part of the file that a person can declare to be speech, translation or left out.

    Attributes:
        key: `track:NAME`, `script:NAME`, `line:1` or `line:2`; stored.
        count: number of its cues.
        sample: the text of one of them.
        role: as of `options.ROLES`.
    """

    key: str
    count: int
    sample: str
    role: str

    @property
    def kind(self) -> str:
        return self.key.partition(":")[0]

    @property
    def name(self) -> str:
        return self.key.partition(":")[2]


def separate(drafts: list[Draft], options: Options, *, tracks_are_speakers: bool = False) -> list[Part]:
    """Move the cues and lines of the translation to the cues of speech, or leave them out.

    Args:
        drafts: of the file; changed in place.
        options: the roles that a person chose, and whether languages are told apart.
        tracks_are_speakers: a track holds one speaker.

    Returns:
        The parts that were told apart, with their roles; none if the file has one language.
    """
    parts = _by_track(drafts, options, tracks_are_speakers=tracks_are_speakers)
    if options.on("languages"):
        divide_lines(drafts)
    found = _by_script(drafts, options)
    parts += found or _by_line(drafts, options)
    attach(drafts)
    return parts


def _by_track(drafts: list[Draft], options: Options, *, tracks_are_speakers: bool) -> list[Part]:
    tracks: dict[str, list[Draft]] = {}
    for draft in drafts:
        tracks.setdefault(draft.raw.track, []).append(draft)
    if len(tracks) < 2:
        return []
    roles = {name: _own_role(group) for name, group in tracks.items()}
    if options.on("languages"):
        _find_translations(tracks, roles, tracks_are_speakers=tracks_are_speakers)
    roles = _chosen("track", roles, options)
    parts = []
    for name, group in tracks.items():
        role = roles[name]
        for draft in group:
            _give(draft, role)
        sample = next((draft.text for draft in group if draft.lines), "")
        parts.append(Part(f"track:{name}", len(group), sample[:80], role))
    return parts


def _chosen(kind: str, roles: dict[str, str], options: Options) -> dict[str, str]:
    """Return the roles with those that a person chose; if nothing is speech then, a translation becomes speech."""
    given = {name: options.roles[key] for name in roles if (key := f"{kind}:{name}") in options.roles}
    chosen = roles | given
    if given and "speech" not in chosen.values():
        other = next((name for name, role in roles.items() if role == "translation" and name not in given), None)
        chosen |= {other: "speech"} if other else {}
    return chosen


def _own_role(group: list[Draft]) -> str:
    """Return the role of a track by itself: one whose cues were all taken by other rules is left out."""
    if any("other_track" in draft.raw.notes for draft in group):
        return "left_out"
    if any("refers" in draft.raw.notes for draft in group):
        return "translation" if TRANSLATION.search(group[0].raw.track) else "left_out"
    return (
        "speech" if any(draft.is_speech for draft in group) or not any(draft.lines for draft in group) else "left_out"
    )


def _find_translations(tracks: dict[str, list[Draft]], roles: dict[str, str], *, tracks_are_speakers: bool) -> None:
    """Set the role of tracks that run beside a track of higher priority."""
    speech = {name: [one for one in group if one.is_speech] for name, group in tracks.items()}
    scripts = {name: main_script(one.text for one in group) for name, group in speech.items()}
    others = {name for name, group in speech.items() if any("other_track" in one.raw.notes for one in group)}
    names = [name for name, group in speech.items() if group and (roles[name] == "speech" or name in others)]
    names.sort(key=lambda name: (name in others, PRIORITY.get(scripts[name], len(PRIORITY))))
    spans = {name: Spans(speech[name]) for name in names}
    for place, name in enumerate(names):
        for first in names[:place]:
            differ = scripts[name] != scripts[first]
            if roles[first] != "speech" or (not differ and (tracks_are_speakers or len(speech[name]) < 2)):
                continue
            if spans[first].share_of(speech[name], exact=not differ) >= (BY_TRACKS if differ else SAME_SCRIPT):
                roles[name] = "translation"


def _give(draft: Draft, role: str) -> None:
    if draft.is_speech and role != "speech":
        draft.leave_out("translation" if role == "translation" else "other_part")


def _by_script(drafts: list[Draft], options: Options) -> list[Part]:
    spoken = [draft for draft in drafts if draft.is_speech]
    lines = [scripts_of_lines(line.text for line in draft.lines) for draft in spoken]
    by_lines = _pair_of_lines(lines)
    pair = by_lines or _pair_of_cues(spoken, lines)
    if pair is None:
        return []
    if by_lines and set(pair) == {"han", "kana"}:
        _find_kanji(spoken, lines)
    first = pair[0]
    roles = {script: "speech" if script == first or not options.on("languages") else "translation" for script in pair}
    roles = _chosen("script", roles, options)
    counts: Counter[str] = Counter()
    samples: dict[str, str] = {}
    for draft, scripts in zip(spoken, lines, strict=True):
        for script in dict.fromkeys(script for script in scripts if script in pair):
            counts[script] += 1
            text = "\n".join(line.text for line, own in zip(draft.lines, scripts, strict=True) if own == script)
            samples.setdefault(script, text[:80])
        _divide(draft, scripts, roles, alone=by_lines is None)
    return [Part(f"script:{script}", counts[script], samples.get(script, ""), roles[script]) for script in pair]


def _pair_of_lines(lines: Sequence[list[str]]) -> tuple[str, str] | None:
    """Return the two scripts that stand in the same cues, the one of speech first."""
    mixed = Counter(pair for scripts in lines if (pair := _two(scripts)))
    if not mixed:
        return None
    (pair, count), *_ = mixed.most_common(1)
    either = sum(any(script in pair for script in scripts) for scripts in lines)
    needed = KANJI if set(pair) == {"han", "kana"} else BY_LINES
    return pair if count >= needed * either else None


def _find_kanji(spoken: Sequence[Draft], lines: Sequence[list[str]]) -> None:
    """Set the script of lines that are Japanese without kana, beside a line that can be Chinese alone.

    Args:
        spoken: cues of a file in both languages.
        lines: scripts of their lines; changed in place.
    """
    orders = Counter(tuple(scripts) for scripts in lines if set(scripts) == {"han", "kana"} and len(scripts) == 2)
    if not orders:
        return
    (order, count), *_ = orders.most_common(1)
    if count < SAME_ORDER * orders.total():
        return
    for draft, scripts in zip(spoken, lines, strict=True):
        if scripts == ["han", "han"]:
            japanese = [can_be_in(line.text, "kana") for line in draft.lines]
            if japanese == [script == "kana" for script in order]:
                scripts[:] = order


def _two(scripts: list[str]) -> tuple[str, str] | None:
    found = sorted({script for script in scripts if script}, key=lambda name: PRIORITY[name])
    return (found[0], found[1]) if len(found) >= 2 else None


def _pair_of_cues(spoken: list[Draft], lines: Sequence[list[str]]) -> tuple[str, str] | None:
    """Return the scripts of cues that stand in pairs at the same times, the one of speech first."""
    groups: dict[str, list[Draft]] = {}
    for draft, scripts in zip(spoken, lines, strict=True):
        if len(set(scripts)) == 1 and scripts[0]:
            groups.setdefault(scripts[0], []).append(draft)
    ranked = sorted(groups, key=lambda name: -len(groups[name]))[:2]
    if len(ranked) < 2 or len(groups[ranked[1]]) * 4 < len(groups[ranked[0]]):
        return None
    few, many = groups[ranked[1]], groups[ranked[0]]
    if Spans(many).share_of(few) < BY_CUES:
        return None
    first, second = sorted(ranked, key=lambda name: PRIORITY[name])
    return first, second


def _divide(draft: Draft, scripts: list[str], roles: dict[str, str], *, alone: bool) -> None:
    """Move the lines of a cue to their roles; a cue wholly in the other language stays unless it stands beside another.

    Args:
        draft: changed in place.
        scripts: of its lines.
        roles: of the scripts.
        alone: the languages stand in cues of their own.
    """
    half, odd = divmod(len(draft.lines), 2)
    texts, plain = [line.text for line in draft.lines], _plain(draft.lines)
    doubled = not alone and half and not odd and plain[:half] == plain[half:] and set(roles.values()) != {"speech"}
    if doubled and not _is_repetition(draft, roles):
        _translate(draft, draft.lines[:half], texts[half:] if "translation" in roles.values() else [])  # OK / OK
        return
    own = [roles.get(script, "speech") for script in scripts]
    if "speech" not in own:
        if alone or "left_out" in own:
            _give(draft, own[0])
        return
    if set(own) == {"speech"}:
        return
    rest = [line.text for line, role in zip(draft.lines, own, strict=True) if role == "translation"]
    _translate(draft, [line for line, role in zip(draft.lines, own, strict=True) if role == "speech"], rest)


def _is_repetition(draft: Draft, roles: dict[str, str]) -> bool:
    """Return whether people say doubled lines twice: not both languages have these words, or speakers are marked."""
    voices = {line.voice for line in draft.lines}
    return (
        not all(can_be_in(draft.text, script) for script in roles)
        or len(voices) > 1
        or any(said.marks for said in split_lines(draft.text))
    )


def _plain(lines: Sequence[Line]) -> list[str]:
    """Return the words of lines, or all of a line without words, so that `OK.` and `Ok！` are the same."""
    texts = [unicodedata.normalize("NFKC", line.text).casefold() for line in lines]
    return [" ".join(WORDS.findall(text)) or text for text in texts]


def _translate(draft: Draft, speech: list[Line], rest: list[str]) -> None:
    """Keep the lines of speech of a cue, and its other lines as their translation."""
    draft.lines = speech
    draft.translation += rest
    draft.note("languages" if rest else "other_part")


def _by_line(drafts: list[Draft], options: Options) -> list[Part]:
    """Offer the first and the other lines of cues as parts; they are told apart only if a person chose so."""
    spoken = [draft for draft in drafts if draft.is_speech]
    double = [draft for draft in spoken if len(draft.lines) >= 2]
    chosen = [options.roles.get(key, "speech") for key in ("line:1", "line:2")]
    if chosen == ["speech", "speech"] and (len(double) < 2 or len(double) < TWO_LINES * len(spoken)):
        return []
    parts = []
    for number, role in enumerate(chosen, start=1):
        sample = next((draft.lines[number - 1].text for draft in double), "")
        parts.append(Part(f"line:{number}", len(double), sample[:80], role))
    if "speech" in chosen and chosen != ["speech", "speech"]:
        for draft in double:
            halves = [draft.lines[:1], draft.lines[1:]]
            spoken_half, other = (0, 1) if chosen[0] == "speech" else (1, 0)
            rest = [line.text for line in halves[other]] if chosen[other] == "translation" else []
            _translate(draft, halves[spoken_half], rest)
    return parts
