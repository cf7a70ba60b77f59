// Dialogues come, labels go: everything this page needs the network for, and what happens when it fails.

import { Failure } from "./api.js";
import { Sender } from "./sender.js";

/** @typedef {import("./types.js").Answers} Answers */
/** @typedef {import("./types.js").Operation} Operation */
/** @typedef {import("./types.js").Work} Work */
/** @typedef {import("./sender.js").Report} Report */
/** @typedef {{unsent: Operation[], drafts: Record<string, Answers>}} Kept what the journal holds of an assignment */

const AGAIN_MS = 3_000;
const HEARTBEAT_MS = 120_000;

export class Supply {
  /** @type {Work | null} */
  #work = null;
  /** @type {"idle" | "wanted" | "asked"} */
  #claim = "idle";
  #isFinishing = false;
  #isActive = false;
  /** @type {Report} */
  #last = { waiting: 0, refused: [], setAside: 0, trouble: null };

  /**
   * @param {object} options
   * @param {ReturnType<typeof import("./api.js").createApi>} options.api
   * @param {import("./types.js").Journal} options.journal
   * @param {string} options.author
   * @param {object} options.on
   * @param {(work: Work, kept: Kept) => void} options.on.work
   * @param {() => void} options.on.nothing nothing is left
   * @param {(reason: string) => void} options.on.lost the assignment went to someone else, or none may be had
   * @param {(reason: string) => void} options.on.refused the dialogue can't be handed in
   * @param {(report: Report) => void} options.on.report
   * @param {number} [options.heartbeatMs] 0 for none
   */
  constructor({ api, journal, author, on, heartbeatMs = HEARTBEAT_MS }) {
    this.api = api;
    this.journal = journal;
    this.author = author;
    this.on = on;
    this.sender = new Sender({ journal, author, send: api.send, onReport: (report) => this.#onReport(report) });
    if (heartbeatMs) setInterval(() => this.#beat(), heartbeatMs);
  }

  /** Fetch the next dialogue, once everything from before is sent or stuck. */
  async start() {
    if (this.#claim === "asked") return;
    this.#claim = "asked";
    try {
      await this.sender.wake();
      await this.#open(await this.api.claim());
      this.#claim = "idle";
    } catch (error) {
      this.#claim = "wanted";
      this.#fail(error, this.on.lost);
    }
  }

  /**
   * Keep an operation and send it.
   *
   * @param {Operation | null} operation
   */
  async send(operation) {
    if (!operation || !this.#work) return;
    const { id, token } = this.#work;
    // at once: until the next report nothing may say that all is saved
    this.on.report({ ...this.#last, waiting: this.#last.waiting + 1 });
    await this.journal.add({ author: this.author, assignment: id, token, operation });
    await this.sender.wake();
  }

  /** Hand the dialogue in as soon as everything is saved, and fetch the next. */
  finish() {
    this.#isFinishing = true;
    return this.sender.wake();
  }

  /** Try again whatever could not be done. */
  retry() {
    return this.#claim === "wanted" ? this.start() : this.sender.wake();
  }

  /** Somebody is at work: the next heartbeat says so. */
  touch() {
    this.#isActive = true;
  }

  /** @param {Work | null} work */
  async #open(work) {
    this.#work = work;
    if (!work) return this.on.nothing();
    if (work.author !== this.author) return location.reload(); // somebody else has signed in meanwhile
    const entries = await this.journal.entries(this.author);
    const own = entries.filter((entry) => entry.assignment === work.id && entry.refused === undefined);
    const drafts = await this.journal.drafts(this.author, work.id);
    return this.on.work(work, { unsent: own.map(({ operation }) => operation), drafts });
  }

  /** @param {Report} report */
  #onReport(report) {
    this.#last = report;
    this.on.report(report);
    if (!this.#isFinishing || report.waiting > 0 || report.trouble) return;
    this.#isFinishing = false;
    this.#handIn();
  }

  async #handIn() {
    if (!this.#work) return undefined;
    try {
      await this.api.finish(this.#work.id, this.#work.token);
    } catch (error) {
      if (!isSuperseded(error)) {
        this.#isFinishing = error instanceof Failure && error.trouble !== "refused";
        return this.#fail(error, this.on.refused);
      }
    }
    return this.start();
  }

  async #beat() {
    if (!this.#work || !this.#isActive) return;
    this.#isActive = false;
    try {
      await this.api.heartbeat(this.#work.id, this.#work.token);
    } catch (error) {
      if (isSuperseded(error)) this.on.lost(/** @type {Error} */ (error).message);
    }
  }

  /**
   * @param {unknown} error
   * @param {(reason: string) => void} refused
   */
  #fail(error, refused) {
    if (!(error instanceof Failure)) throw error;
    if (error.trouble === "refused") return refused(error.message);
    this.on.report({ ...this.#last, trouble: error.trouble });
    setTimeout(() => this.retry(), AGAIN_MS);
    return undefined;
  }
}

/** @param {unknown} error */
function isSuperseded(error) {
  return error instanceof Failure && error.code === "annotator.superseded";
}
