// Places to look at: remarks of annotators, findings, overlaps, and utterances that are too short or read too fast.

/** @typedef {import("../types.js").Line} Line */
/** @typedef {{line: string, kind: "flag" | "finding" | "overlap", text: string, at: number}} Remark */

/**
 * Return the pairs of utterances that overlap, by start of the later one.
 *
 * @param {Line[]} sorted by start
 * @returns {[Line, Line][]}
 */
export function overlapsOf(sorted) {
  /** @type {[Line, Line][]} */
  const pairs = [];
  /** @type {Line[]} */
  let open = [];
  for (const line of sorted) {
    open = open.filter((each) => Number(each.end_ms) > Number(line.start_ms));
    for (const each of open) pairs.push([each, line]);
    open.push(line);
  }
  return pairs;
}

/**
 * Return all places to look at, in the order of their times.
 *
 * @param {{sorted: Line[], lines: Map<string, Line>, flags: import("../types.js").Flag[],
 *   findings: import("../types.js").Finding[]}} model
 * @param {(pair: [Line, Line]) => string} describe an overlap
 * @returns {Remark[]}
 */
export function remarksOf(model, describe) {
  /** @type {Remark[]} */
  const found = [];
  /** @param {string} line @param {Remark["kind"]} kind @param {string} text */
  const add = (line, kind, text) => {
    const at = model.lines.get(line)?.start_ms;
    if (at !== undefined && at !== null) found.push({ line, kind, text, at });
  };
  for (const flag of model.flags) add(flag.line, "flag", flag.comment ? `${flag.text}: ${flag.comment}` : flag.text);
  for (const finding of model.findings) for (const line of finding.lines) add(line, "finding", finding.text);
  for (const pair of overlapsOf(model.sorted)) add(pair[1].id, "overlap", describe(pair));
  return found.sort((a, b) => a.at - b.at);
}

/**
 * Return the next remark behind a time, or before it; at the end it starts again.
 *
 * @param {Remark[]} remarks in the order of their times
 * @param {number} at
 * @param {1 | -1} step
 * @returns {Remark | undefined}
 */
export function nextRemark(remarks, at, step) {
  if (step > 0) return remarks.find((each) => each.at > at) ?? remarks[0];
  return remarks.findLast((each) => each.at < at) ?? remarks.at(-1);
}

/**
 * Return the utterances in lanes, so that two that overlap are never in the same.
 *
 * @param {Line[]} sorted by start
 * @returns {Map<string, number>} id -> lane, from 0
 */
export function lanesOf(sorted) {
  /** @type {Map<string, number>} */
  const lanes = new Map();
  /** @type {number[]} */
  const ends = [];
  for (const line of sorted) {
    let lane = ends.findIndex((end) => end <= Number(line.start_ms));
    if (lane < 0) lane = ends.length;
    ends[lane] = Number(line.end_ms);
    lanes.set(line.id, lane);
  }
  return lanes;
}
