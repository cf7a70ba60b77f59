// The waveform around an utterance, with its span, a proposed cut and the playing position.

const PER_SECOND = 100;
const COLUMNS = 480;
const HEIGHT = 100;
const SVG = "http://www.w3.org/2000/svg";

export class Waveform {
  /** @type {{key: string, part: Promise<Int8Array | null>} | null} fetched before it is needed */
  #ahead = null;
  /** @type {Int8Array} pairs of lowest and highest, a hundredth of a second each */
  #peaks = new Int8Array();
  #start = 0;
  #gain = 1;
  #from = 0;
  #to = 1;

  /** @param {SVGSVGElement} svg */
  constructor(svg) {
    this.svg = svg;
    svg.setAttribute("viewBox", `0 0 ${COLUMNS} ${HEIGHT}`);
    svg.setAttribute("preserveAspectRatio", "none");
    this.span = svg.appendChild(document.createElementNS(SVG, "rect"));
    this.path = svg.appendChild(document.createElementNS(SVG, "path"));
    this.cut = svg.appendChild(document.createElementNS(SVG, "rect"));
    this.head = svg.appendChild(document.createElementNS(SVG, "line"));
    this.span.classList.add("wave-span");
    this.path.classList.add("wave-sound");
    this.cut.classList.add("wave-cut");
    this.head.classList.add("wave-head");
  }

  /**
   * Show the part of the episode's peaks that a dialogue needs.
   *
   * @param {string} url
   * @param {number} start milliseconds
   * @param {number} end
   */
  async load(url, start, end) {
    const [first, last] = bytesOf(start, end);
    const part = this.#ahead?.key === `${url} ${first} ${last}` ? this.#ahead.part : fetched(url, first, last);
    const peaks = await part;
    if (!peaks) return;
    this.#peaks = peaks;
    this.#start = first / 2;
    // quiet recordings are drawn as tall as loud ones, except silence
    this.#gain = 128 / this.#peaks.reduce((most, peak) => Math.max(most, Math.abs(peak)), 16);
    this.#draw();
  }

  /**
   * Fetch what `load` will need next.
   *
   * @param {string} url
   * @param {number} start milliseconds
   * @param {number} end
   */
  prepare(url, start, end) {
    const [first, last] = bytesOf(start, end);
    this.#ahead = { key: `${url} ${first} ${last}`, part: fetched(url, first, last) };
  }

  /**
   * @param {number} start milliseconds of the utterance
   * @param {number} end
   */
  show(start, end) {
    const margin = Math.max(600, (end - start) / 4);
    this.#from = Math.max(0, start - margin);
    this.#to = end + margin;
    this.#setSpan(this.span, start, end);
    this.propose(null);
    this.setPosition(start);
    this.#draw();
  }

  /**
   * Mark the proposed bounds of the utterance.
   *
   * @param {import("../types.js").Bounds | null} bounds null: no proposal
   */
  propose(bounds) {
    this.cut.toggleAttribute("hidden", bounds === null);
    if (bounds) this.#setSpan(this.cut, bounds.start_ms, bounds.end_ms);
  }

  /** @param {number} ms the playing position */
  setPosition(ms) {
    const x = String(this.#x(ms));
    for (const [name, value] of Object.entries({ x1: x, x2: x, y1: "0", y2: String(HEIGHT) })) {
      this.head.setAttribute(name, value);
    }
  }

  /**
   * @param {SVGRectElement} rect
   * @param {number} start
   * @param {number} end
   */
  #setSpan(rect, start, end) {
    const width = this.#x(end) - this.#x(start);
    for (const [name, value] of Object.entries({ x: this.#x(start), y: 0, width, height: HEIGHT })) {
      rect.setAttribute(name, String(value));
    }
  }

  /** @param {number} ms */
  #x(ms) {
    return (COLUMNS * (ms - this.#from)) / (this.#to - this.#from);
  }

  #draw() {
    const perColumn = ((this.#to - this.#from) * PER_SECOND) / 1000 / COLUMNS;
    const first = (this.#from * PER_SECOND) / 1000 - this.#start;
    let path = "";
    for (let column = 0; column < COLUMNS; column += 1) {
      const begin = Math.floor(first + column * perColumn);
      const [low, high] = extremes(
        this.#peaks,
        begin,
        Math.max(begin + 1, Math.floor(first + (column + 1) * perColumn)),
      );
      path += `M${column + 0.5} ${y(high * this.#gain)}V${y(low * this.#gain)}`;
    }
    this.path.setAttribute("d", path);
  }
}

/**
 * Return the lowest and the highest peak of a range.
 *
 * @param {Int8Array} peaks pairs of lowest and highest
 * @param {number} begin index of the first pair
 * @param {number} end index after the last pair
 * @returns {[number, number]}
 */
export function extremes(peaks, begin, end) {
  let low = 0;
  let high = 0;
  for (let i = Math.max(0, begin); i < end && 2 * i + 1 < peaks.length; i += 1) {
    low = Math.min(low, peaks[2 * i]);
    high = Math.max(high, peaks[2 * i + 1]);
  }
  return [low, high];
}

/**
 * @param {number} peak -128..127; a silent column is still a thin line
 */
function y(peak) {
  return (HEIGHT / 2 - (peak / 128) * (HEIGHT / 2 - 2) + (peak > 0 ? -0.5 : 0.5)).toFixed(1);
}

/**
 * @param {number} start milliseconds
 * @param {number} end
 * @returns {[number, number]} the first and the last byte of the peaks between them
 */
function bytesOf(start, end) {
  const first = 2 * Math.floor((Math.max(0, start) * PER_SECOND) / 1000);
  return [first, 2 * Math.ceil((end * PER_SECOND) / 1000) + 1];
}

/**
 * @param {string} url
 * @param {number} first byte
 * @param {number} last
 * @returns {Promise<Int8Array | null>} null: not now
 */
async function fetched(url, first, last) {
  const response = await fetch(url, { headers: { Range: `bytes=${first}-${last}` } }).catch(() => null);
  if (!response?.ok) return null;
  const bytes = new Int8Array(await response.arrayBuffer());
  return response.status === 206 ? bytes : bytes.slice(first, last + 1);
}
