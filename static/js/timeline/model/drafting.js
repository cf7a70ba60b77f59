// Edits as the page makes them, from what is selected and where the cursor and the playing position are.

import { newId } from "../../label/sync/new_id.js";

/** @typedef {import("../types.js").Line} Line */
/** @typedef {import("../types.js").Edit} Edit */

/**
 * @param {string} action
 * @param {Record<string, any>} values
 * @param {{id: string, version: number}[]} rows on which it is based
 * @param {number} basedOn number of the newest edit known
 * @returns {Edit}
 */
export function draft(action, values, rows, basedOn) {
  const versions = Object.fromEntries(rows.map((row) => [row.id, row.version]));
  return { operation: newId(), action, values, versions, basedOn, confirmed: 0 };
}

/**
 * Return where to split an utterance: the time at the playing position if it is inside, else in proportion to the text;
 * the text at the cursor if it is inside, else at the word nearest to the share of the time.
 *
 * @param {Line} line
 * @param {number} position playing position
 * @param {number | null} cursor number of characters before it; null: no cursor in the text
 * @returns {{at_ms: number, at_char: number} | null} null: the text is too short
 */
export function splitPoint(line, position, cursor) {
  const [start, end] = [Number(line.start_ms), Number(line.end_ms)];
  const { length } = line.text;
  if (length < 2 || line.start_ms === null) return null;
  const inText = cursor !== null && cursor > 0 && cursor < length;
  const inTime = position > start && position < end;
  const share = inTime ? (position - start) / (end - start) : inText ? Number(cursor) / length : 0.5;
  const at_char = inText ? Number(cursor) : wordBreak(line.text, Math.round(share * length));
  const at_ms = inTime ? Math.round(position) : Math.round(start + share * (end - start));
  return { at_char, at_ms: Math.max(start + 1, Math.min(at_ms, end - 1)) };
}

/**
 * Return the place nearest to a character where words part: behind punctuation, at a space, between two Chinese
 * characters.
 *
 * @param {string} text
 * @param {number} wanted
 */
export function wordBreak(text, wanted) {
  let best = Math.max(1, Math.min(wanted, text.length - 1));
  let distance = Infinity;
  for (let at = 1; at < text.length; at += 1) {
    const [before, after] = [text[at - 1], text[at]];
    const parts = /\s/.test(after) || /[\u2e81-\uffff]/.test(before) || /[\u2e81-\uffff]/.test(after);
    if (!parts || !text.slice(0, at).trim() || !text.slice(at).trim()) continue;
    const bonus = /[.!?,;:，。！？；：、…]/.test(before) ? text.length * 0.15 : 0;
    if (Math.abs(at - wanted) - bonus < distance) {
      best = at;
      distance = Math.abs(at - wanted) - bonus;
    }
  }
  return best;
}

/**
 * Return the span of a missing utterance at a time: up to the next utterance, at most two seconds.
 *
 * @param {Line[]} sorted utterances by start
 * @param {number} at
 * @param {number} duration of the episode
 * @param {number} gap
 * @returns {import("../types.js").Span}
 */
export function missingSpan(sorted, at, duration, gap) {
  const start = Math.round(at);
  const next = sorted.find((line) => Number(line.start_ms) > start + gap);
  const limit = next ? Math.max(start + 200, Number(next.start_ms) - gap) : duration;
  return { start, end: Math.min(start + 2000, limit, duration) };
}

/**
 * Return factor and offset of the stretch that moves two times to two others.
 *
 * @param {number} first
 * @param {number} firstNow
 * @param {number} second
 * @param {number} secondNow
 * @returns {{factor: number, offset_ms: number} | null} null: the two times are equal
 */
export function stretch(first, firstNow, second, secondNow) {
  if (first === second) return null;
  const factor = (secondNow - firstNow) / (second - first);
  return { factor, offset_ms: firstNow - factor * first };
}
