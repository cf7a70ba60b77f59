// Messages between the tabs of one browser, so that each shows the operations that another one saved for the same dialogue.

/**
 * @typedef {object} SavedMessage sent to other tabs after something of an assignment was saved
 * @property {string} assignment
 * @property {string[]} operations that the server has acknowledged
 * @property {boolean} isOver whether it was handed in or returned
 */

const LABELLING = "concord-label"; // name of the channel of the labelling page

export class Tabs {
  /** @type {BroadcastChannel | null} */
  #channel = null;
  /** @type {Map<string, SavedMessage>} by assignment: everything saved in this tab, for tabs that ask later */
  #saved = new Map();
  /** @type {(message: SavedMessage) => void} */
  #onSaved = () => {};

  /**
   * @param {object} options
   * @param {string} options.author public id of the annotator; on a shared computer tabs of others may be open
   * @param {typeof BroadcastChannel} [options.Channel] missing in old browsers
   * @param {() => boolean} [options.isShown] a tab in the background asks the server when it comes to the front, and
   *   not each time another tab saves something
   * @param {string} [options.name] of the channel; pages of one kind share it
   */
  constructor({
    author,
    name = LABELLING,
    Channel = globalThis.BroadcastChannel,
    isShown = () => document.visibilityState === "visible",
  }) {
    this.author = author;
    this.isShown = isShown;
    if (!Channel) return;
    this.#channel = new Channel(name);
    this.#channel.addEventListener("message", ({ data }) => this.#onMessage(data));
  }

  /** Whether messages of other tabs arrive. */
  get isOpen() {
    return this.#channel !== null;
  }

  /** @param {(message: SavedMessage) => void} onSaved called when another tab has saved something */
  listen(onSaved) {
    this.#onSaved = onSaved;
  }

  /**
   * Tell the other tabs that operations were saved.
   *
   * @param {string} assignment
   * @param {string[]} operations
   * @param {boolean} [isOver]
   */
  publish(assignment, operations, isOver = false) {
    const before = this.#saved.get(assignment);
    const all = [...(before?.operations ?? []), ...operations];
    this.#saved.set(assignment, { assignment, operations: all, isOver: isOver || Boolean(before?.isOver) });
    this.#post({ assignment, operations, isOver });
  }

  /**
   * Ask the other tabs for the operations of an assignment that they saved before this tab listened.
   *
   * @param {string} assignment
   */
  ask(assignment) {
    this.#post({ asked: assignment });
  }

  /** @param {SavedMessage | {asked: string}} message */
  #post(message) {
    this.#channel?.postMessage({ author: this.author, ...message });
  }

  /** @param {{author: string} & Partial<SavedMessage & {asked: string}>} message */
  #onMessage({ author, asked, assignment, operations, isOver }) {
    if (author !== this.author) return;
    const saved = this.#saved.get(asked ?? "");
    if (saved) this.#post(saved);
    if (assignment && operations && this.isShown()) this.#onSaved({ assignment, operations, isOver: Boolean(isOver) });
  }
}
