// The peaks of an episode at every zoom: each level holds the extremes of two pairs of the level below.

export const PER_SECOND = 100;

export class Peaks {
  /** @type {Int8Array[]} pairs of lowest and highest; level 0 is a hundredth of a second each */
  #levels;

  /** @param {Int8Array} pairs */
  constructor(pairs) {
    this.#levels = [pairs];
    for (let below = pairs; below.length > 4; below = /** @type {Int8Array} */ (this.#levels.at(-1))) {
      const count = below.length >> 2;
      const level = new Int8Array(2 * count);
      for (let i = 0; i < count; i += 1) {
        level[2 * i] = Math.min(below[4 * i], below[4 * i + 2]);
        level[2 * i + 1] = Math.max(below[4 * i + 1], below[4 * i + 3]);
      }
      this.#levels.push(level);
    }
    // quiet recordings are drawn as tall as loud ones, except silence
    const top = /** @type {Int8Array} */ (this.#levels.at(-1));
    this.gain = 128 / top.reduce((most, peak) => Math.max(most, Math.abs(peak)), 16);
  }

  /**
   * Call back with the extremes of each column, -128 to 127.
   *
   * @param {number} from ms
   * @param {number} to ms
   * @param {number} columns
   * @param {(column: number, low: number, high: number) => void} each
   */
  columns(from, to, columns, each) {
    const perColumn = ((to - from) * PER_SECOND) / 1000 / columns;
    const index = Math.max(0, Math.min(Math.floor(Math.log2(Math.max(1, perColumn / 2))), this.#levels.length - 1));
    const level = this.#levels[index];
    const scale = 2 ** index;
    const first = (from * PER_SECOND) / 1000;
    for (let column = 0; column < columns; column += 1) {
      const begin = Math.max(0, Math.floor((first + column * perColumn) / scale));
      const end = Math.max(begin + 1, Math.floor((first + (column + 1) * perColumn) / scale));
      let [low, high] = [0, 0];
      for (let i = begin; i < end && 2 * i + 1 < level.length; i += 1) {
        if (level[2 * i] < low) low = level[2 * i];
        if (level[2 * i + 1] > high) high = level[2 * i + 1];
      }
      each(column, low, high);
    }
  }
}

/**
 * @param {string} url empty: without sound
 * @returns {Promise<Peaks>}
 */
export async function loadPeaks(url) {
  if (!url) return new Peaks(new Int8Array());
  const response = await fetch(url);
  return new Peaks(response.ok ? new Int8Array(await response.arrayBuffer()) : new Int8Array());
}
