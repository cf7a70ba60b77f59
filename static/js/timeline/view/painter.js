// Draws the timeline: ruler, dialogues, waveform, utterances, playing position.

import { shown } from "../model/times.js";

/** @typedef {import("../types.js").Line} Line */
/** @typedef {import("../types.js").Span} Span */

export const RULER = 20;
export const BAND = 22;
export const TOP = RULER + BAND; // of the waveform and the utterances
const STEPS_MS = [100, 200, 500, 1000, 2000, 5000, 10_000, 30_000, 60_000, 300_000, 600_000];
const NAMES = ["ink", "muted", "line", "line-strong", "surface", "sunken", "accent", "danger", "warning", "good"];
const HUES = 8;
const MOST_LANES = 3;

/**
 * @typedef {object} Picture what is drawn
 * @property {import("./window.js").Window} window
 * @property {import("../model/episode.js").EpisodeModel} model
 * @property {import("../types.js").Marks} marks
 * @property {Map<string, number>} lanes
 * @property {Set<string>} selected
 * @property {string | null} focus
 * @property {{id: string, span: Span, target: number | null} | null} drag
 * @property {number} position
 * @property {(id: string | null) => {hue: number, label: string}} badge of a speaker
 * @property {Set<string>} flagged
 * @property {Map<string, Span>} proposals
 */

export class Painter {
  /** @type {Record<string, string>} */
  #colour = {};
  /** @type {string[]} */
  #hues = [];
  #cache = document.createElement("canvas");
  #cached = "";

  /** @param {HTMLCanvasElement} canvas */
  constructor(canvas) {
    this.canvas = canvas;
    this.context = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d"));
    /** @type {import("./peaks.js").Peaks | null} */
    this.peaks = null;
    this.readColours();
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.readColours());
  }

  readColours() {
    const style = getComputedStyle(this.canvas);
    for (const name of NAMES) this.#colour[name] = style.getPropertyValue(`--${name}`).trim();
    this.#hues = Array.from({ length: HUES }, (_, i) => style.getPropertyValue(`--speaker-${i + 1}`).trim());
    this.font = style.fontFamily;
    this.#cached = "";
  }

  /**
   * Follow the size of the element.
   *
   * @returns {{width: number, height: number}} in px
   */
  resize() {
    const { clientWidth: width, clientHeight: height } = this.canvas;
    const ratio = devicePixelRatio || 1;
    if (this.canvas.width !== Math.round(width * ratio) || this.canvas.height !== Math.round(height * ratio)) {
      this.canvas.width = Math.round(width * ratio);
      this.canvas.height = Math.round(height * ratio);
    }
    this.context.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.width = width;
    this.height = height;
    return { width, height };
  }

  /** @param {Picture} picture */
  draw(picture) {
    const { width, height } = this.resize();
    const { context } = this;
    picture.window.width = width;
    context.fillStyle = this.#colour.surface;
    context.fillRect(0, 0, width, height);
    this.#waveform(picture);
    this.#marks(picture);
    this.#bands(picture);
    const visible = picture.model.within(picture.window.from, picture.window.to);
    for (const line of visible) if (line.id !== picture.drag?.id) this.#line(picture, line);
    const dragged = picture.drag ? picture.model.lines.get(picture.drag.id) : undefined;
    if (dragged) this.#line(picture, dragged);
    this.#ruler(picture);
    this.#position(picture);
  }

  /** @param {Picture} picture */
  #waveform({ window }) {
    if (!this.peaks) return;
    const [width, height] = [Math.round(this.width ?? 0), Math.round((this.height ?? 0) - TOP)];
    const key = `${window.from} ${window.length} ${width} ${height}`;
    if (key !== this.#cached && width > 0 && height > 0) {
      this.#cached = key;
      this.#cache.width = width;
      this.#cache.height = height;
      const context = /** @type {CanvasRenderingContext2D} */ (this.#cache.getContext("2d"));
      context.fillStyle = this.#colour["line-strong"];
      const [middle, gain] = [height / 2, (this.peaks.gain * (height - 8)) / 256];
      context.beginPath();
      this.peaks.columns(window.from, window.to, width, (column, low, high) => {
        const top = Math.round(middle - high * gain);
        context.rect(column, top, 1, Math.max(1, Math.round(middle - low * gain) - top));
      });
      context.fill();
    }
    if (width > 0 && height > 0) this.context.drawImage(this.#cache, 0, TOP, width, height);
  }

  /** @param {Picture} picture */
  #marks({ window, marks, drag }) {
    const { context } = this;
    const height = (this.height ?? 0) - TOP;
    if (window.length < 120_000) {
      context.fillStyle = this.#colour.sunken;
      for (const [start, end] of marks.silences) {
        if (end < window.from || start > window.to) continue;
        context.fillRect(window.x(start), TOP + height - 5, Math.max(1, window.x(end) - window.x(start)), 5);
      }
    }
    context.strokeStyle = this.#colour.warning;
    context.setLineDash([2, 3]);
    context.beginPath();
    for (const shot of window.length < 600_000 ? marks.shots : []) {
      if (shot < window.from || shot > window.to) continue;
      context.moveTo(window.x(shot), TOP);
      context.lineTo(window.x(shot), TOP + height);
    }
    context.stroke();
    context.setLineDash([]);
    if (drag?.target !== null && drag?.target !== undefined) {
      context.fillStyle = this.#colour.accent;
      context.fillRect(window.x(drag.target) - 1, RULER, 2, height + BAND);
    }
  }

  /** @param {Picture} picture */
  #bands({ window, model }) {
    const { context } = this;
    context.font = `12px ${this.font}`;
    context.textBaseline = "middle";
    for (const [index, band] of model.bands.entries()) {
      const rows = band.lines.flatMap((id) => model.lines.get(id) ?? []).filter((line) => line.start_ms !== null);
      if (!rows.length) continue;
      const start = Math.min(...rows.map((line) => Number(line.start_ms)));
      const end = Math.max(...rows.map((line) => Number(line.end_ms)));
      if (end < window.from || start > window.to) continue;
      const [left, right] = [window.x(start), Math.max(window.x(start) + 2, window.x(end))];
      context.fillStyle = index % 2 ? this.#colour.sunken : this.#colour.line;
      context.fillRect(left, RULER + 2, right - left, BAND - 4);
      context.fillStyle =
        this.#colour[band.state === "ready" ? "good" : band.state === "excluded" ? "danger" : "muted"];
      context.fillRect(left, RULER + 2, 3, BAND - 4);
      if (band.state === "excluded") {
        context.globalAlpha = 0.12;
        context.fillRect(left, TOP, right - left, (this.height ?? 0) - TOP);
        context.globalAlpha = 1;
      }
      const at = Math.max(left, 0) + 8;
      const text = [band.code, STATES[band.state], band.topic].filter(Boolean).join(" · ");
      this.#text(text, at, RULER + BAND / 2, Math.min(right, this.width ?? 0) - at - 4, this.#colour.ink);
    }
  }

  /**
   * @param {Picture} picture
   * @param {Line} line
   */
  #line(picture, line) {
    const { window, drag } = picture;
    const { context } = this;
    const span = drag?.id === line.id ? drag.span : { start: Number(line.start_ms), end: Number(line.end_ms) };
    const [left, right] = [window.x(span.start), Math.max(window.x(span.start) + 1, window.x(span.end))];
    const lane = picture.lanes.get(line.id) ?? 0;
    const full = (this.height ?? 0) - TOP - 8;
    const height = full / MOST_LANES;
    const top = TOP + 2 + (lane % MOST_LANES) * height;
    const { hue, label } = picture.badge(line.speaker);
    const colour = hue < 0 ? this.#colour.muted : this.#hues[hue % HUES];
    const isSelected = picture.selected.has(line.id);
    context.globalAlpha = isSelected ? 0.34 : 0.2;
    context.fillStyle = colour;
    context.fillRect(left, TOP, right - left, full + 2);
    context.globalAlpha = 1;
    context.fillRect(left, top, right - left, 3);
    context.fillRect(left, TOP, 1, full + 2);
    context.fillRect(right - 1, TOP, 1, full + 2);
    if (isSelected) {
      context.strokeStyle = this.#colour.ink;
      context.lineWidth = picture.focus === line.id ? 2 : 1;
      context.strokeRect(left, TOP + 1, right - left, full);
      context.lineWidth = 1;
    }
    const proposal = picture.proposals.get(line.id);
    if (proposal) {
      context.strokeStyle = this.#colour.danger;
      context.setLineDash([5, 3]);
      context.strokeRect(
        window.x(proposal.start),
        TOP + 4,
        window.x(proposal.end) - window.x(proposal.start),
        full - 8,
      );
      context.setLineDash([]);
    }
    const at = Math.max(left, 0) + 5;
    const room = Math.min(right, this.width ?? 0) - at - 3;
    if (room < 10) return;
    context.font = `12px ${this.font}`;
    context.textBaseline = "middle";
    const flag = picture.flagged.has(line.id) ? "⚑ " : "";
    this.#text(`${flag}${label}`, at, top + 14, room, this.#colour.ink, true);
    this.#text(line.text, at, top + 30, room, this.#colour.ink, true);
  }

  /** @param {Picture} picture */
  #ruler({ window }) {
    const { context } = this;
    context.fillStyle = this.#colour.surface;
    context.fillRect(0, 0, this.width ?? 0, RULER);
    const step = STEPS_MS.find((each) => each / window.perPixel > 80) ?? 1_200_000;
    context.font = `11px ${this.font}`;
    context.textBaseline = "middle";
    context.fillStyle = this.#colour.muted;
    for (let ms = Math.ceil(window.from / step) * step; ms <= window.to; ms += step) {
      context.fillRect(Math.round(window.x(ms)), RULER - 5, 1, 5);
      context.fillText(shown(ms, step < 1000 ? 1 : 0), window.x(ms) + 3, RULER / 2);
    }
    context.fillStyle = this.#colour.line;
    context.fillRect(0, RULER - 1, this.width ?? 0, 1);
  }

  /** @param {Picture} picture */
  #position({ window, position }) {
    const x = Math.round(window.x(position));
    this.context.fillStyle = this.#colour.danger;
    this.context.fillRect(x - 1, 0, 2, this.height ?? 0);
  }

  /**
   * @param {string} text
   * @param {number} x
   * @param {number} y
   * @param {number} room
   * @param {string} colour
   * @param {boolean} [boxed] on a ground of its own, so that it stays legible over the waveform
   */
  #text(text, x, y, room, colour, boxed = false) {
    if (room < 8 || !text) return;
    const { context } = this;
    // about as many characters as fit: cutting the text is cheaper than clipping
    const cut = text.length * 6 > room ? cutToFit(context, text, room) : text;
    if (boxed) {
      context.globalAlpha = 0.75;
      context.fillStyle = this.#colour.surface;
      context.fillRect(x - 2, y - 7, Math.min(room, context.measureText(cut).width) + 4, 14);
      context.globalAlpha = 1;
    }
    context.fillStyle = colour;
    context.fillText(cut, x, y);
  }
}

/** @type {Record<string, string>} symbols of the states of dialogues; the list says them in words */
const STATES = { draft: "", ready: "✓", excluded: "⊘" };

/**
 * @param {CanvasRenderingContext2D} context
 * @param {string} text
 * @param {number} room
 */
function cutToFit(context, text, room) {
  let [low, high] = [0, Math.min(text.length, Math.ceil(room / 3))];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if (context.measureText(text.slice(0, middle)).width <= room) low = middle;
    else high = middle - 1;
  }
  return text.slice(0, low);
}
