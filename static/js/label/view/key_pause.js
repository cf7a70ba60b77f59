// Keys that were meant for the page before something opened over it.

export const PAUSE_MS = 1500;

/**
 * Hold back all key presses until none was made for a moment, or until the person clicks, presses Tab or moves the
 * focus by other means.
 *
 * What opens on its own, while the annotator types, would otherwise take the answers that are on their way.
 *
 * @param {() => void} onPause called once, when the keys are free again; not after `stop`
 * @returns {() => void} ends it
 */
export function awaitPause(onPause) {
  const end = new AbortController();
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  let timer;
  const stop = () => {
    clearTimeout(timer);
    end.abort();
  };
  const release = () => {
    stop();
    onPause();
  };
  const wait = () => {
    clearTimeout(timer);
    timer = setTimeout(release, PAUSE_MS);
  };
  /** @param {Event} event */
  const hold = (event) => {
    if (/** @type {KeyboardEvent} */ (event).code === "Tab") return stop();
    event.preventDefault();
    event.stopImmediatePropagation();
    return wait();
  };
  document.addEventListener("keydown", hold, { capture: true, signal: end.signal });
  for (const type of ["pointerdown", "focusin"]) {
    document.addEventListener(type, stop, { capture: true, signal: end.signal });
  }
  wait();
  return stop;
}
