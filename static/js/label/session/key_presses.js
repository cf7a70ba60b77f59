// The key presses on the current utterance since it was opened or committed, for undo and redo within it.

/** @typedef {{draft: import("../types.js").Draft, cut: import("../types.js").Bounds | null}} Press the state before or
 *   after a key press */

export class KeyPresses {
  /** @type {Press[]} the states before each press, oldest first */
  #before = [];
  /** @type {Press[]} the states after each press that was undone, the last undone one at the end */
  #after = [];

  get canUndo() {
    return this.#before.length > 0;
  }

  get canRedo() {
    return this.#after.length > 0;
  }

  /** @param {Press} before a new press ends the redoing of earlier ones */
  add(before) {
    this.#before.push(before);
    this.#after = [];
  }

  /**
   * @param {Press} now
   * @returns {Press | undefined} the state to restore; undefined if there is no press to undo
   */
  undo(now) {
    const press = this.#before.pop();
    if (press) this.#after.push(now);
    return press;
  }

  /**
   * @param {Press} now
   * @returns {Press | undefined} the state to restore; undefined if there is no press to redo
   */
  redo(now) {
    const press = this.#after.pop();
    if (press) this.#before.push(now);
    return press;
  }

  clear() {
    this.#before = [];
    this.#after = [];
  }
}
