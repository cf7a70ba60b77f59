// The visible fields of an utterance, and their differences after an edit.

/** @typedef {import("../types.js").Utterance} Utterance */
/** @typedef {import("../types.js").FormerFields} FormerFields */
/** @typedef {import("../types.js").Work} Work */

/**
 * Return the visible fields of an utterance.
 *
 * @param {Work} work
 * @param {Utterance} utterance
 * @returns {Required<FormerFields>} with the speaker's name in place of the id
 */
export function visibleFields({ speakers }, { text, speaker, start_ms, end_ms }) {
  return { text, speaker: speakers.find(({ id }) => id === speaker)?.name ?? "", start_ms, end_ms };
}

/**
 * Return the earlier values of the fields that differ now.
 *
 * @param {Work} work
 * @param {Utterance} utterance in its present state
 * @param {FormerFields} former
 * @returns {FormerFields | undefined} undefined if no field differs
 */
export function difference(work, utterance, former) {
  const now = visibleFields(work, utterance);
  const fields = /** @type {(keyof FormerFields)[]} */ (Object.keys(now));
  const differing = fields.filter((field) => field in former && former[field] !== now[field]);
  return differing.length ? Object.fromEntries(differing.map((field) => [field, former[field]])) : undefined;
}
