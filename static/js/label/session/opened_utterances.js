// The opened utterances of a dialogue, and the limit up to which the annotator may go.

export class OpenedUtterances {
  /** @type {Set<number>} */
  #opened = new Set();

  /**
   * @param {object} options
   * @param {number} options.all number of utterances
   * @param {"all" | "past"} options.context
   * @param {boolean} options.isText whether the dialogue has no recording, so that everything visible can be read
   * @param {number} options.before number of utterances opened in earlier visits
   */
  constructor({ all, context, isText, before }) {
    this.all = all;
    this.context = context;
    // without a recording, everything visible is open from the start
    this.addUpTo(isText && context === "all" ? all - 1 : Math.min(before, all) - 1);
  }

  get count() {
    return this.#opened.size;
  }

  /** @param {number} index of an utterance that is played, or of the current one */
  add(index) {
    if (index >= 0 && index < this.all) this.#opened.add(index);
  }

  /** @param {number} last index; every utterance up to it counts as opened */
  addUpTo(last) {
    for (let index = 0; index <= last; index += 1) this.#opened.add(index);
  }

  /**
   * @param {number} firstOpen index of the first utterance without answers, or -1
   * @returns {number} index of the last utterance that may be shown
   */
  reach(firstOpen) {
    if (this.context === "all" || firstOpen < 0) return this.all - 1;
    return Math.max(firstOpen, ...this.#opened);
  }
}
