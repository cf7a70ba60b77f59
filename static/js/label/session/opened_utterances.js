// Which utterances of a dialogue have been opened, and how far one may go.

export class Opened {
  /** @type {Set<number>} */
  #opened = new Set();

  /**
   * @param {object} options
   * @param {number} options.all how many utterances there are
   * @param {"all" | "past"} options.context
   * @param {boolean} options.isText there is no recording: what is on show can be read
   * @param {number} options.before how many were opened before, in an earlier visit
   */
  constructor({ all, context, isText, before }) {
    this.all = all;
    this.context = context;
    // without a recording everything that is on show is open from the first moment
    this.through(isText && context === "all" ? all - 1 : Math.min(before, all) - 1);
  }

  get count() {
    return this.#opened.size;
  }

  /** @param {number} index an utterance that is played, or that is the current one */
  add(index) {
    if (index >= 0 && index < this.all) this.#opened.add(index);
  }

  /** @param {number} last index; everything up to it was opened */
  through(last) {
    for (let index = 0; index <= last; index += 1) this.#opened.add(index);
  }

  /**
   * @param {number} firstOpen index of the first utterance without labels, or -1
   * @returns {number} the last utterance that may be shown
   */
  reach(firstOpen) {
    if (this.context === "all" || firstOpen < 0) return this.all - 1;
    return Math.max(firstOpen, ...this.#opened);
  }
}
