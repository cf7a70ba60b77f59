// Dragging on the timeline: an edge or a whole utterance, or the playing position; wheel: scroll and zoom.

import { boundsOf, moved, snap, targetsOf } from "../model/snapping.js";
import { RULER, TOP } from "./painter.js";

/** @typedef {import("../types.js").Line} Line */
/** @typedef {import("../types.js").Span} Span */
/** @typedef {{line: Line, edge: "start" | "end" | "both", offset: number, targets: number[],
 *   bounds: ReturnType<typeof boundsOf>, moved: boolean}} Grip */

const EDGE_PX = 7;
const REACH_PX = 9; // how near a snap target must be
const THRESHOLD_PX = 3; // a smaller movement is a click

/**
 * @typedef {object} Stage what the pointer acts on
 * @property {HTMLCanvasElement} canvas
 * @property {import("./window.js").Window} window
 * @property {import("../model/episode.js").EpisodeModel} model
 * @property {import("../types.js").Marks} marks
 * @property {{snap: boolean, gap: number}} options
 * @property {number} position playing position
 * @property {{id: string, span: Span, target: number | null} | null} drag
 * @property {string | null} focus
 * @property {(id: string, extend: boolean) => void} select
 * @property {(ms: number) => void} seek
 * @property {(line: Line, span: Span) => void} retime
 * @property {(line: Line) => void} open for typing
 * @property {() => void} changed
 */

export class Pointer {
  /** @type {Grip | null} */
  #grip = null;
  #downX = 0;
  #seeking = false;
  /** @type {PointerEvent | null} */
  #last = null;
  #frame = 0;

  /** @param {Stage} stage */
  constructor(stage) {
    this.stage = stage;
    const { canvas } = stage;
    canvas.addEventListener("pointerdown", (event) => this.#down(event));
    canvas.addEventListener("pointermove", (event) => this.#move(event));
    canvas.addEventListener("pointerup", (event) => this.#up(event));
    canvas.addEventListener("pointercancel", () => this.cancel());
    canvas.addEventListener("dblclick", (event) => {
      const line = this.#hit(event)?.line;
      if (line) stage.open(line);
    });
    canvas.addEventListener("wheel", (event) => this.#wheel(event), { passive: false });
  }

  /** Give up a drag: the utterance stays as it was. */
  cancel() {
    if (!this.#grip && !this.#seeking) return false;
    this.#grip = null;
    this.#seeking = false;
    this.stage.drag = null;
    this.stage.changed();
    return true;
  }

  /**
   * @param {PointerEvent | MouseEvent} event
   * @returns {{line: Line, edge: "start" | "end" | "both"} | null}
   */
  #hit(event) {
    const { window, model, focus } = this.stage;
    if (event.offsetY < TOP) return null;
    const ms = window.ms(event.offsetX);
    const reach = EDGE_PX * window.perPixel;
    const near = model.within(ms - reach, ms + reach);
    /** @type {{line: Line, edge: "start" | "end", distance: number} | null} */
    let best = null;
    for (const line of near) {
      const width = (Number(line.end_ms) - Number(line.start_ms)) / window.perPixel;
      if (width < 4) continue;
      for (const edge of /** @type {const} */ (["start", "end"])) {
        const time = Number(edge === "start" ? line.start_ms : line.end_ms);
        // of two edges at one place, that of the selected utterance is meant
        const distance = Math.abs(time - ms) - (line.id === focus ? reach / 2 : 0);
        if (Math.abs(time - ms) <= Math.min(reach, (width * window.perPixel) / 3)) {
          if (!best || distance < best.distance) best = { line, edge, distance };
        }
      }
    }
    if (best) return best;
    const inside = near.filter((line) => Number(line.start_ms) <= ms && Number(line.end_ms) > ms);
    const line = inside.find((each) => each.id === focus) ?? inside.at(-1);
    return line ? { line, edge: "both" } : null;
  }

  /** @param {PointerEvent} event */
  #down(event) {
    if (event.button !== 0) return;
    const { stage } = this;
    stage.canvas.focus({ preventScroll: true });
    stage.canvas.setPointerCapture(event.pointerId);
    this.#downX = event.offsetX;
    const hit = event.offsetY < RULER ? null : this.#hit(event);
    if (!hit) {
      this.#seeking = true;
      stage.seek(stage.window.ms(event.offsetX));
      return;
    }
    stage.select(hit.line.id, event.shiftKey && hit.edge === "both");
    this.#grip = {
      ...gripOf(stage, hit.line, hit.edge),
      offset: stage.window.ms(event.offsetX) - Number(hit.line.start_ms),
    };
  }

  /** @param {PointerEvent} event */
  #move(event) {
    if (!this.#grip && !this.#seeking) {
      const edge = event.offsetY < RULER ? null : this.#hit(event)?.edge;
      this.stage.canvas.style.cursor =
        edge === undefined || edge === null ? "text" : edge === "both" ? "grab" : "ew-resize";
      return;
    }
    this.#last = event;
    this.#frame ||= requestAnimationFrame(() => this.#drag());
  }

  #drag() {
    this.#frame = 0;
    const event = this.#last;
    const { stage } = this;
    if (!event) return;
    if (this.#seeking) return stage.seek(stage.window.ms(event.offsetX));
    const grip = this.#grip;
    if (!grip || (!grip.moved && Math.abs(event.offsetX - this.#downX) < THRESHOLD_PX)) return;
    grip.moved = true;
    const ms = stage.window.ms(event.offsetX) - (grip.edge === "both" ? grip.offset : 0);
    stage.drag = { id: grip.line.id, ...dragged(stage, grip, ms, event.shiftKey) };
    stage.changed();
  }

  /** @param {PointerEvent} event */
  #up(event) {
    const { stage } = this;
    if (this.#grip) {
      // a busy browser may have drawn no frame since the button was pressed
      this.#last = event;
      cancelAnimationFrame(this.#frame);
      this.#drag();
    }
    if (this.#grip?.moved) {
      const drag = stage.drag;
      if (drag) stage.retime(this.#grip.line, drag.span);
    } else if (this.#grip) {
      stage.seek(stage.window.ms(event.offsetX));
    }
    this.#grip = null;
    this.#seeking = false;
    stage.drag = null;
    stage.changed();
  }

  /** @param {WheelEvent} event */
  #wheel(event) {
    const { window } = this.stage;
    if (event.ctrlKey || event.metaKey) {
      window.zoom(1.0015 ** event.deltaY, window.ms(event.offsetX));
    } else {
      const delta = Math.abs(event.deltaX) > Math.abs(event.deltaY) ? event.deltaX : event.deltaY;
      window.moveTo(window.from + delta * window.perPixel);
    }
    event.preventDefault();
    this.stage.changed();
  }
}

/**
 * @param {Stage} stage
 * @param {Line} line
 * @param {"start" | "end" | "both"} edge
 * @returns {Grip}
 */
export function gripOf(stage, line, edge) {
  const { model, options, marks } = stage;
  const others = model.sorted.filter((each) => each.id !== line.id);
  const sequence = model.bandOf(line.id)?.lines.flatMap((id) => model.lines.get(id) ?? []) ?? [];
  const targets = targetsOf(others, marks, options.gap, edge === "end" ? "end" : "start", stage.position);
  const bounds = boundsOf(line, sequence, model.sorted, model.episode.duration_ms, options.gap);
  return { line, edge, targets, bounds, offset: 0, moved: false };
}

/**
 * Return the span to which a grip moves an utterance.
 *
 * @param {Stage} stage
 * @param {Grip} grip
 * @param {number} ms
 * @param {boolean} otherwise snap if that is switched off, else not
 * @returns {{span: Span, target: number | null}}
 */
export function dragged(stage, grip, ms, otherwise) {
  const before = { start: Number(grip.line.start_ms), end: Number(grip.line.end_ms) };
  const snaps = stage.options.snap !== otherwise;
  const reach = REACH_PX * stage.window.perPixel;
  const to = snaps ? snap(ms, grip.targets, reach, stage.model.episode.fps) : { ms: Math.round(ms), target: null };
  const span = moved(before, grip.edge, to.ms, grip.bounds);
  const reached = grip.edge === "end" ? span.end : span.start;
  return { span, target: reached === to.target ? to.target : null };
}
