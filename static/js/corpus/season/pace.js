/** The pace of an upload, and the time that is left. */

const WINDOW_MS = 20_000; // long enough to smooth out parts, short enough to notice a slower network

export class Pace {
  /** @param {number} total bytes to send */
  constructor(total) {
    this.total = total;
    /** @type {{at: number, sent: number}[]} */
    this.points = [];
  }

  /**
   * Note how much was sent.
   *
   * @param {number} sent bytes, counted from the beginning of the file
   * @param {number} at ms
   */
  note(sent, at) {
    this.points.push({ at, sent });
    while (this.points.length > 2 && at - this.points[0].at > WINDOW_MS) {
      this.points.shift();
    }
  }

  /** @returns {number} bytes per second in the last seconds; 0 if unknown */
  get rate() {
    const first = this.points[0];
    const last = this.points.at(-1);
    const passed = last && first ? last.at - first.at : 0;
    return passed > 500 && last && first ? Math.max(0, (1000 * (last.sent - first.sent)) / passed) : 0;
  }

  /** @returns {number | null} ms until the end at this rate; null if unknown */
  get remainingMs() {
    const last = this.points.at(-1);
    return last && this.rate > 0 ? (1000 * (this.total - last.sent)) / this.rate : null;
  }
}

/**
 * @param {number} bytes
 * @returns {string} such as "1.3 GB"
 */
export function sizeText(bytes) {
  const units = ["B", "kB", "MB", "GB", "TB"];
  let value = bytes;
  let unit = 0;
  while (value >= 999.5 && unit < units.length - 1) {
    value /= 1000;
    unit += 1;
  }
  return `${unit > 0 && value < 9.95 ? value.toFixed(1) : Math.round(value)} ${units[unit]}`;
}

/**
 * @param {number} ms
 * @returns {string} such as "0:42" or "1:02:05"
 */
export function timeText(ms) {
  const seconds = Math.max(0, Math.ceil(ms / 1000));
  const two = (/** @type {number} */ value) => String(value).padStart(2, "0");
  const [hours, minutes] = [Math.floor(seconds / 3600), Math.floor(seconds / 60) % 60];
  return hours > 0 ? `${hours}:${two(minutes)}:${two(seconds % 60)}` : `${minutes}:${two(seconds % 60)}`;
}
