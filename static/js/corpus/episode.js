/**
 * The page of an episode: plays the span of an utterance, moves between utterances with the keyboard, and splits them.
 */

/**
 * Return where to split an utterance: its text at the cursor; its time at the playing position if that is inside the
 * utterance, or else in proportion to the text.
 *
 * @param {{start: number, end: number}} span in ms
 * @param {{length: number, cursor: number}} text
 * @param {number} now playing position, in ms
 * @returns {{at_char: number, at_ms: number}}
 */
export function splitAt(span, text, now) {
  const inside = text.cursor > 0 && text.cursor < text.length;
  const cursor = inside ? text.cursor : Math.ceil(text.length / 2);
  const share = text.length ? cursor / text.length : 0.5;
  const proportional = Math.round(span.start + share * (span.end - span.start));
  return { at_char: cursor, at_ms: now > span.start && now < span.end ? Math.round(now) : proportional };
}

/**
 * @param {HTMLElement} row
 * @returns {{start: number, end: number}} in ms
 */
function spanOf(row) {
  const { start, end } = /** @type {HTMLElement} */ (row.querySelector(".utterance-outcome")).dataset;
  return { start: Number(start), end: Number(end) };
}

/** @param {HTMLVideoElement} player */
function playsSpans(player) {
  let watch = 0;

  const stop = () => {
    cancelAnimationFrame(watch);
    player.pause();
    for (const row of document.querySelectorAll(".is-playing")) {
      row.classList.remove("is-playing");
    }
  };

  /** @param {HTMLElement} row */
  const play = (row) => {
    const { start, end } = spanOf(row);
    stop();
    row.classList.add("is-playing");
    player.currentTime = start / 1000;
    player.play().catch(stop);
    const check = () => {
      if (player.currentTime * 1000 >= end || player.ended) {
        stop();
        if (player.currentTime * 1000 > end) player.currentTime = end / 1000; // a busy computer notices the end late
      } else {
        watch = requestAnimationFrame(check);
      }
    };
    player.addEventListener("seeked", check, { once: true });
  };

  /** @param {HTMLElement} row */
  return (row) => (row.classList.contains("is-playing") && !player.paused ? stop() : play(row));
}

/**
 * Move the cursor to the same field of a neighbouring utterance.
 *
 * @param {HTMLElement} field
 * @param {number} step
 */
function move(field, step) {
  const name = field.getAttribute("name");
  const fields = /** @type {HTMLElement[]} */ ([...document.querySelectorAll(`form[data-utterance] [name="${name}"]`)]);
  fields[fields.indexOf(field) + step]?.focus();
}

/**
 * Show next to the utterance, or above the dialogues, that an edit did not reach the server. The next response replaces
 * this notice.
 *
 * @param {Element} source of the request
 */
function showUnsaved(source) {
  const notice = document.createElement("p");
  notice.className = "errors";
  notice.setAttribute("role", "alert");
  notice.textContent = JSON.parse(document.getElementById("episode-texts")?.textContent ?? "{}").unsaved;
  const outcome = source.closest("[data-utterance]")?.querySelector(".utterance-outcome");
  if (outcome) {
    outcome.replaceChildren(notice);
  } else {
    document.getElementById("dialogues")?.prepend(notice);
  }
}

/** @type {Record<string, string>} */
const SAVED = { speaker: "savedSpeaker", start_ms: "savedStart", end_ms: "savedEnd", text: "savedText" };

/**
 * Show what the server has saved in the fields of an utterance: a name may belong to a speaker with another name, and
 * spaces are tidied. A field that was edited after the request was sent keeps what is typed in it.
 *
 * @param {{elements: {namedItem: (name: string) => any}}} form
 * @param {Record<string, string>} sent
 * @param {Record<string, string | undefined>} saved
 */
export function showSaved(form, sent, saved) {
  for (const [name, key] of Object.entries(SAVED)) {
    const field = form.elements.namedItem(name);
    const value = saved[key];
    if (value !== undefined && field.value === sent[name]) {
      field.value = value;
    }
  }
}

function start() {
  const player = /** @type {HTMLVideoElement | null} */ (document.getElementById("player"));
  const toggle = player ? playsSpans(player) : () => undefined;

  document.addEventListener("click", (event) => {
    const button = event.target instanceof Element ? event.target.closest("[data-play]") : null;
    const row = /** @type {HTMLElement | null} */ (button?.closest("[data-utterance]") ?? null);
    if (row) {
      toggle(row);
    }
  });

  document.addEventListener("keydown", (event) => {
    const field = event.target instanceof HTMLElement ? event.target : null;
    const row = /** @type {HTMLElement | null} */ (field?.closest("[data-utterance]") ?? null);
    if (!row || !field || event.isComposing) {
      return;
    }
    if (event.key === "Escape") {
      event.preventDefault();
      toggle(row);
    } else if (event.key === "Enter" && field.matches("input, textarea")) {
      event.preventDefault();
      if (event.ctrlKey || event.metaKey) {
        field.dispatchEvent(new Event("change", { bubbles: true })); // saves first: requests are sent one after the other
        /** @type {HTMLElement | null} */ (row.querySelector("[data-split]"))?.click();
      } else {
        move(field, event.shiftKey ? -1 : 1);
      }
    }
  });

  for (const name of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
    document.addEventListener(name, (event) => showUnsaved(/** @type {CustomEvent} */ (event).detail.elt));
  }

  document.addEventListener("htmx:beforeOnLoad", (event) => {
    const { elt, xhr } = /** @type {CustomEvent} */ (event).detail;
    if (xhr.getResponseHeader("HX-Refresh") && elt.closest(".episode")) {
      event.preventDefault(); // signed out: reloading the page would lose the typed text
      showUnsaved(elt);
    }
  });

  document.addEventListener("htmx:afterRequest", (event) => {
    const { elt, requestConfig } = /** @type {CustomEvent} */ (event).detail;
    const outcome = elt.matches("form[data-utterance]") ? elt.querySelector(".utterance-outcome") : null;
    if (outcome) {
      showSaved(elt, requestConfig.parameters, outcome.dataset);
    }
  });

  document.addEventListener("htmx:configRequest", (event) => {
    const { elt, parameters } = /** @type {CustomEvent} */ (event).detail;
    const row = elt.matches("[data-split]") ? elt.closest("[data-utterance]") : null;
    const text = row?.querySelector("textarea");
    if (text) {
      const position = { length: text.value.length, cursor: text.selectionStart };
      const { at_char, at_ms } = splitAt(spanOf(row), position, (player?.currentTime ?? 0) * 1000);
      parameters.at_char = at_char;
      parameters.at_ms = at_ms;
    }
  });
}

if (typeof document !== "undefined") {
  start();
}
