// The list of utterances beside the timeline: the same contents as a table, for reading, for the keyboard and for
// screen readers.

import { shown } from "../model/times.js";

/** @typedef {import("../types.js").Line} Line */

/**
 * @typedef {object} ListView what the list shows
 * @property {import("../model/episode.js").EpisodeModel} model
 * @property {Set<string>} selected
 * @property {string | null} focus
 * @property {(id: string | null) => {hue: number, label: string}} badge
 * @property {Map<string, string>} notes id of an utterance -> remarks on it
 * @property {Record<string, string>} texts
 */

export class List {
  /** @type {Map<string, {row: HTMLTableRowElement, key: string}>} */
  #rows = new Map();
  #order = "";
  /** @type {string[]} */
  #marked = [];

  /**
   * @param {HTMLTableElement} table
   * @param {(id: string, extend: boolean) => void} select
   * @param {(id: string) => void} open
   */
  constructor(table, select, open) {
    this.table = table;
    this.body = /** @type {HTMLTableSectionElement} */ (table.tBodies[0]);
    table.addEventListener("click", (event) => {
      const id = idOf(event);
      if (id) select(id, event.shiftKey);
    });
    table.addEventListener("dblclick", (event) => {
      const id = idOf(event);
      if (id) open(id);
    });
  }

  /** @param {ListView} view */
  draw(view) {
    const { model } = view;
    const order = model.bands
      .map((band) => `${band.id} ${band.state} ${band.code} ${band.topic}: ${band.lines}`)
      .join("\n");
    if (order !== this.#order) {
      this.#order = order;
      this.#arrange(view);
    }
    for (const line of model.ordered) this.#fill(view, line);
    this.mark(view);
  }

  /**
   * Show which utterances are selected.
   *
   * @param {ListView} view
   */
  mark({ selected, focus }) {
    for (const id of this.#marked) {
      const row = this.#rows.get(id)?.row;
      row?.removeAttribute("aria-selected");
      row?.classList.remove("is-focus");
      if (row) row.tabIndex = -1;
    }
    this.#marked = [...selected];
    for (const id of selected) this.#rows.get(id)?.row.setAttribute("aria-selected", "true");
    const row = this.#rows.get(focus ?? "")?.row;
    if (!row) return;
    row.classList.add("is-focus");
    row.tabIndex = 0;
    const scroller = /** @type {HTMLElement} */ (this.table.parentElement);
    const [top, bottom] = [row.offsetTop - 60, row.offsetTop + row.offsetHeight + 30];
    if (top < scroller.scrollTop) scroller.scrollTop = top;
    else if (bottom > scroller.scrollTop + scroller.clientHeight) scroller.scrollTop = bottom - scroller.clientHeight;
    if (this.body.contains(document.activeElement)) row.focus({ preventScroll: true });
  }

  /** @param {ListView} view */
  #arrange({ model, texts }) {
    /** @type {Map<string, {row: HTMLTableRowElement, key: string}>} */
    const kept = new Map();
    const children = [];
    for (const band of model.bands) {
      const head = document.createElement("tr");
      head.className = `timeline-band is-${band.state}`;
      const cell = document.createElement("th");
      cell.colSpan = 5;
      cell.scope = "rowgroup";
      cell.textContent = [band.code, texts[`state_${band.state}`], band.topic].filter(Boolean).join(" · ");
      head.append(cell);
      children.push(head);
      for (const id of band.lines) {
        const entry = this.#rows.get(id) ?? { row: emptyRow(id), key: "" };
        kept.set(id, entry);
        children.push(entry.row);
      }
    }
    this.#rows = kept;
    this.body.replaceChildren(...children);
  }

  /**
   * @param {ListView} view
   * @param {Line} line
   */
  #fill(view, line) {
    const entry = this.#rows.get(line.id);
    if (!entry) return;
    const { hue, label } = view.badge(line.speaker);
    const note = view.notes.get(line.id) ?? "";
    const key = JSON.stringify([line.text, label, hue, line.start_ms, line.end_ms, note]);
    if (key === entry.key) return;
    entry.key = key;
    const [start, length, speaker, text, marks] = entry.row.cells;
    start.textContent = line.start_ms === null ? "–" : shown(line.start_ms);
    length.textContent = line.start_ms === null ? "–" : ((Number(line.end_ms) - line.start_ms) / 1000).toFixed(2);
    speaker.textContent = label;
    speaker.dataset.hue = hue < 0 ? "" : String((hue % 8) + 1);
    text.textContent = line.text;
    marks.textContent = note ? "⚑" : "";
    marks.title = note;
    if (note) marks.setAttribute("aria-label", note);
    else marks.removeAttribute("aria-label");
  }
}

/** @param {string} id */
function emptyRow(id) {
  const row = document.createElement("tr");
  row.dataset.line = id;
  row.tabIndex = -1;
  for (let i = 0; i < 5; i += 1) row.append(document.createElement("td"));
  row.cells[2].className = "timeline-speaker";
  return row;
}

/** @param {Event} event */
function idOf(event) {
  const row = event.target instanceof Element ? event.target.closest("tr[data-line]") : null;
  return row instanceof HTMLElement ? row.dataset.line : undefined;
}
