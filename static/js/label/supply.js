// Dialogues come, labels go: everything this page needs the network for, and what happens when it fails.

import { Failure } from "./api.js";
import { newId } from "./ids.js";
import { Sender } from "./sender.js";

/** @typedef {import("./types.js").Answers} Answers */
/** @typedef {import("./types.js").Entry} Entry */
/** @typedef {import("./types.js").Operation} Operation */
/** @typedef {import("./types.js").Work} Work */
/** @typedef {import("./api.js").Trouble} Trouble */
/** @typedef {import("./sender.js").Report} Report */

/**
 * @typedef {object} Kept what the journal holds of an assignment
 * @property {Operation[]} unsent
 * @property {Entry[]} posts flags, questions and the like that are not sent yet
 * @property {Record<string, Answers>} drafts by utterance
 */

const AGAIN_MS = 3_000;
const HEARTBEAT_MS = 120_000;
// where a single post goes, behind its assignment's address
const PLACES = {
  flag: "flags/",
  withdraw: "flags/withdraw/",
  question: "questions/",
  return: "return/",
  acknowledge: "acknowledge/",
};

export class Supply {
  /** @type {Work | null} */
  #work = null;
  /** @type {"idle" | "wanted" | "asked"} */
  #claim = "idle";
  /** @type {"finish" | "next" | null} what is to be done once everything is saved */
  #then = null;
  #isActive = false;
  /** @type {Trouble | null} of a message that is not the sender's */
  #trouble = null;
  /** @type {Report} */
  #last = { waiting: 0, refused: [], setAside: 0, superseded: new Set(), durable: true, trouble: null };

  /**
   * @param {object} options
   * @param {ReturnType<typeof import("./api.js").createApi>} options.api
   * @param {import("./types.js").Journal} options.journal
   * @param {string} options.author
   * @param {object} options.on
   * @param {(work: Work, kept: Kept) => void} options.on.work
   * @param {() => void} options.on.nothing nothing is left
   * @param {(reason: string, code?: string) => void} options.on.lost the assignment went to someone else, or none may be
   *   had; the reason may be empty, where the status tells it
   * @param {(reason: string) => void} options.on.refused the dialogue can't be handed in
   * @param {(report: Report) => void} options.on.report
   * @param {(entry: Entry, answer: any) => void} [options.on.answer] a flag, a question or the like is saved
   * @param {number} [options.heartbeatMs] 0 for none
   */
  constructor({ api, journal, author, on, heartbeatMs = HEARTBEAT_MS }) {
    this.api = api;
    this.journal = journal;
    this.author = author;
    this.on = on;
    this.sender = new Sender({
      journal,
      author,
      send: api.send,
      post: api.post,
      onReport: (report) => this.#onReport(report),
      onAnswer: (entry, answer) => this.on.answer?.(entry, answer),
    });
    if (heartbeatMs) setInterval(() => this.#beat(), heartbeatMs);
  }

  /**
   * Fetch the next dialogue, once everything from before is sent or stuck.
   *
   * @param {Work | null} [inHand] that came with the page: it is opened at once, and its lease renewed meanwhile
   */
  async start(inHand = null) {
    if (this.#claim === "asked") return;
    this.#claim = "asked";
    try {
      if (!inHand) await this.sender.wake();
      const work = inHand ?? (await this.api.claim());
      this.#claim = "idle";
      this.#well();
      await this.#open(work);
      if (!inHand) return;
      this.#isActive = true;
      void this.#beat();
      void this.sender.wake();
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
    await this.#keep({ author: this.author, assignment: id, token, operation });
    await this.sender.wake();
  }

  /**
   * Keep something that is no label (a flag, a question, a returned dialogue) and send it, in its turn. The server
   * does an id once, so it may be sent any number of times.
   *
   * @param {keyof typeof PLACES} kind
   * @param {Record<string, any>} body its id is made here unless it has one
   * @returns {Promise<string>} the id, once the journal has it; when it is saved, `on.answer` tells
   */
  async post(kind, body) {
    if (!this.#work) throw new Error("no dialogue is open");
    const { id: assignment, token } = this.#work;
    const whole = { id: newId(), token, ...body };
    const path = `assignments/${assignment}/${PLACES[kind]}`;
    await this.#keep({ author: this.author, assignment, token, kind, path, body: whole });
    this.sender.wake();
    return whole.id;
  }

  /** Hand the dialogue in as soon as everything is saved, and fetch the next. */
  finish() {
    this.#then = "finish";
    return this.sender.wake();
  }

  /** Leave the dialogue, which was returned, as soon as everything is saved, and fetch the next. */
  leave() {
    this.#then = "next";
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

  /** @param {Entry} entry */
  #keep(entry) {
    // at once: until the next report nothing may say that all is saved
    this.#tell({ ...this.#last, waiting: this.#last.waiting + 1 });
    return this.journal.add(entry);
  }

  /** @param {Work | null} work */
  async #open(work) {
    this.#work = work;
    if (!work) return this.on.nothing();
    const entries = await this.journal.entries(this.author);
    const own = entries.filter((entry) => entry.assignment === work.id && entry.refused === undefined);
    const drafts = await this.journal.drafts(this.author, work.id);
    return this.on.work(work, {
      unsent: own.flatMap(({ operation }) => operation ?? []),
      posts: own.filter(({ operation }) => !operation),
      drafts,
    });
  }

  /** @param {Report} report */
  #onReport(report) {
    const isNew = report.setAside > this.#last.setAside;
    this.#last = report;
    this.#tell(report);
    if (isNew && this.#work && report.superseded.has(this.#work.id)) this.on.lost("");
    if (!this.#then || report.waiting > 0 || report.trouble) return;
    const then = this.#then;
    this.#then = null;
    if (then === "finish") this.#handIn();
    else this.start();
  }

  /** @param {Report} report of the sender; what else is in trouble is added */
  #tell(report) {
    this.on.report({ ...report, trouble: report.trouble ?? this.#trouble });
  }

  async #handIn() {
    if (!this.#work) return undefined;
    try {
      await this.api.finish(this.#work.id, this.#work.token);
    } catch (error) {
      if (!isSuperseded(error)) {
        this.#then = error instanceof Failure && error.trouble !== "refused" ? "finish" : null;
        return this.#fail(error, this.on.refused);
      }
    }
    this.#well();
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

  #well() {
    if (!this.#trouble) return;
    this.#trouble = null;
    this.#tell(this.#last);
  }

  /**
   * @param {unknown} error
   * @param {(reason: string, code: string) => void} refused
   */
  #fail(error, refused) {
    if (!(error instanceof Failure)) throw error;
    if (error.trouble === "refused") {
      this.#well();
      return refused(error.message, error.code);
    }
    this.#trouble = error.trouble;
    this.#tell(this.#last);
    setTimeout(() => this.retry(), AGAIN_MS);
    return undefined;
  }
}

/** @param {unknown} error */
function isSuperseded(error) {
  return error instanceof Failure && error.code === "annotator.superseded";
}
