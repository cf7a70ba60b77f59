// Other tabs of this browser in which the same person has the same dialogue open: who saves something tells the rest.

/**
 * @typedef {object} Said what one tab tells the others of an assignment
 * @property {string} assignment
 * @property {string[]} operations that the server has acknowledged
 * @property {boolean} isOver it was handed in or returned
 */

const NAME = "concord-label";

export class Tabs {
  /** @type {BroadcastChannel | null} */
  #channel = null;
  /** @type {Map<string, Said>} by assignment: what was saved in this tab, for those that ask later */
  #said = new Map();
  /** @type {(said: Said) => void} */
  #hear = () => {};

  /**
   * @param {object} options
   * @param {string} options.author public id of the person; on a shared computer tabs of others may be open
   * @param {typeof BroadcastChannel} [options.Channel] missing in old browsers
   * @param {() => boolean} [options.isShown] a tab in the background asks the server once it comes to the front, not
   *   with each label that another one saves
   */
  constructor({
    author,
    Channel = globalThis.BroadcastChannel,
    isShown = () => document.visibilityState === "visible",
  }) {
    this.author = author;
    this.isShown = isShown;
    if (!Channel) return;
    this.#channel = new Channel(NAME);
    this.#channel.addEventListener("message", ({ data }) => this.#onMessage(data));
  }

  /** Whether others can be heard. */
  get isOpen() {
    return this.#channel !== null;
  }

  /** @param {(said: Said) => void} hear gets what other tabs have saved */
  listen(hear) {
    this.#hear = hear;
  }

  /**
   * Tell what was saved.
   *
   * @param {string} assignment
   * @param {string[]} operations
   * @param {boolean} [isOver]
   */
  tell(assignment, operations, isOver = false) {
    const before = this.#said.get(assignment);
    const all = [...(before?.operations ?? []), ...operations];
    this.#said.set(assignment, { assignment, operations: all, isOver: isOver || Boolean(before?.isOver) });
    this.#post({ assignment, operations, isOver });
  }

  /**
   * Ask what was saved of an assignment before this tab could hear it.
   *
   * @param {string} assignment
   */
  ask(assignment) {
    this.#post({ asked: assignment });
  }

  /** @param {Said | {asked: string}} words */
  #post(words) {
    this.#channel?.postMessage({ author: this.author, ...words });
  }

  /** @param {{author: string} & Partial<Said & {asked: string}>} words */
  #onMessage({ author, asked, assignment, operations, isOver }) {
    if (author !== this.author) return;
    const said = this.#said.get(asked ?? "");
    if (said) this.#post(said);
    if (assignment && operations && this.isShown()) this.#hear({ assignment, operations, isOver: Boolean(isOver) });
  }
}
