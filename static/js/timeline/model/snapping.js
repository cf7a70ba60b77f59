// Where a dragged time comes to rest: at neighbours, silences, shot changes and frames.

/** @typedef {import("../types.js").Line} Line */
/** @typedef {import("../types.js").Span} Span */

export const SHORTEST_MS = 80;

/**
 * Return the nearest target of a time, else the nearest frame.
 *
 * @param {number} ms
 * @param {number[]} targets sorted
 * @param {number} reach in ms
 * @param {number | null} fps null: no frames
 * @returns {{ms: number, target: number | null}} with the target that it has reached
 */
export function snap(ms, targets, reach, fps) {
  const index = lowerBound(targets, ms);
  let best = null;
  for (const target of [targets[index - 1], targets[index]]) {
    if (target === undefined || Math.abs(target - ms) > reach) continue;
    if (best === null || Math.abs(target - ms) < Math.abs(best - ms)) best = target;
  }
  return { ms: best ?? toFrame(ms, fps), target: best };
}

/**
 * Return the start of the frame nearest to a time.
 *
 * @param {number} ms
 * @param {number | null} fps
 */
export function toFrame(ms, fps) {
  return fps ? Math.round((Math.round((ms * fps) / 1000) * 1000) / fps) : Math.round(ms);
}

/**
 * Return the times to which an edge snaps, sorted: silences, shot changes, the playing position, and the edges of other
 * utterances at the smallest distance that may be between two.
 *
 * @param {Line[]} others
 * @param {import("../types.js").Marks} marks
 * @param {number} gap in ms
 * @param {"start" | "end"} edge
 * @param {number | null} [position]
 * @returns {number[]}
 */
export function targetsOf(others, marks, gap, edge, position = null) {
  const targets = [...marks.shots, ...marks.silences.flat()];
  for (const line of others) {
    const [start, end] = [Number(line.start_ms), Number(line.end_ms)];
    // the own start comes behind the end of an earlier one, the own end before the start of a later one
    if (edge === "start") targets.push(end + gap, start);
    else targets.push(start - gap, end);
  }
  if (position !== null) targets.push(Math.round(position));
  return targets.sort((a, b) => a - b);
}

/**
 * Return how far the edges of an utterance may move: within the episode, in the order of its dialogue, and not into
 * another utterance of its speaker.
 *
 * @param {Line} line
 * @param {Line[]} sequence the utterances of its dialogue, in order
 * @param {Line[]} all utterances of the episode
 * @param {number} duration of the episode
 * @param {number} gap smallest distance to another utterance of the speaker, where it is not smaller already
 * @returns {{from: number, to: number, earliest: number, latest: number}} bounds of the span, and of its start
 */
export function boundsOf(line, sequence, all, duration, gap) {
  const place = sequence.findIndex((each) => each.id === line.id);
  const [start, end] = [Number(line.start_ms), Number(line.end_ms)];
  let [from, to] = [0, duration];
  if (line.speaker !== null) {
    for (const other of all) {
      if (other.id === line.id || other.speaker !== line.speaker || other.start_ms === null) continue;
      const [otherStart, otherEnd] = [Number(other.start_ms), Number(other.end_ms)];
      if (otherEnd <= start) from = Math.max(from, Math.min(start, otherEnd + gap));
      else if (otherStart >= end) to = Math.min(to, Math.max(end, otherStart - gap));
    }
  }
  const before = sequence[place - 1]?.start_ms ?? 0;
  const after = sequence[place + 1]?.start_ms ?? duration;
  return { from, to, earliest: Math.min(start, before), latest: Math.max(start, after) };
}

/**
 * Return a span whose edge, or which as a whole, was moved to a time.
 *
 * @param {Span} span
 * @param {"start" | "end" | "both"} edge
 * @param {number} ms new time of the edge; of the start, if both move
 * @param {ReturnType<typeof boundsOf>} bounds
 * @returns {Span}
 */
export function moved(span, edge, ms, bounds) {
  const length = span.end - span.start;
  if (edge === "start") {
    const latest = Math.min(bounds.latest, span.end - SHORTEST_MS);
    return { start: clamp(ms, Math.max(bounds.from, bounds.earliest), latest), end: span.end };
  }
  if (edge === "end") return { start: span.start, end: clamp(ms, span.start + SHORTEST_MS, bounds.to) };
  const latest = Math.min(bounds.latest, bounds.to - length);
  const start = clamp(ms, Math.max(bounds.from, bounds.earliest), latest);
  return { start, end: start + length };
}

/**
 * @param {number} value
 * @param {number} low
 * @param {number} high
 */
export function clamp(value, low, high) {
  return Math.max(low, Math.min(value, Math.max(low, high)));
}

/**
 * Return the index of the first value that is not below `wanted`.
 *
 * @param {number[]} values sorted
 * @param {number} wanted
 */
export function lowerBound(values, wanted) {
  let [low, high] = [0, values.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if (values[middle] < wanted) low = middle + 1;
    else high = middle;
  }
  return low;
}
