/**
 * The page of the label browser: moves between utterances by keys, plays the clip of one within its row, and opens the
 * history. The page has one video element, which moves to the row that plays.
 */

/** @type {HTMLVideoElement} */
let video;
let watch = 0;

function stop() {
  cancelAnimationFrame(watch);
  video.pause();
}

/** @param {HTMLElement} row */
function play(row) {
  const { source, start, end } = row.dataset;
  const scene = row.querySelector("[data-scene]");
  if (!source || !scene) return;
  if (video.parentElement === scene && !video.paused) {
    stop();
    return;
  }
  stop();
  if (video.parentElement !== scene) scene.append(video);
  if (video.getAttribute("src") !== source) video.src = source;
  video.currentTime = Number(start) / 1000;
  video.play().catch(() => {});
  const check = () => {
    if (video.ended || video.currentTime * 1000 >= Number(end)) {
      stop();
      if (video.currentTime * 1000 > Number(end)) video.currentTime = Number(end) / 1000; // a busy computer notices late
    } else watch = requestAnimationFrame(check);
  };
  video.addEventListener("seeked", check, { once: true });
}

/** @returns {HTMLElement[]} */
function rows() {
  return [...document.querySelectorAll("[data-label-row]")].filter((row) => row instanceof HTMLElement);
}

/**
 * Return the row to focus for a step from the present one; without one, the first or the last.
 *
 * @param {number} present index of the focused row, -1 for none
 * @param {number} step 1 or -1
 * @param {number} count number of rows
 */
export function nextRow(present, step, count) {
  if (present < 0) return step > 0 ? 0 : count - 1;
  return Math.min(Math.max(present + step, 0), count - 1);
}

/** @param {number} step */
function move(step) {
  const all = rows();
  if (!all.length) return;
  const present = all.findIndex((row) => row.contains(document.activeElement));
  const row = all[nextRow(present, step, all.length)];
  row.focus({ preventScroll: true });
  row.scrollIntoView({ block: "nearest" });
}

/** @type {Record<string, (row: HTMLElement | null) => void>} */
const ACTIONS = {
  j: () => move(1),
  ArrowDown: () => move(1),
  k: () => move(-1),
  ArrowUp: () => move(-1),
  Enter: (row) => row?.querySelector("a")?.click(),
  " ": (row) => row && play(row),
  h: (row) => {
    const history = row?.querySelector("details");
    if (history) history.open = !history.open;
  },
};

/**
 * Return whether a key belongs to the focused element rather than to the page.
 *
 * @param {EventTarget | null} target
 * @param {string} key
 */
function isTaken(target, key) {
  if (!(target instanceof Element)) return false;
  if (target.closest("input, select, textarea, video")) return true;
  return (key === "Enter" || key === " ") && target.closest("a, button, summary") !== null;
}

if (typeof document !== "undefined" && document.querySelector("[data-label-row]")) {
  video = document.createElement("video");
  video.playsInline = true;
  video.controls = true;
  video.className = "label-video";
  document.addEventListener("keydown", (event) => {
    const act = ACTIONS[event.key.length === 1 ? event.key.toLowerCase() : event.key];
    if (!act || event.ctrlKey || event.altKey || event.metaKey || isTaken(event.target, event.key)) return;
    const row = event.target instanceof Element ? event.target.closest("[data-label-row]") : null;
    event.preventDefault();
    act(row instanceof HTMLElement ? row : null);
  });
  document.addEventListener("click", (event) => {
    const row = event.target instanceof Element && event.target.closest("[data-play]")?.closest("[data-label-row]");
    if (row instanceof HTMLElement) play(row);
  });
}
