// Sends the journal's entries to the server, in order, and tries again until they are acknowledged.

import { Failure } from "./api.js";

/** @typedef {import("../types.js").Ack} Ack */
/** @typedef {import("../types.js").Entry} Entry */
/** @typedef {import("../types.js").Journal} Journal */
/** @typedef {import("../types.js").Operation} Operation */
/** @typedef {import("./api.js").Trouble} Trouble */

/**
 * @typedef {object} Report
 * @property {number} waiting number of entries without an answer of the server
 * @property {Entry[]} rejected entries that the server rejected for good, with its reasons
 * @property {number} late number of operations under a superseded token; the dialogue belongs to someone else
 * @property {ReadonlySet<string>} superseded the assignments of these operations
 * @property {boolean} durable whether waiting entries survive the closing of the page
 * @property {Trouble | null} trouble why the last attempt failed
 */

const CHUNK = 50; // operations in one request
const UTTERANCE_EDITED = "annotator.utterance_changed";
const PAGE_OUTDATED = "annotator.page_outdated";
const NOTHING_TO_UNDO = "annotator.nothing_to_undo";
const GIVE_ANSWERS = new Set(["commit", "correct", "decide"]); // kinds of operations
const PAUSES_MS = [1_000, 2_000, 3_000, 5_000, 8_000];

export class Sender {
  #tries = 0;
  #late = 0;
  #superseded = new Set();
  #size = CHUNK;
  /** @type {Trouble | null} stays until a request succeeds, so that notices don't flicker between two attempts */
  #trouble = null;
  /** @type {Set<string | undefined>} operations on an utterance that had been edited before they arrived */
  #outdated = new Set();
  /** @type {Promise<void> | null} */
  #run = null;
  #again = false;
  #added = 0; // number of entries that were given to the journal
  /** @type {ReturnType<typeof setTimeout> | undefined} */
  #timer;

  /**
   * @param {object} options
   * @param {Journal} options.journal
   * @param {string} options.author whose entries are sent; entries of others stay in the journal
   * @param {(assignment: string, token: number, author: string, operations: Operation[]) => Promise<Ack[]>} options.send
   * @param {(path: string, body: object) => Promise<unknown>} options.post
   * @param {(report: Report) => void} options.onReport
   * @param {(entry: Entry, answer: unknown) => void} [options.onAnswer] a message was accepted
   * @param {(assignment: string, operations: string[]) => void} [options.onSaved] operations were accepted
   * @param {(entry: Entry) => Promise<void>} [options.onOutdated] answers to an earlier version of an utterance were
   *   rejected; the entry is removed when this is done
   * @param {() => void} [options.onForgotten] such entries were removed, or answers were moved to another codebook
   * @param {number[]} [options.pauses] milliseconds between attempts
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
   * Write an entry to the journal. Every report from now on counts it, also one that is being made at this moment.
   *
   * @param {Entry} entry
   */
  add(entry) {
    this.#added += 1;
    return this.journal.add(entry);
  }

  /**
   * Send the waiting entries now.
   *
   * @returns {Promise<void>} resolved when everything is sent or an attempt failed
   */
  wake() {
    if (this.#run) {
      this.#again = true; // the timer stays: a run that is failing at this moment does not check this flag again
      return this.#run;
    }
    clearTimeout(this.#timer);
    this.#run = this.#sendAll().finally(() => {
      this.#run = null;
    });
    return this.#run;
  }

  /**
   * Send rejected entries again, after the reason has been removed.
   *
   * @param {number} [seq] key of one entry; all rejected entries without it
   */
  async retryRejected(seq) {
    for (const entry of await this.#rejected()) {
      if (seq === undefined || entry.seq === seq) await this.journal.put({ ...entry, refused: undefined });
    }
    return this.wake();
  }

  /**
   * Remove a rejected entry. Waiting entries are never removed.
   *
   * @param {number} seq
   * @returns {Promise<Entry | null>} the entry; null if it is no longer rejected
   */
  async discard(seq) {
    const entry = (await this.#rejected()).find((each) => each.seq === seq) ?? null;
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
        this.#size = CHUNK;
      } catch (error) {
        // an error of the page itself does not end the attempts either
        this.#trouble = error instanceof Failure ? error.trouble : "server";
        this.#tryLater();
        await this.#report();
        if (!(error instanceof Failure)) throw error;
        return;
      }
    } while (this.#again);
  }

  /** @returns {Promise<boolean>} whether entries may remain */
  async #sendNext() {
    const waiting = await this.#waiting();
    if (waiting.length === 0) this.#trouble = null;
    await this.#report();
    if (waiting.length === 0) return false;
    await (waiting[0].operation ? this.#sendOperations(waiting) : this.#sendMessage(waiting[0]));
    this.#trouble = null;
    return true;
  }

  /** @param {Entry[]} waiting the operations at the front with one assignment and token are sent in one request */
  async #sendOperations(waiting) {
    const { assignment, token } = waiting[0];
    const end = waiting.findIndex(
      (entry) => !entry.operation || entry.assignment !== assignment || entry.token !== token,
    );
    const chunk = waiting.slice(0, Math.min(end < 0 ? waiting.length : end, this.#size));
    const operations = chunk.map((entry) => /** @type {Operation} */ (entry.operation));
    try {
      await this.#settle(chunk, await this.send(assignment, token, this.author, operations));
    } catch (error) {
      if (!(error instanceof Failure) || error.trouble !== "refused") throw error;
      // the server rejects one of them: send them singly, so that this one does not block the next ones
      if (chunk.length === 1) await this.journal.put({ ...chunk[0], refused: error.message });
      this.#size = 1;
    }
  }

  /** @param {Entry} entry */
  async #sendMessage(entry) {
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
   * Update the journal after a response.
   *
   * @param {Entry[]} chunk the entries that were sent
   * @param {Ack[]} acks
   */
  async #settle(chunk, acks) {
    const byId = new Map(acks.map((ack) => [ack.id, ack]));
    const answered = chunk.filter((entry) => byId.has(entry.operation?.id ?? ""));
    if (answered.length === 0) throw new Failure("server"); // mentions no operation that was sent: not from our server
    const settled = [];
    const saved = [];
    const outdated = [];
    for (const entry of answered) {
      const ack = /** @type {Ack} */ (byId.get(entry.operation?.id ?? ""));
      if (ack.status === "refused" && this.#isOutdated(entry, ack)) {
        this.#outdated.add(entry.operation?.id);
        if (ack.code === UTTERANCE_EDITED) outdated.push(entry);
        settled.push(entry.seq ?? 0);
      } else if (ack.status === "refused") await this.journal.put({ ...entry, refused: ack.detail || ack.code });
      else settled.push(entry.seq ?? 0);
      if (ack.status === "set_aside") {
        this.#late += 1;
        this.#superseded.add(entry.assignment);
      } else if (ack.status !== "refused") saved.push(ack.id);
    }
    for (const entry of outdated) await this.onOutdated(entry);
    await this.journal.remove([...settled, ...(await this.#replaced(answered, saved))]);
    if (outdated.length || acks.some(({ code }) => code === PAGE_OUTDATED)) this.onForgotten();
    if (saved.length) this.onSaved(chunk[0].assignment, saved);
  }

  /**
   * Return rejected commits that a newer commit of the same utterance has replaced; sending them again would undo it.
   *
   * @param {Entry[]} answered
   * @param {string[]} saved ids of operations
   * @returns {Promise<number[]>} their keys
   */
  async #replaced(answered, saved) {
    const newer = answered.filter(({ operation }) => isLabelling(operation) && saved.includes(operation?.id ?? ""));
    const rejected = (await this.#rejected()).filter(({ operation }) => isLabelling(operation));
    const isReplaced = (/** @type {Entry} */ old) =>
      newer.some(
        ({ assignment, operation, seq }) =>
          assignment === old.assignment &&
          operation?.utterance === old.operation?.utterance &&
          (seq ?? 0) > (old.seq ?? 0),
      );
    return rejected.filter(isReplaced).map(({ seq }) => seq ?? 0);
  }

  /**
   * Return whether an operation concerns an earlier version of an utterance, or undoes such an operation. The annotator
   * cannot correct it, so it is not listed among the rejected entries.
   *
   * @param {Entry} entry
   * @param {Ack} ack
   */
  #isOutdated({ operation }, { code }) {
    return code === UTTERANCE_EDITED || (code === NOTHING_TO_UNDO && this.#outdated.has(operation?.undoes));
  }

  async #rejected() {
    return (await this.journal.entries(this.author)).filter((entry) => entry.refused !== undefined);
  }

  async #waiting() {
    return (await this.journal.entries(this.author)).filter((entry) => entry.refused === undefined);
  }

  async #report() {
    const added = this.#added;
    const entries = await this.journal.entries(this.author);
    const rejected = entries.filter((entry) => entry.refused !== undefined);
    this.onReport({
      // what was read lacks the entries that were added since
      waiting: entries.length - rejected.length + this.#added - added,
      rejected,
      late: this.#late,
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

/** @param {Operation | undefined} operation whether it gives answers, instead of taking some back */
function isLabelling(operation) {
  return GIVE_ANSWERS.has(operation?.kind ?? "");
}
