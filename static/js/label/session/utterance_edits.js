// How an utterance is to be seen, and what of it is different from before.

/** @typedef {import("../types.js").Utterance} Utterance */
/** @typedef {import("../types.js").Was} Was */
/** @typedef {import("../types.js").Work} Work */

/**
 * @param {Work} work
 * @param {Utterance} utterance
 * @returns {Required<Was>} as people see it, with the speaker's name
 */
export function shownAs({ speakers }, { text, speaker, start_ms, end_ms }) {
  return { text, speaker: speakers.find(({ id }) => id === speaker)?.name ?? "", start_ms, end_ms };
}

/**
 * @param {Work} work
 * @param {Utterance} utterance as it is
 * @param {Was} was
 * @returns {Was | undefined} what of it is different now
 */
export function difference(work, utterance, was) {
  const now = shownAs(work, utterance);
  const fields = /** @type {(keyof Was)[]} */ (Object.keys(now));
  const other = fields.filter((field) => field in was && was[field] !== now[field]);
  return other.length ? Object.fromEntries(other.map((field) => [field, was[field]])) : undefined;
}
