// Saves edits one after the other. What cannot be saved waits, survives a reload, and is sent again.

/** @typedef {import("../types.js").Edit} Edit */
/** @typedef {import("../types.js").News} News */
/** @typedef {{kind: "saved", news: News} | {kind: "offline"} | {kind: "signed-out"}
 *   | {kind: "confirm" | "conflict" | "refused", answer: any}} Outcome */
/** @typedef {"saved" | "saving" | "offline" | "signed-out" | "asking"} State */

const FIRST_WAIT_MS = 1000;
const LONGEST_WAIT_MS = 30_000;

export class Queue {
  /** @type {Edit[]} */
  pending = [];
  /** @type {State} */
  state = "saved";
  #busy = false;
  #wait = FIRST_WAIT_MS;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /**
   * @param {object} with_
   * @param {(edit: Edit) => Promise<Outcome>} with_.send
   * @param {(news: News, edit: Edit) => void} with_.saved
   * @param {(edit: Edit, outcome: {kind: string, answer: any}) => Promise<Edit | null>} with_.ask what to do with an
   *   edit that was not made: the edit to send in its place, or null to drop it
   * @param {() => void} with_.changed the state or the pending edits
   * @param {Pick<Storage, "getItem" | "setItem" | "removeItem">} with_.storage
   * @param {string} with_.key of the storage
   */
  constructor({ send, saved, ask, changed, storage, key }) {
    this.send = send;
    this.saved = saved;
    this.ask = ask;
    this.changed = changed;
    this.storage = storage;
    this.key = key;
  }

  /**
   * Take over edits that were not saved when a page was closed.
   *
   * @param {string} [key] of another page's storage
   */
  restore(key = this.key) {
    /** @type {Edit[]} */
    let left = [];
    try {
      left = JSON.parse(this.storage.getItem(key) ?? "[]");
    } catch {
      // a damaged entry: nothing can be read from it
    }
    if (key !== this.key) this.storage.removeItem(key);
    this.pending.push(...left);
    this.#keep();
    if (left.length) void this.flush();
  }

  /** @param {Edit} edit */
  add(edit) {
    this.pending.push(edit);
    this.#keep();
    this.changed();
    void this.flush();
  }

  /** Send the waiting edits now. */
  async flush() {
    if (this.#busy) return;
    this.#busy = true;
    clearTimeout(this.#timer);
    while (this.pending.length) {
      this.#become("saving");
      const [edit] = this.pending;
      const outcome = await this.send(edit);
      if (outcome.kind === "saved") {
        this.#wait = FIRST_WAIT_MS;
        this.pending.shift();
        this.#keep();
        this.saved(outcome.news, edit);
      } else if (outcome.kind === "offline" || outcome.kind === "signed-out") {
        this.#become(outcome.kind);
        break;
      } else {
        this.#become("asking");
        const instead = await this.ask(edit, outcome);
        if (instead) this.pending[0] = instead;
        else this.pending.shift();
        this.#keep();
        this.changed();
      }
    }
    this.#busy = false;
    if (!this.pending.length) this.#become("saved");
    else this.#later();
  }

  #later() {
    this.#timer = setTimeout(() => this.flush(), this.#wait);
    this.#wait = Math.min(2 * this.#wait, LONGEST_WAIT_MS);
  }

  /** @param {State} state */
  #become(state) {
    if (state === this.state) return;
    this.state = state;
    this.changed();
  }

  #keep() {
    if (this.pending.length) this.storage.setItem(this.key, JSON.stringify(this.pending));
    else this.storage.removeItem(this.key);
  }
}
