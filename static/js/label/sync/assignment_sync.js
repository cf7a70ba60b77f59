// Keeps the open assignment in sync with the server: claims dialogues, saves work, and handles network failures.

import { Failure } from "./api.js";
import { newId } from "./new_id.js";
import { OutdatedAnswers } from "./outdated_answers.js";
import { Renewal } from "./renewal.js";
import { Sender } from "./sender.js";
import { differs, subjectOf } from "./work_state.js";

/** @typedef {import("../types.js").Answers} Answers */
/** @typedef {import("../types.js").Entry} Entry */
/** @typedef {import("../types.js").Operation} Operation */
/** @typedef {import("../types.js").Work} Work */
/** @typedef {import("./api.js").Trouble} Trouble */
/** @typedef {import("./sender.js").Report} Report */

/**
 * @typedef {object} Pending entries of the journal that belong to an assignment
 * @property {Operation[]} unsent
 * @property {Entry[]} posts flags, inquiries and other messages that are not sent yet
 * @property {Record<string, Answers>} drafts by utterance
 * @property {Map<string, import("../types.js").FormerFields>} judged utterances that were edited before their answers
 *   arrived, with the fields that these answers were about
 */

const RETRY_MS = 3_000;
const HEARTBEAT_MS = 120_000;
// paths of messages, below the address of their assignment; journals in browsers contain them
const MESSAGE_PATHS = {
  flag: "flags/",
  withdraw: "flags/withdraw/",
  question: "questions/",
  return: "return/",
  acknowledge: "acknowledge/",
};

export class AssignmentSync {
  /** @type {Work | null} */
  #work = null;
  /** @type {"idle" | "wanted" | "asked"} */
  #claim = "idle";
  /** @type {"finish" | "next" | "close" | null} the step to take when everything is saved */
  #then = null;
  #isActive = false;
  /** @type {Set<string | null>} operations of the open dialogue that the page shows */
  #known = new Set();
  #made = 0; // number of operations made in this page
  #renewal = new Renewal(() => this.#renew());
  /** @type {Trouble | null} of a request that was not made by the sender */
  #trouble = null;
  /** @type {Report} */
  #lastReport = { waiting: 0, rejected: [], late: 0, superseded: new Set(), durable: true, trouble: null };

  /**
   * @param {object} options
   * @param {ReturnType<typeof import("./api.js").createApi>} options.api
   * @param {import("../types.js").Journal} options.journal
   * @param {string} options.author
   * @param {object} options.on
   * @param {(work: Work, pending: Pending) => void} options.on.work
   * @param {(work: Work, pending: Pending) => void} options.on.renewed the server has a newer state of the open dialogue
   * @param {() => void} options.on.nothing no dialogue is left
   * @param {(reason: string, code?: string) => void} options.on.lost the assignment belongs to someone else, or none is
   *   available; the reason may be empty
   * @param {(reason: string) => void} options.on.refused the dialogue cannot be handed in or left
   * @param {() => void} [options.on.closed] all corrections are saved
   * @param {(report: Report) => void} options.on.report
   * @param {(entry: Entry, answer: any) => void} [options.on.answer] a flag, an inquiry or another message is saved
   * @param {(entry: Entry) => void} [options.on.discarded] a rejected entry was discarded
   * @param {import("./tabs.js").Tabs} options.tabs
   * @param {boolean} [options.isCorrection] whether the page corrects one dialogue that is handed in: it claims none,
   *   needs no lease, and its dialogue stays handed in
   * @param {number} [options.heartbeatMs] interval; 0 for no heartbeat
   */
  constructor({ api, journal, author, on, tabs, isCorrection = false, heartbeatMs = HEARTBEAT_MS }) {
    this.api = api;
    this.journal = journal;
    this.author = author;
    this.on = on;
    this.tabs = tabs;
    this.isCorrection = isCorrection;
    this.outdated = new OutdatedAnswers(journal, author);
    this.sender = new Sender({
      journal,
      author,
      send: api.send,
      post: api.post,
      onReport: (report) => this.#onReport(report),
      onAnswer: (entry, answer) => this.#onAnswer(entry, answer),
      onSaved: (assignment, operations) => tabs.publish(assignment, operations),
      onOutdated: (entry) => this.outdated.keepAsDraft(entry, this.#work?.id),
      onForgotten: () => void this.refresh(true),
    });
    tabs.listen((message) => this.#onSavedElsewhere(message));
    if (heartbeatMs && !isCorrection) setInterval(() => this.#beat(), heartbeatMs);
  }

  /**
   * Open the given assignment, or claim the next one after everything before it is sent or stuck.
   *
   * @param {Work | null} [current] the assignment that came with the page; it is opened at once, and its lease renewed
   */
  async start(current = null) {
    if (this.#claim === "asked") return;
    this.#claim = "asked";
    try {
      if (!current) await this.sender.wake();
      const work = current ?? (await this.api.claim());
      this.#claim = "idle";
      this.#clearTrouble();
      await this.#open(work);
      if (!current) return;
      this.#isActive = true;
      if (!this.isCorrection) void this.#beat();
      void this.sender.wake();
      // another tab may have saved something after the server rendered this page
      if (this.tabs.isOpen) this.tabs.ask(current.id);
      else void this.refresh();
    } catch (error) {
      this.#claim = "wanted";
      this.#fail(error, this.on.lost);
    }
  }

  /**
   * Write an operation to the journal and send it.
   *
   * @param {Operation | null} operation
   */
  async send(operation) {
    if (!operation || !this.#work) return;
    const { id, token } = this.#work;
    this.#made += 1;
    this.#known.add(operation.id);
    if (operation.answers) this.outdated.forget(operation.utterance);
    const shown = subjectOf(this.#work, operation.utterance);
    await this.#record({ author: this.author, assignment: id, token, operation, shown });
    await this.sender.wake();
  }

  /**
   * Write a message (a flag, an inquiry, a returned dialogue) to the journal and send it in its turn. The server applies
   * an id once, so a message may be sent several times.
   *
   * @param {keyof typeof MESSAGE_PATHS} kind
   * @param {Record<string, any>} body gets an id unless it has one
   * @returns {Promise<string>} the id, when the journal has the message; `on.answer` is called when it is saved
   */
  async post(kind, body) {
    if (!this.#work) throw new Error("no dialogue is open");
    const { id: assignment, token } = this.#work;
    const message = { id: newId(), token, ...body };
    const path = `assignments/${assignment}/${MESSAGE_PATHS[kind]}`;
    const shown = subjectOf(this.#work, body.utterance);
    await this.#record({ author: this.author, assignment, token, kind, path, body: message, shown });
    this.sender.wake();
    return message.id;
  }

  /** Hand the dialogue in when everything is saved, and claim the next one. */
  finish() {
    this.#then = "finish";
    return this.sender.wake();
  }

  /** Leave the returned dialogue when everything is saved, and claim the next one. */
  leave() {
    this.#then = "next";
    return this.sender.wake();
  }

  /** Leave the corrected dialogue when everything is saved. */
  close() {
    this.#then = "close";
    return this.sender.wake();
  }

  /**
   * Send rejected entries again, and show the entries that the server accepts now; until then it did not count as labelled.
   *
   * @param {number} [seq] key of one entry; all rejected entries without it
   */
  async sendAgain(seq) {
    await this.sender.retryRejected(seq);
    await this.refresh();
  }

  /**
   * Discard a rejected entry, and show the server's state instead.
   *
   * @param {number} seq
   */
  async discard(seq) {
    const entry = await this.sender.discard(seq);
    if (!entry) return;
    this.on.discarded?.(entry);
    if (entry.operation && entry.assignment === this.#work?.id) await this.refresh(true);
  }

  /**
   * Ask the server for the state of the open dialogue, and report it if the page differs. Without an answer, nothing
   * changes.
   *
   * @param {boolean} [isOutdated] whether the page is known to differ
   * @returns {Promise<void>}
   */
  refresh(isOutdated = false) {
    return this.#renewal.ask(isOutdated);
  }

  /** Retry the failed requests. */
  retry() {
    return this.#claim === "wanted" ? this.start() : this.sender.wake();
  }

  /** Note a sign of activity; the next heartbeat is then sent. */
  touch() {
    this.#isActive = true;
  }

  /** @param {Entry} entry */
  #record(entry) {
    // report at once, so that the page does not show "saved" until the next report
    this.#report({ ...this.#lastReport, waiting: this.#lastReport.waiting + 1 });
    return this.sender.add(entry);
  }

  /** @param {Work | null} work */
  async #open(work) {
    this.#work = work;
    this.outdated.clear();
    if (!work) return this.on.nothing();
    return this.on.work(work, await this.#pendingOf(work));
  }

  /**
   * @param {Work} work
   * @param {Entry[]} [before] entries of the journal when the work was requested; an entry that has left it since was
   *   answered after the server had read its state
   * @returns {Promise<Pending>}
   */
  async #pendingOf(work, before = []) {
    const now = await this.journal.entries(this.author);
    const drafts = await this.journal.drafts(this.author, work.id);
    const entries = new Map([...before, ...now].map((entry) => [entry.seq, entry]));
    const own = [...entries.values()].filter((entry) => entry.assignment === work.id && entry.refused === undefined);
    const unsent = own.flatMap(({ operation }) => operation ?? []);
    this.#known = new Set([...work.history.map(({ operation }) => operation), ...unsent.map(({ id }) => id)]);
    return { unsent, posts: own.filter(({ operation }) => !operation), drafts, judged: this.outdated.judged };
  }

  /** @returns {Promise<"shown" | "repeat" | "same">} */
  async #renew() {
    const current = this.#work;
    if (!current || this.#claim !== "idle" || this.#then) return "same";
    const made = this.#made;
    const before = await this.journal.entries(this.author);
    const work = await this.api.show(current.id).catch(() => null); // the next request reports the failure
    if (!work || this.#work !== current) return "same";
    if (work.state !== (this.isCorrection ? "done" : "open") || work.closed) {
      this.#leave(work);
      return "same";
    }
    if (!this.#renewal.isOutdated && !differs(work, current, this.#known)) return "same";
    const pending = await this.#pendingOf(work, before);
    // an operation made meanwhile may be in neither: too late for the response, and already removed from the journal
    if (made !== this.#made) return "repeat";
    if (this.#work !== current || this.#then) return "same";
    this.#work = work;
    this.on.renewed(work, pending);
    return "shown";
  }

  /**
   * Leave a dialogue that was handed in or returned elsewhere, or that cannot be corrected any more.
   *
   * @param {Work} work
   */
  #leave({ state, closed }) {
    if (this.isCorrection) this.on.lost(closed ?? "", state === "open" ? "open_again" : "");
    else if (state === "released") this.on.lost("");
    else void this.start();
  }

  /** @param {import("./tabs.js").SavedMessage} message */
  #onSavedElsewhere({ assignment, operations, isOver }) {
    if (assignment !== this.#work?.id) return;
    if (isOver || operations.some((id) => !this.#known.has(id))) void this.refresh();
  }

  /**
   * @param {Entry} entry
   * @param {any} answer
   */
  #onAnswer(entry, answer) {
    if (entry.kind === "return") this.tabs.publish(entry.assignment, [], true);
    this.on.answer?.(entry, answer);
  }

  /** @param {Report} report */
  #onReport(report) {
    const hasLateWork = report.late > this.#lastReport.late;
    this.#lastReport = report;
    this.#report(report);
    if (hasLateWork && this.#work && report.superseded.has(this.#work.id)) this.on.lost("");
    if (!this.#then || report.waiting > 0 || report.trouble) return;
    const then = this.#then;
    this.#then = null;
    if (then === "finish") this.#handIn();
    else if (then === "next") this.start();
    else if (report.rejected.some(({ assignment }) => assignment === this.#work?.id)) this.on.refused("");
    else this.on.closed?.();
  }

  /** @param {Report} report of the sender, to which the trouble of other requests is added */
  #report(report) {
    this.on.report({ ...report, trouble: report.trouble ?? this.#trouble });
  }

  async #handIn() {
    if (!this.#work) return undefined;
    try {
      await this.api.finish(this.#work.id, this.#work.token);
    } catch (error) {
      if (!isSuperseded(error)) {
        this.#then = error instanceof Failure && error.trouble !== "refused" ? "finish" : null;
        this.#fail(error, this.on.refused);
        if (!this.#then) await this.refresh(true); // the server lacks something that the page shows
        return undefined;
      }
    }
    this.#clearTrouble();
    this.tabs.publish(this.#work.id, [], true);
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

  #clearTrouble() {
    if (!this.#trouble) return;
    this.#trouble = null;
    this.#report(this.#lastReport);
  }

  /**
   * Report a failed request, and try again later unless it was refused.
   *
   * @param {unknown} error
   * @param {(reason: string, code: string) => void} onRefused
   */
  #fail(error, onRefused) {
    if (!(error instanceof Failure)) throw error;
    if (error.trouble === "refused") {
      this.#clearTrouble();
      return onRefused(error.message, error.code);
    }
    this.#trouble = error.trouble;
    this.#report(this.#lastReport);
    setTimeout(() => this.retry(), RETRY_MS);
    return undefined;
  }
}

/** @param {unknown} error */
function isSuperseded(error) {
  return error instanceof Failure && error.code === "annotator.superseded";
}
