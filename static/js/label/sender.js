// Takes operations from the journal to the server: in order, until acknowledged, whatever happens in between.

import { Failure } from "./api.js";

/** @typedef {import("./types.js").Ack} Ack */
/** @typedef {import("./types.js").Entry} Entry */
/** @typedef {import("./types.js").Journal} Journal */
/** @typedef {import("./types.js").Operation} Operation */
/** @typedef {{waiting: number, refused: Entry[], setAside: number, trouble: import("./api.js").Trouble | null}} Report */

const BATCH = 50;
const PAUSES_MS = [1_000, 2_000, 5_000, 10_000, 20_000];

export class Sender {
  #tries = 0;
  #setAside = 0;
  #size = BATCH;
  /** @type {Promise<void> | null} */
  #run = null;
  #again = false;
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /**
   * @param {object} options
   * @param {Journal} options.journal
   * @param {string} options.author whose work is sent; that of others stays where it is
   * @param {(assignment: string, token: number, author: string, operations: Operation[]) => Promise<Ack[]>} options.send
   * @param {(report: Report) => void} options.onReport
   * @param {number[]} [options.pauses] milliseconds between tries
   */
  constructor({ journal, author, send, onReport, pauses = PAUSES_MS }) {
    this.journal = journal;
    this.author = author;
    this.send = send;
    this.onReport = onReport;
    this.pauses = pauses;
  }

  /**
   * Send what waits, now.
   *
   * @returns {Promise<void>} resolved when all is sent or something stands in the way
   */
  wake() {
    clearTimeout(this.#timer);
    if (this.#run) {
      this.#again = true;
      return this.#run;
    }
    this.#run = this.#sendAll().finally(() => {
      this.#run = null;
    });
    return this.#run;
  }

  /** Send what was refused once more, for whoever mended the reason. */
  async retryRefused() {
    for (const entry of await this.journal.entries(this.author)) {
      if (entry.refused !== undefined) await this.journal.put({ ...entry, refused: undefined });
    }
    return this.wake();
  }

  async #sendAll() {
    do {
      this.#again = false;
      try {
        while (await this.#sendBatch());
        this.#tries = 0;
        this.#size = BATCH;
      } catch (error) {
        if (!(error instanceof Failure)) throw error;
        await this.#report(error.trouble);
        this.#tryLater();
        return;
      }
    } while (this.#again);
  }

  /** @returns {Promise<boolean>} whether there may be more */
  async #sendBatch() {
    const entries = await this.#report(null);
    const first = entries[0];
    if (!first) return false;
    const end = entries.findIndex((entry) => entry.assignment !== first.assignment || entry.token !== first.token);
    const batch = entries.slice(0, Math.min(end < 0 ? entries.length : end, this.#size));
    const operations = batch.map((entry) => entry.operation);
    try {
      const acks = await this.send(first.assignment, first.token, this.author, operations);
      await this.#settle(batch, acks);
    } catch (error) {
      if (!(error instanceof Failure) || error.trouble !== "refused") throw error;
      // one of them is unacceptable: send them singly, and keep that one out of the way of what comes after it
      if (batch.length === 1) await this.journal.put({ ...first, refused: error.message });
      this.#size = 1;
    }
    return true;
  }

  /**
   * @param {Entry[]} batch
   * @param {Ack[]} acks
   */
  async #settle(batch, acks) {
    const byId = new Map(acks.map((ack) => [ack.id, ack]));
    const settled = [];
    for (const entry of batch) {
      const ack = byId.get(entry.operation.id);
      if (!ack) continue;
      if (ack.status === "refused") await this.journal.put({ ...entry, refused: ack.detail || ack.code });
      else settled.push(entry.seq ?? 0);
      if (ack.status === "set_aside") this.#setAside += 1;
    }
    if (acks.length === 0) throw new Failure("server");
    await this.journal.remove(settled);
  }

  /**
   * @param {Report["trouble"]} trouble
   * @returns {Promise<Entry[]>} what waits
   */
  async #report(trouble) {
    const entries = await this.journal.entries(this.author);
    const waiting = entries.filter((entry) => entry.refused === undefined);
    const refused = entries.filter((entry) => entry.refused !== undefined);
    this.onReport({ waiting: waiting.length, refused, setAside: this.#setAside, trouble });
    return waiting;
  }

  #tryLater() {
    const pause = this.pauses[Math.min(this.#tries, this.pauses.length - 1)];
    this.#tries += 1;
    this.#timer = setTimeout(() => this.wake(), pause);
  }
}
