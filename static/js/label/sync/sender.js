// Takes what the journal holds to the server: in order, until acknowledged, whatever happens in between.

import { Failure } from "./api.js";

/** @typedef {import("../types.js").Ack} Ack */
/** @typedef {import("../types.js").Entry} Entry */
/** @typedef {import("../types.js").Journal} Journal */
/** @typedef {import("../types.js").Operation} Operation */
/** @typedef {import("./api.js").Trouble} Trouble */

/**
 * @typedef {object} Report
 * @property {number} waiting entries that the server has not answered for
 * @property {Entry[]} refused what the server will not have, with its reasons
 * @property {number} setAside operations that came after the dialogue had gone to someone else
 * @property {ReadonlySet<string>} superseded the assignments they belonged to
 * @property {boolean} durable whether what waits survives the closing of the page
 * @property {Trouble | null} trouble what stood in the way of the last try
 */

const BATCH = 50;
const CHANGED = "annotator.utterance_changed";
const NOTHING_TO_UNDO = "annotator.nothing_to_undo";
const PAUSES_MS = [1_000, 2_000, 3_000, 5_000, 8_000];

export class Sender {
  #tries = 0;
  #setAside = 0;
  #superseded = new Set();
  #size = BATCH;
  /** @type {Trouble | null} it stands until a message gets through, so that nothing flickers between two tries */
  #trouble = null;
  /** @type {Set<string | undefined>} operations that came after their utterance had been changed */
  #outdated = new Set();
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
   * @param {(path: string, body: object) => Promise<unknown>} options.post
   * @param {(report: Report) => void} options.onReport
   * @param {(entry: Entry, answer: unknown) => void} [options.onAnswer] a single post got through
   * @param {(assignment: string, operations: string[]) => void} [options.onSaved] the server has them
   * @param {(entry: Entry) => Promise<void>} [options.onOutdated] labels of what an utterance is no longer; they are
   *   forgotten once this is done
   * @param {() => void} [options.onForgotten] they were
   * @param {number[]} [options.pauses] milliseconds between tries
   */
  constructor({
    journal,
    author,
    send,
    post,
    onReport,
    onAnswer = () => {},
    onSaved = () => {},
    onOutdated = async () => {},
    onForgotten = () => {},
    pauses = PAUSES_MS,
  }) {
    this.journal = journal;
    this.author = author;
    this.send = send;
    this.post = post;
    this.onReport = onReport;
    this.onAnswer = onAnswer;
    this.onSaved = onSaved;
    this.onOutdated = onOutdated;
    this.onForgotten = onForgotten;
    this.pauses = pauses;
  }

  /**
   * Send what waits, now.
   *
   * @returns {Promise<void>} resolved when all is sent or something stands in the way
   */
  wake() {
    if (this.#run) {
      this.#again = true; // the timer stays: a run that is failing just now looks no more whether it shall go on
      return this.#run;
    }
    clearTimeout(this.#timer);
    this.#run = this.#sendAll().finally(() => {
      this.#run = null;
    });
    return this.#run;
  }

  /**
   * Send what was refused once more, for whoever mended the reason.
   *
   * @param {number} [seq] of one entry; all without it
   */
  async retryRefused(seq) {
    for (const entry of await this.#refused()) {
      if (seq === undefined || entry.seq === seq) await this.journal.put({ ...entry, refused: undefined });
    }
    return this.wake();
  }

  /**
   * Forget an entry that was refused. What waits for its answer is never forgotten.
   *
   * @param {number} seq
   * @returns {Promise<Entry | null>} the entry; null where it is not among the refused ones any more
   */
  async discard(seq) {
    const entry = (await this.#refused()).find((each) => each.seq === seq) ?? null;
    if (entry) await this.journal.remove([seq]);
    await this.#report();
    return entry;
  }

  async #sendAll() {
    do {
      this.#again = false;
      try {
        while (await this.#sendNext());
        this.#tries = 0;
        this.#size = BATCH;
      } catch (error) {
        // a fault of our own is no reason to stop trying either
        this.#trouble = error instanceof Failure ? error.trouble : "server";
        this.#tryLater();
        await this.#report();
        if (!(error instanceof Failure)) throw error;
        return;
      }
    } while (this.#again);
  }

  /** @returns {Promise<boolean>} whether there may be more */
  async #sendNext() {
    const waiting = await this.#waiting();
    if (waiting.length === 0) this.#trouble = null;
    await this.#report();
    if (waiting.length === 0) return false;
    await (waiting[0].operation ? this.#sendOperations(waiting) : this.#sendPost(waiting[0]));
    this.#trouble = null;
    return true;
  }

  /** @param {Entry[]} waiting of which those at the front that go together are sent in one message */
  async #sendOperations(waiting) {
    const { assignment, token } = waiting[0];
    const end = waiting.findIndex(
      (entry) => !entry.operation || entry.assignment !== assignment || entry.token !== token,
    );
    const batch = waiting.slice(0, Math.min(end < 0 ? waiting.length : end, this.#size));
    const operations = batch.map((entry) => /** @type {Operation} */ (entry.operation));
    try {
      await this.#settle(batch, await this.send(assignment, token, this.author, operations));
    } catch (error) {
      if (!(error instanceof Failure) || error.trouble !== "refused") throw error;
      // one of them is unacceptable: send them singly, and keep that one out of the way of what comes after it
      if (batch.length === 1) await this.journal.put({ ...batch[0], refused: error.message });
      this.#size = 1;
    }
  }

  /** @param {Entry} entry */
  async #sendPost(entry) {
    try {
      const answer = await this.post(entry.path ?? "", entry.body ?? {});
      await this.journal.remove([entry.seq ?? 0]);
      this.onAnswer(entry, answer);
    } catch (error) {
      if (!(error instanceof Failure) || error.trouble !== "refused") throw error;
      await this.journal.put({ ...entry, refused: error.message });
    }
  }

  /**
   * @param {Entry[]} batch
   * @param {Ack[]} acks
   */
  async #settle(batch, acks) {
    const byId = new Map(acks.map((ack) => [ack.id, ack]));
    const answered = batch.filter((entry) => byId.has(entry.operation?.id ?? ""));
    if (answered.length === 0) throw new Failure("server"); // no word about what was sent: not our server
    const settled = [];
    const saved = [];
    const outdated = [];
    for (const entry of answered) {
      const ack = /** @type {Ack} */ (byId.get(entry.operation?.id ?? ""));
      if (ack.status === "refused" && this.#isOutdated(entry, ack)) {
        this.#outdated.add(entry.operation?.id);
        if (ack.code === CHANGED) outdated.push(entry);
        settled.push(entry.seq ?? 0);
      } else if (ack.status === "refused") await this.journal.put({ ...entry, refused: ack.detail || ack.code });
      else settled.push(entry.seq ?? 0);
      if (ack.status === "set_aside") {
        this.#setAside += 1;
        this.#superseded.add(entry.assignment);
      } else if (ack.status !== "refused") saved.push(ack.id);
    }
    for (const entry of outdated) await this.onOutdated(entry);
    await this.journal.remove([...settled, ...(await this.#replaced(answered, saved))]);
    if (outdated.length) this.onForgotten();
    if (saved.length) this.onSaved(batch[0].assignment, saved);
  }

  /**
   * Labels that were refused once must not come back over the newer ones of their utterance.
   *
   * @param {Entry[]} answered
   * @param {string[]} saved ids of operations
   * @returns {Promise<number[]>} refused entries that newer labels have replaced
   */
  async #replaced(answered, saved) {
    const newer = answered.filter(({ operation }) => operation?.kind === "commit" && saved.includes(operation.id));
    const refused = (await this.#refused()).filter(({ operation }) => operation?.kind === "commit");
    const isReplaced = (/** @type {Entry} */ old) =>
      newer.some(
        ({ assignment, operation, seq }) =>
          assignment === old.assignment &&
          operation?.utterance === old.operation?.utterance &&
          (seq ?? 0) > (old.seq ?? 0),
      );
    return refused.filter(isReplaced).map(({ seq }) => seq ?? 0);
  }

  /**
   * Nobody can mend labels of what is no longer there, nor an undo of them: there is nothing to decide.
   *
   * @param {Entry} entry
   * @param {Ack} ack
   */
  #isOutdated({ operation }, { code }) {
    return code === CHANGED || (code === NOTHING_TO_UNDO && this.#outdated.has(operation?.undoes));
  }

  async #refused() {
    return (await this.journal.entries(this.author)).filter((entry) => entry.refused !== undefined);
  }

  async #waiting() {
    return (await this.journal.entries(this.author)).filter((entry) => entry.refused === undefined);
  }

  async #report() {
    const entries = await this.journal.entries(this.author);
    const refused = entries.filter((entry) => entry.refused !== undefined);
    this.onReport({
      waiting: entries.length - refused.length,
      refused,
      setAside: this.#setAside,
      superseded: this.#superseded,
      durable: this.journal.durable,
      trouble: this.#trouble,
    });
  }

  #tryLater() {
    const pause = this.pauses[Math.min(this.#tries, this.pauses.length - 1)];
    this.#tries += 1;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.wake(), pause);
  }
}
