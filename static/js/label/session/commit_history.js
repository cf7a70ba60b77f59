// The commits of an assignment that undo takes back, and the undone ones that redo commits again.

import { sameAnswers } from "./answers.js";

/** @typedef {import("../types.js").Answers} Answers */
/** @typedef {import("../types.js").Shortcut} Shortcut */

/**
 * @typedef {object} Commit
 * @property {string} operation id
 * @property {string} utterance
 * @property {Answers} answers
 * @property {Answers | undefined} before the answers of the utterance before it
 * @property {Shortcut | ""} shortcut
 * @property {boolean} isCorrection whether it was made after the dialogue was handed in
 */

export class CommitHistory {
  /** @type {Commit[]} */
  #commits = [];
  /** @type {Commit[]} undone ones, the last undone one at the end */
  #undone = [];

  /** @param {boolean} onlyCorrections whether undo stops at what was handed in */
  constructor(onlyCorrections) {
    this.onlyCorrections = onlyCorrections;
  }

  /** The commit that undo takes back, or undefined. */
  get last() {
    return this.#commits.findLast(({ isCorrection }) => isCorrection || !this.onlyCorrections);
  }

  /** The commit that redo makes again, or undefined. */
  get undone() {
    return this.#undone.at(-1);
  }

  /** @param {Commit} commit the same answers as the last undone ones redo these; others end the redoing */
  add(commit) {
    const { undone } = this;
    if (undone?.utterance === commit.utterance && sameAnswers(undone.answers, commit.answers)) this.#undone.pop();
    else this.#undone = [];
    this.#commits.push(commit);
  }

  /**
   * Take back the last commit of an utterance.
   *
   * @param {string} utterance
   * @returns {Commit | undefined}
   */
  takeBack(utterance) {
    const index = this.#commits.findLastIndex((commit) => commit.utterance === utterance);
    if (index < 0) return undefined;
    const [commit] = this.#commits.splice(index, 1);
    this.#undone.push(commit);
    return commit;
  }

  /** @param {string} utterance that was edited: its earlier answers are neither restored nor made again */
  forget(utterance) {
    const isOther = (/** @type {Commit} */ commit) => commit.utterance !== utterance;
    this.#commits = this.#commits.filter(isOther);
    this.#undone = this.#undone.filter(isOther);
  }

  clear() {
    this.#commits = [];
    this.#undone = [];
  }
}
