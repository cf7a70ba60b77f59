// What undo takes back and what redo makes again: ids of edits, the newest last.

/** @typedef {{operation: string, action: string, undoes: string | null}} Entry */

export class History {
  /** @type {string[]} */
  #undo = [];
  /** @type {string[]} */
  #redo = [];

  /** @param {Entry[]} [made] the edits of this page so far, in order */
  constructor(made = []) {
    for (const entry of made) this.note(entry);
  }

  get canUndo() {
    return this.#undo.length > 0;
  }

  get canRedo() {
    return this.#redo.length > 0;
  }

  /** The edit that undo takes back next. */
  get last() {
    return this.#undo.at(-1);
  }

  /** The undo that redo takes back next. */
  get undone() {
    return this.#redo.at(-1);
  }

  /** @param {Entry} entry an edit that was made */
  note({ operation, undoes }) {
    if (undoes === null) {
      this.#undo.push(operation);
      this.#redo = [];
    } else if (this.#undo.includes(undoes)) {
      this.#undo = this.#undo.filter((each) => each !== undoes);
      this.#redo.push(operation);
    } else if (this.#redo.includes(undoes)) {
      this.#redo = this.#redo.filter((each) => each !== undoes);
      this.#undo.push(operation);
    }
  }

  /**
   * Forget an edit that was not made after all; an undo that was refused leaves its edit to be undone.
   *
   * @param {Entry} entry
   */
  drop({ operation, undoes }) {
    const wasUndo = this.#redo.includes(operation);
    const wasRedo = undoes !== null && this.#undo.includes(operation);
    this.#undo = this.#undo.filter((each) => each !== operation);
    this.#redo = this.#redo.filter((each) => each !== operation);
    if (wasUndo && undoes) this.#undo.push(undoes);
    if (wasRedo && undoes) this.#redo.push(undoes);
  }

  /**
   * Forget an edit that cannot be taken back, because someone has changed the same since.
   *
   * @param {string} operation
   */
  forget(operation) {
    this.#undo = this.#undo.filter((each) => each !== operation);
    this.#redo = this.#redo.filter((each) => each !== operation);
  }
}
