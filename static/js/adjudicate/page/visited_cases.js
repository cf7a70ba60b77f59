// The cases that this page has opened, in order, and the place of the shown one among them.

/** @typedef {import("../session/case_session.js").CaseSession} CaseSession */

export class VisitedCases {
  /** @type {CaseSession[]} */
  #sessions = [];
  #place = -1;

  /** @returns {CaseSession | null} */
  get current() {
    return this.#sessions[this.#place] ?? null;
  }

  get hasPrevious() {
    return this.#place > 0;
  }

  /** Whether the shown case is the newest one. */
  get isNewest() {
    return this.#place === this.#sessions.length - 1;
  }

  /** Number of cases that have a decision. */
  get decided() {
    return this.#sessions.filter(({ isDecided }) => isDecided).length;
  }

  /** @param {CaseSession} session of a case; it replaces an earlier session of the same utterance */
  open(session) {
    const before = this.#sessions.findIndex(({ given }) => given.utterance === session.given.utterance);
    if (before >= 0) {
      this.#sessions[before] = session;
      this.#place = before;
    } else {
      this.#sessions.push(session);
      this.#place = this.#sessions.length - 1;
    }
  }

  /**
   * Go to another case.
   *
   * @param {number} step
   * @returns {CaseSession | null} null if there is none
   */
  step(step) {
    const session = this.#sessions[this.#place + step] ?? null;
    if (session) this.#place += step;
    return session;
  }
}
