"""Waiting times of the labelling page: `python -m benchmarks.page_speed`; docs/page-speed.md has figures.

A new SQLite database with a video dialogue, the web server as the image starts it, and Chromium without a GPU:
from navigation to the first key accepted (cold: nothing cached; warm: again), script time of a key press, from Enter
to the next utterance's first frame, and the compressed bytes of script and style.
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from statistics import median, quantiles

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from benchmarks.labelling.server import ROOT, Server
from benchmarks.page.material import UTTERANCES

PROBES = Path(__file__).parent / "page" / "probes.js"
TARGETS = {"cold": 600.0, "warm": 300.0, "press": 4.0, "next": 100.0, "bytes": 100_000.0}
QUIET = ["--no-sandbox", "--disable-gpu", "--no-first-run", "--disable-background-networking", "--disable-sync"]
BYTES = """() => performance.getEntriesByType("resource").filter(({name}) => /\\.(js|css)$/.test(name))
    .reduce((sum, {encodedBodySize}) => sum + encodedBodySize, 0)"""
# the listeners run within dispatchEvent, so its duration is the script time until the class is set, and beyond
PRESSES = """() => {
  const keys = ["Digit1", "KeyW", "KeyS", "KeyF", "KeyZ", "Slash", "Digit3", "KeyE", "KeyA", "KeyD", "KeyB"];
  return Array.from({length: 220}, (_, i) => {
    const event = new KeyboardEvent("keydown", {code: keys[i % keys.length], bubbles: true, cancelable: true});
    const start = performance.now();
    document.body.dispatchEvent(event);
    return performance.now() - start;
  });
}"""
ANSWER = """() => { for (const code of ["Digit2", "KeyQ", "KeyA", "KeyD"])
  document.body.dispatchEvent(new KeyboardEvent("keydown", {code, bubbles: true, cancelable: true})); }"""
# painted: the player prepared for the next utterance is visible, two animation frames later; moving: it has
# presented a frame of its own after that, which at 25 frames a second cannot be sooner than 40 ms
NEXT = """(start) => new Promise((resolve) => {
  let pressed = 0;
  let painted = 0;
  const look = () => {
    const shown = document.querySelector("#screen video:not([hidden])");
    const isThere = shown.readyState >= 2 && shown.currentTime >= start - 0.01 && shown.currentTime < start + 1.6;
    if (!isThere) return requestAnimationFrame(look);
    requestAnimationFrame(() => requestAnimationFrame(() => { painted = performance.now() - pressed; }));
  };
  for (const video of document.querySelectorAll("#screen video")) {
    const onFrame = (_, {mediaTime}) => {
      const isOwn = !video.hidden && mediaTime >= start - 0.05 && mediaTime < start + 1.6;
      if (isOwn) resolve([painted, performance.now() - pressed]);
      else video.requestVideoFrameCallback(onFrame);
    };
    video.requestVideoFrameCallback(onFrame);
  }
  setTimeout(() => resolve([painted || 5000, 5000]), 5000);
  pressed = performance.now();
  document.body.dispatchEvent(new KeyboardEvent("keydown", {code: "Enter", bubbles: true, cancelable: true}));
  look();
})"""


@contextmanager
def served(folder: Path, material: str = "benchmarks.page.material") -> Iterator[tuple[str, str]]:
    """Yield the server's address and the session that the module `material`, which fills the database, prints last."""
    environment = os.environ | {
        "DATABASE_URL": f"sqlite://{folder / 'bench.sqlite3'}",
        "DJANGO_SETTINGS_MODULE": "config.settings",
        "CONCORD_HOME": str(folder),
        "CONCORD_PRODUCTION": "1",
        "CONCORD_HTTPS": "0",
        "CONCORD_SECRET_KEY": "benchmark" * 6,
        "CONCORD_ALLOWED_HOSTS": "127.0.0.1,testserver",
        "CONCORD_API_PER_MINUTE": "1000000",
    }
    environment.pop("CONCORD_DEBUG", None)
    fill = [sys.executable, "-W", "ignore", "-m", material]
    filled = subprocess.run(fill, cwd=ROOT, env=environment, check=True, stdout=subprocess.PIPE, text=True)
    server = Server(environment, folder / "server.log")
    try:
        yield f"http://127.0.0.1:{server.port}", filled.stdout.split()[-1]
    finally:
        server.stop()


def wake(browser: Browser, url: str, session: str) -> None:
    """Let every process of the server answer once, so that the extra cost of its first request is not measured."""
    context = person(browser, url, session)
    page = context.new_page()
    page.goto(f"{url}/healthz")
    page.evaluate("""async () => { for (let round = 0; round < 8; round += 1)
        await Promise.all(Array.from({length: 6}, () => fetch("/c/speed/label/"))); }""")
    context.close()


def person(browser: Browser, url: str, session: str) -> BrowserContext:
    """Return a browser profile of a signed-in person, with nothing cached."""
    context = browser.new_context(viewport={"width": 1280, "height": 720})
    context.add_cookies([{"name": "sessionid", "value": session, "url": url}])
    context.add_init_script(path=PROBES)
    return context


def first_key(page: Page, url: str) -> float:
    """Open the labelling page and return the milliseconds from navigation until a key was accepted."""
    page.goto(f"{url}/c/speed/label/", wait_until="commit")
    page.wait_for_function("() => window.firstKey > 0")
    accepted: float = page.evaluate("() => window.firstKey")
    return accepted


def plain(page: Page, url: str) -> float:
    """Open a page that is only text and return the milliseconds until it was loaded."""
    page.goto(f"{url}/healthz", wait_until="load")
    loaded: float = page.evaluate("() => performance.getEntriesByType('navigation')[0].loadEventEnd")
    return loaded


def nexts(page: Page, url: str) -> list[tuple[float, float]]:
    """Label the dialogue, answering while the clip plays; return the times until the next first frame."""
    first_key(page, url)
    waits = []
    for place in range(1, UTTERANCES - 1):
        start = (place + 1) * 1.7
        page.evaluate(ANSWER)
        # the other player has until the end of the clip; here we wait until it is ready
        waiting = "(start) => [...document.querySelectorAll('#screen video[hidden]')].some((video) => "
        page.wait_for_function(
            waiting + "!video.seeking && video.readyState >= 2 && Math.abs(video.currentTime - start) < 0.01)",
            arg=start,
        )
        painted, moving = page.evaluate(NEXT, start)
        waits.append((painted or moving, moving))  # a frame was presented before the second animation frame
    return waits


def p95(values: list[float]) -> float:
    """Return the 95th percentile."""
    return quantiles(values, n=20, method="inclusive")[-1]


def print_row(name: str, value: float, target: float, more: str) -> None:
    """Print one line of the table."""
    print(f"{name:<52} {value:>9,.1f}   target {target:>9,.1f}   {'reached' if value <= target else 'MISSED'}   {more}")


def main() -> None:
    """Measure, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--runs", type=int, default=11, help="cold and warm openings, each in a profile of its own")
    options = parser.parse_args()
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    with (
        tempfile.TemporaryDirectory() as folder,
        served(Path(folder)) as (url, session),
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=chromium, args=QUIET)
        wake(browser, url, session)
        print(f"Chromium {browser.version}, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}")
        cold: list[float] = []
        warm: list[float] = []
        text_cold: list[float] = []
        text_warm: list[float] = []
        size = 0.0
        for run in range(options.runs + 1):
            context = person(browser, url, session)
            page = context.new_page()
            times = [plain(page, url), first_key(page, url)]
            size = page.evaluate(BYTES)
            times += [plain(page, url), first_key(page, url)]
            context.close()
            if run:  # the first wakes the server's processes and the browser's own caches
                for values, value in zip((text_cold, cold, text_warm, warm), times, strict=True):
                    values.append(value)
        context = person(browser, url, session)
        page = context.new_page()
        first_key(page, url)
        presses = page.evaluate(PRESSES)
        context.close()
        context = person(browser, url, session)
        waits = nexts(context.new_page(), url)
        browser.close()
    for name, values, text in (("cold", cold, text_cold), ("warm", warm, text_warm)):
        ratio = median(values) / median(text)
        spread = f"{min(values):.0f} to {max(values):.0f} ms, {len(values)} runs; {ratio:.1f} x a page of text"
        print_row(f"navigation to first key, {name}, median, ms", median(values), TARGETS[name], spread)
    spread = f"median {median(presses):.2f}, longest {max(presses):.1f}, {len(presses)} presses"
    print_row("script time of a key press, p95, ms", p95(presses), TARGETS["press"], spread)
    painted, moving = ([each[part] for each in waits] for part in (0, 1))
    spread = f"median {median(painted):.0f}, longest {max(painted):.0f}, {len(waits)} utterances; "
    spread += f"moving: median {median(moving):.0f}, p95 {p95(moving):.0f}"
    print_row("Enter to the next first frame, p95, ms", p95(painted), TARGETS["next"], spread)
    print_row("script and style, compressed, bytes", size, TARGETS["bytes"], "")


if __name__ == "__main__":
    main()
