"""The arguments of a command for the reader of subtitles: the switches of the import preview."""

from __future__ import annotations

import argparse
from dataclasses import replace
from typing import Any

from django.core.management.base import CommandError, CommandParser

from corpus.rules.subtitles.options import LONGEST_SHIFT_MS, RATES, ROLES, RULES, Options, by_anchors
from corpus.rules.text_encodings import ENCODINGS
from corpus.rules.timestamps import milliseconds

USAGE = 2


def add_reader_arguments(parser: CommandParser) -> None:
    """Add the arguments."""
    parser.add_argument("--preview", action="store_true", help="show how the subtitles are read, and import nothing")
    for name, what in (("--off", "off"), ("--on", "on that the series keeps off")):
        parser.add_argument(
            name,
            action="append",
            default=[],
            choices=RULES,
            metavar="RULE",
            help=f"switch a rule of the reader {what}; may be repeated: {', '.join(RULES)}",
        )
    parser.add_argument(
        "--role",
        action="append",
        default=[],
        type=_role,
        metavar="PART=ROLE",
        help=f"of a part of the file, as the preview names it: script:latin; may be repeated: {', '.join(ROLES)}",
    )
    parser.add_argument("--encoding", default=None, choices=ENCODINGS, help="of the subtitles; default: detected")
    parser.add_argument(
        "--fps", type=_number(1, 1000), metavar="RATE", help="frames per second of times in frames; default: the film's"
    )
    most = LONGEST_SHIFT_MS / 1000
    parser.add_argument(
        "--shift", type=_number(-most, most), metavar="SECONDS", help="added to all times of the subtitles"
    )
    parser.add_argument(
        "--stretch", type=_number(*RATES), metavar="FACTOR", help="by which all times are multiplied before"
    )
    parser.add_argument(
        "--anchor",
        action="append",
        default=[],
        type=_anchor,
        metavar="FILE=FILM",
        help="a time of the file, and when it is heard in the recording: 1:02.500=1:03.100; given twice",
    )


def changed(kept: Options, given: dict[str, Any]) -> Options:
    """Return options with the changes that the arguments ask for.

    Args:
        kept: the options of the series.
        given: the arguments of the command.

    Raises:
        CommandError: the arguments contradict each other.
    """
    if both := set(given["on"]) & set(given["off"]):
        raise CommandError(f"--on and --off name the same rule: {', '.join(sorted(both))}", returncode=USAGE)
    rate, offset_ms = _times(kept, given)
    return replace(
        kept,
        encoding=kept.encoding if given["encoding"] is None else given["encoding"],
        off=kept.off - set(given["on"]) | set(given["off"]),
        roles={**kept.roles, **dict(given["role"])},
        fps=kept.fps if given["fps"] is None else given["fps"],
        rate=rate,
        offset_ms=offset_ms,
    )


def _times(kept: Options, given: dict[str, Any]) -> tuple[float, int]:
    shift, stretch, anchors = given["shift"], given["stretch"], given["anchor"]
    if not anchors:
        rate = kept.rate if stretch is None else stretch
        return rate, kept.offset_ms if shift is None else round(shift * 1000)
    if len(anchors) != 2 or shift is not None or stretch is not None:
        raise CommandError("--anchor is given twice, without --shift and --stretch", returncode=USAGE)
    try:
        return by_anchors(*anchors)
    except ValueError:
        raise CommandError(
            "the anchors are too close to each other, or they stretch the times too much", returncode=USAGE
        ) from None


def _role(text: str) -> tuple[str, str]:
    key, _, role = text.rpartition("=")
    if not key or role not in ROLES:
        raise argparse.ArgumentTypeError(f"{text} is not PART=ROLE with a role of {', '.join(ROLES)}")
    return key, role


def _anchor(text: str) -> tuple[int, int]:
    try:
        file, film = map(milliseconds, text.split("="))
    except ValueError:
        raise argparse.ArgumentTypeError(f"{text} is not FILE=FILM, two times such as 1:02.500") from None
    return file, film


def _number(low: float, high: float) -> Any:
    def number(text: str) -> float:
        value = float(text)
        if not low <= value <= high:
            raise argparse.ArgumentTypeError(f"{text} is not between {low:g} and {high:g}")
        return value

    return number
