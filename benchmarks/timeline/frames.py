"""Script time of each frame, from a trace of Chromium."""

from __future__ import annotations

import json
from bisect import bisect_right
from collections import Counter
from typing import Any

CATEGORIES = ["devtools.timeline", "blink", "cc"]
FRAME = "WebFrameWidgetImpl::BeginMainFrame"
Event = dict[str, Any]


def script_of_frames(trace: bytes) -> list[float]:
    """Return the milliseconds of script in each frame of the page.

    A frame lasts from the end of one main frame to the end of the next, so that the events of the mouse count for the
    frame that they change. The CPU time of the thread counts, so that other processes of the machine do not.

    Args:
        trace: as `Browser.stop_tracing` returns it.

    Raises:
        ValueError: the trace has no frames.
    """
    events: list[Event] = [each for each in json.loads(trace)["traceEvents"] if "dur" in each]
    calls = [each for each in events if each["name"] == "FunctionCall"]
    threads = Counter((each["pid"], each["tid"]) for each in calls)
    if not threads:
        raise ValueError("The trace has no script.")
    [(main, _count)] = threads.most_common(1)
    own = [each for each in events if (each["pid"], each["tid"]) == main]
    ends = sorted(each["ts"] + each["dur"] for each in own if each["name"] == FRAME)
    if not ends:
        raise ValueError("The trace has no frames.")
    sums = [0.0] * (len(ends) + 1)
    until = 0.0
    for call in sorted((each for each in own if each["name"] == "FunctionCall"), key=lambda each: each["ts"]):
        if call["ts"] >= until:  # the outermost one
            until = call["ts"] + call["dur"]
            spent = float(call["tdur"] if "tdur" in call else call["dur"])
            sums[bisect_right(ends, call["ts"])] += spent / 1000
    return sums[:-1]
