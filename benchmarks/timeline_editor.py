"""The timeline editor in a browser: script time of frames while an edge is dragged, and the time of a common job.

    python -m benchmarks.timeline_editor                       # both parts
    python -m benchmarks.timeline_editor --wavesurfer DIST     # the drag with wavesurfer.js too, of its folder dist/

The episode has 45 minutes, 600 utterances and 40 dialogues.
"""

from __future__ import annotations

import argparse
import json
import mimetypes
import statistics
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from playwright.sync_api import Browser, Page, Route, sync_playwright

from benchmarks.page_speed import QUIET, served
from benchmarks.timeline.frames import CATEGORIES, script_of_frames
from benchmarks.timeline.job import FIFTY, KEY, elan_figures, keys_of_job, strokes
from benchmarks.timeline.material import UTTERANCES

FOLDER = Path(__file__).parent / "timeline"
SAVED = "#timeline-saved[data-state=saved]"
MOVES = 120  # of the mouse, one a frame


def drag(browser: Browser, page: Page, x: float, y: float) -> list[float]:
    """Drag from a place to and fro for two seconds; return the script time of each frame in ms."""
    browser.start_tracing(page=page, categories=CATEGORIES)
    page.mouse.move(x, y)
    page.mouse.down()
    for step in range(MOVES):
        page.mouse.move(x + 40 * (1 - abs(step % 40 - 20) / 20), y)
        page.wait_for_timeout(16)
    page.mouse.up()
    return script_of_frames(browser.stop_tracing())


def report(name: str, frames: list[float]) -> None:
    """Print the median, the 95th percentile and the longest frame."""
    ordered = sorted(frames)
    p95 = ordered[int(0.95 * (len(ordered) - 1))]
    over = sum(frame > 16 for frame in frames)
    print(
        f"{name}: {len(frames)} frames, script p50 {statistics.median(frames):.1f} ms, p95 {p95:.1f} ms, "
        f"longest {ordered[-1]:.1f} ms, {over} over 16 ms",
        flush=True,
    )


def opened(browser: Browser, url: str, address: str) -> Page:
    """Open the editor and wait until it is drawn."""
    path, session = address.split("|")
    context = browser.new_context(viewport={"width": 1280, "height": 800})
    context.add_cookies([{"name": "sessionid", "value": session, "url": url}])
    page = context.new_page()
    page.goto(url + path)
    page.wait_for_selector("#timeline[data-ready=yes]")
    page.wait_for_timeout(1500)
    return page


def edge_near(page: Page, x: float, y: float) -> float:
    """Return the place of an edge near a place on the canvas, where the mouse pointer shows that it can be dragged."""
    for step in range(400):
        page.mouse.move(x + step, y)
        if page.evaluate("document.querySelector('#timeline-canvas').style.cursor") == "ew-resize":
            return x + step
    raise RuntimeError("No edge was found on the timeline.")


def edits_of(page: Page) -> int:
    """Return the number of edits made by the page."""
    return int(
        page.evaluate("""async () => {
            const session = Object.values(sessionStorage)[0];
            const url = document.querySelector('#timeline').dataset.contents;
            return (await (await fetch(`${url}?session=${session}`)).json()).edits.length;
        }""")
    )


def zooming(browser: Browser, page: Page, zoom: Callable[[int], None]) -> list[float]:
    """Zoom in and out in eight steps; return the script time of each frame in ms."""
    browser.start_tracing(page=page, categories=CATEGORIES)
    for step in range(8):
        zoom(step)
        page.wait_for_timeout(150)
    return script_of_frames(browser.stop_tracing())


def drags_of_editor(browser: Browser, page: Page) -> None:
    """Measure a drag with 20 s in view, one with minutes in view, and zooming."""
    box = page.locator("#timeline-canvas").bounding_box()
    assert box
    y = box["y"] + 150
    report("own canvas, drag, 20 s in view", drag(browser, page, edge_near(page, box["x"] + 100, y), y))
    for _ in range(5):
        page.keyboard.press("-")
    page.wait_for_timeout(300)
    report("own canvas, drag, 2.5 minutes in view", drag(browser, page, edge_near(page, box["x"] + 100, y), y))
    page.wait_for_selector(SAVED)
    if edits_of(page) != 2:
        raise RuntimeError("The drags made no edits.")
    frames = zooming(browser, page, lambda step: page.keyboard.press("+" if step % 2 else "0"))
    report("own canvas, zooming between everything and closer", frames)


def drag_of_wavesurfer(browser: Browser, page: Page, dist: Path) -> None:
    """Measure the same drag in wavesurfer.js with its regions plugin."""
    contents = page.evaluate("async () => (await fetch(document.querySelector('#timeline').dataset.contents)).json()")
    lines = [
        {"start": line["start_ms"] / 1000, "end": line["end_ms"] / 1000, "text": line["text"]}
        for line in contents["lines"]
    ]
    peaks = [((n * 7919) % 100) / 100 * (1 if n % 2 else -1) for n in range(2 * 270_000)]
    data = json.dumps({"lines": lines, "duration": 2700, "peaks": peaks})

    def answer(route: Route) -> None:
        path = route.request.url.removeprefix("http://wavesurfer.test")
        if path == "/contents.json":
            route.fulfill(body=data, content_type="application/json")
            return
        file = (
            dist / path.removeprefix("/wavesurfer/") if path.startswith("/wavesurfer/") else FOLDER / "wavesurfer.html"
        )
        route.fulfill(body=file.read_bytes(), content_type=mimetypes.guess_type(file.name)[0] or "text/html")

    other = browser.new_page(viewport={"width": 1280, "height": 800})
    other.route("http://wavesurfer.test/**", answer)
    other.goto("http://wavesurfer.test/")
    other.wait_for_function("document.title === 'ready'", timeout=120_000)
    other.wait_for_timeout(2000)
    report("wavesurfer.js, drag, 20 s in view", drag(browser, other, lines[1]["end"] * 1232 / 20 - 1, 60))
    if other.evaluate("window.updates") == 0:
        raise RuntimeError("The drag changed no region.")
    frames = zooming(browser, other, lambda step: other.evaluate(f"wave.zoom({(61.6, 8.2)[step % 2]})"))
    report("wavesurfer.js, zooming between 20 s and 2.5 minutes", frames)


def job(page: Page) -> None:
    """Do the job of `benchmarks.timeline.job` and print its keys and times."""
    keys = keys_of_job()
    started = time.monotonic()
    for key in keys:
        page.keyboard.press(key)
    done = time.monotonic() - started
    page.wait_for_selector(SAVED, timeout=120_000)
    stored = time.monotonic() - started
    lines = page.locator("#timeline-list tbody tr[data-line]").count()
    named = page.locator("#timeline-list tbody tr[data-line] td:nth-child(3)").all_inner_texts()[: 2 * FIFTY]
    if lines != UTTERANCES + FIFTY or [name[:1] for name in named] != ["1", "3"] * FIFTY:
        raise RuntimeError("The keys did not do the job.")
    count = strokes(keys)
    print(
        f"{FIFTY} utterances moved, split and named: {count} keys, {KEY * count:.0f} s at {KEY} s a key; "
        f"pressed by script in {done:.1f} s, saved after {stored:.1f} s; {lines} utterances then"
    )
    elan_keys, elan_seconds, without_words = elan_figures()
    print(
        f"ELAN, keystroke-level model: {elan_keys} keys, {elan_seconds:.0f} s with the mouse; "
        f"{without_words:.0f} s if the words need not be divided"
    )


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--wavesurfer", type=Path, help="folder dist/ of the npm package wavesurfer.js")
    parser.add_argument("--chromium", default="/usr/bin/chromium")
    options = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        served(Path(folder), "benchmarks.timeline.material") as (url, address),
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=options.chromium, args=QUIET)
        page = opened(browser, url, address)
        drags_of_editor(browser, page)
        if options.wavesurfer:
            drag_of_wavesurfer(browser, page, options.wavesurfer)
        job(opened(browser, url, address))
        browser.close()


if __name__ == "__main__":
    main()
