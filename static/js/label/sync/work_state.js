// What the page shows of an assignment, compared with the server's state of it.

import { visibleFields } from "../session/utterance_edits.js";

/** @typedef {import("../types.js").Work} Work */

/**
 * Return whether the page has to show a newer state.
 *
 * @param {Work} work of the server
 * @param {Work} current of the page
 * @param {Set<string | null>} known operations that the page shows
 */
export function differs(work, current, known) {
  return (
    work.history.some(({ operation }) => !known.has(operation)) ||
    withdrawn(work) !== withdrawn(current) ||
    visible(work) !== visible(current)
  );
}

/**
 * Return the subject of a journal entry.
 *
 * @param {Work} work
 * @param {string | undefined} utterance
 * @returns {import("../types.js").Subject}
 */
export function subjectOf(work, utterance) {
  const { dialogue, utterances } = work;
  const index = utterances.findIndex(({ id }) => id === utterance);
  if (index < 0) return { dialogue: dialogue.name };
  return { dialogue: dialogue.name, number: index + 1, was: visibleFields(work, utterances[index]) };
}

/** @param {Work} work */
function visible({ token, state, comment, utterances, codebook_version }) {
  return JSON.stringify([token, state, comment, utterances, codebook_version]);
}

/** @param {Work} work */
function withdrawn({ history }) {
  return history.filter(({ operation }) => operation === null).length;
}
