// The part of the episode that the timeline shows, and the conversion between times and places on it.

const SHORTEST_MS = 1000;

export class Window {
  from = 0;
  width = 1; // in px

  /** @param {number} duration of the episode in ms */
  constructor(duration) {
    this.duration = Math.max(duration, 1);
    this.length = Math.min(this.duration, 20_000);
  }

  get to() {
    return this.from + this.length;
  }

  /** @param {number} ms */
  x(ms) {
    return ((ms - this.from) * this.width) / this.length;
  }

  /** @param {number} x */
  ms(x) {
    return this.from + (x * this.length) / this.width;
  }

  /** The duration of a pixel. */
  get perPixel() {
    return this.length / this.width;
  }

  /** @param {number} from */
  moveTo(from) {
    this.from = Math.max(0, Math.min(from, this.duration - this.length));
  }

  /**
   * @param {number} factor below 1: closer
   * @param {number} [at] time that stays in its place
   */
  zoom(factor, at = this.from + this.length / 2) {
    const share = (at - this.from) / this.length;
    this.length = Math.max(Math.min(SHORTEST_MS, this.duration), Math.min(this.length * factor, this.duration));
    this.moveTo(at - share * this.length);
  }

  /**
   * Show a span with some room around it, unless it is visible already.
   *
   * @param {number} start
   * @param {number} end
   */
  reveal(start, end) {
    const room = this.length / 8;
    if (start >= this.from + room / 2 && end <= this.to - room / 2) return;
    if (end - start > this.length) this.moveTo(start - room);
    else this.moveTo((start + end) / 2 - this.length / 2);
  }

  /**
   * Fit a span.
   *
   * @param {number} start
   * @param {number} end
   */
  fit(start, end) {
    this.length = Math.max(SHORTEST_MS, Math.min(this.duration, (end - start) * 1.25));
    this.moveTo((start + end) / 2 - this.length / 2);
  }
}
