// Answers that were rejected because their utterance had been edited: they become drafts, to be confirmed or changed.

/** @typedef {import("../types.js").Entry} Entry */

export class OutdatedAnswers {
  /** @type {Map<string, import("../types.js").FormerFields>} utterances of the open dialogue, with the fields that the
   *   answers were about */
  judged = new Map();
  /** @type {Set<string>} the same for other dialogues; keys of assignment and utterance */
  #elsewhere = new Set();

  /**
   * @param {import("../types.js").Journal} journal
   * @param {string} author
   */
  constructor(journal, author) {
    this.journal = journal;
    this.author = author;
  }

  /** Forget those of the dialogue that was open. */
  clear() {
    this.judged = new Map();
  }

  /** @param {string} utterance that has new answers */
  forget(utterance) {
    this.judged.delete(utterance);
  }

  /**
   * Turn rejected answers into a draft.
   *
   * @param {Entry} entry
   * @param {string | undefined} open id of the open assignment
   */
  async keepAsDraft({ assignment, operation, shown }, open) {
    if (!operation?.answers) return;
    const { utterance, answers } = operation;
    const drafts = await this.journal.drafts(this.author, assignment);
    // a draft made since is newer than these answers, but they are newer than answers rejected before them
    const key = `${assignment} ${utterance}`;
    const isOpen = assignment === open;
    if (!(utterance in drafts) || (isOpen ? this.judged.has(utterance) : this.#elsewhere.has(key))) {
      await this.journal.keepDraft(this.author, assignment, utterance, answers);
    }
    if (!isOpen) this.#elsewhere.add(key);
    if (isOpen) this.judged.set(utterance, { ...shown?.was, ...this.judged.get(utterance) });
  }
}
