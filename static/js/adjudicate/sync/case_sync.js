// Keeps the cases of the page in sync with the server: claims one ahead, sends decisions, and handles network failures.

import { Failure } from "../../label/sync/api.js";
import { Sender } from "../../label/sync/sender.js";

/** @typedef {import("../types.js").Case} Case */
/** @typedef {import("../types.js").Operation} Operation */
/** @typedef {import("../../label/types.js").Entry} Entry */
/** @typedef {import("../../label/sync/sender.js").Report} Report */
/** @typedef {{unsent: Operation[], draft: import("../types.js").Answers | null}} Pending entries of the journal */
/** @typedef {{given: Case, pending: Pending}} Prepared */

const RETRY_MS = 3_000;
const HEARTBEAT_MS = 120_000;
const MOST_BESIDES = 5; // that the server accepts

export class CaseSync {
  /** @type {Map<string, Case>} cases that the server has not recorded as decided or given back */
  #held = new Map();
  /** @type {Prepared | null} claimed before it is needed, so that the next case opens at once and without a network */
  #ahead = null;
  /** @type {Promise<void> | null} the claim ahead of time that is under way */
  #claiming = null;
  #wantsNext = false;
  /** @type {Promise<void> | null} */
  #opening = null;
  /** @type {Promise<void> | null} the last skip, being written to the journal */
  #givingBack = null;
  /** @type {string | null} the case on the page */
  #open = null;
  #isActive = false;
  /** @type {Set<string>} operations that this page made or has shown */
  #known = new Set();
  /** @type {import("../../label/sync/api.js").Trouble | null} of a request that was not made by the sender */
  #trouble = null;
  /** @type {Report} */
  #last = { waiting: 0, rejected: [], late: 0, superseded: new Set(), durable: true, trouble: null };

  /**
   * @param {object} options
   * @param {ReturnType<typeof import("./api.js").createApi>} options.api
   * @param {import("../../label/types.js").Journal} options.journal
   * @param {string} options.author
   * @param {string} options.order of the queue
   * @param {string | null} [options.wanted] id of the only utterance to decide; null: the queue
   * @param {import("../../label/sync/tabs.js").Tabs} options.tabs
   * @param {object} options.on
   * @param {(given: Case, pending: Pending) => void} options.on.opened
   * @param {(given: Case) => void} options.on.ahead the next case is claimed; what it needs can be loaded
   * @param {(given: Case) => void} options.on.renewed the server has a newer state of the case on the page
   * @param {() => void} options.on.waiting the next case has to be claimed first
   * @param {() => void} options.on.nothing no case is left
   * @param {(reason: string, code: string) => void} options.on.lost none is given out, or the case went to another one
   * @param {(report: Report) => void} options.on.report
   * @param {number} [options.heartbeatMs] interval; 0 for no heartbeat
   */
  constructor({ api, journal, author, order, wanted = null, tabs, on, heartbeatMs = HEARTBEAT_MS }) {
    this.api = api;
    this.journal = journal;
    this.author = author;
    this.order = order;
    this.wanted = wanted;
    this.tabs = tabs;
    this.on = on;
    this.sender = new Sender({
      journal,
      author,
      send: (id, token, owner, operations) => api.send(id, token, owner, operations),
      post: (path, body) => api.post(path, body),
      onReport: (report) => this.#onReport(report),
      onAnswer: (entry) => this.#onEnded(entry.assignment),
      onSaved: (id, operations) => {
        this.#held.delete(id); // a decision ends the case on the server
        tabs.publish(id, operations);
      },
    });
    tabs.listen(({ assignment, operations }) => {
      if (assignment === this.#open && operations.some((id) => !this.#known.has(id))) void this.refresh();
    });
    if (heartbeatMs) setInterval(() => this.#beat(), heartbeatMs);
  }

  /** Open the first case, after everything before it is sent or stuck. */
  async start() {
    await this.sender.wake();
    await this.next();
  }

  /**
   * Open the next case: the one claimed ahead, or else a new one.
   *
   * @returns {Promise<void>}
   */
  next() {
    this.#opening ??= this.#openNext().finally(() => {
      this.#opening = null;
    });
    return this.#opening;
  }

  async #openNext() {
    this.#wantsNext = true;
    if (!this.#ahead) {
      this.on.waiting();
      await this.#claiming; // one claim at a time, so that its case is opened once
      await this.sender.wake(); // else the server would return the case that is decided at this moment
    }
    const ready = this.#ahead;
    this.#ahead = null;
    try {
      const prepared = ready ?? (await this.#prepare(await this.#claim()));
      this.#wantsNext = false;
      this.#clearTrouble();
      if (!prepared) return this.on.nothing();
      this.#show(prepared);
    } catch (error) {
      this.#fail(error);
    }
    return undefined;
  }

  /**
   * Open a certain utterance again, such as one that was skipped.
   *
   * @param {string} utterance id
   */
  async reopen(utterance) {
    await this.#givingBack?.catch(() => undefined); // without a journal the case was not given back
    await this.sender.wake(); // else the server would return the case that is given back at this moment
    try {
      const prepared = await this.#prepare(await this.api.claim({ utterance }));
      if (prepared) this.#show(prepared);
    } catch (error) {
      if (!(error instanceof Failure)) throw error;
      if (error.trouble === "refused") this.on.lost(error.message, error.code);
      else this.#report({ ...this.#last, trouble: error.trouble });
    }
  }

  /** @param {string} id of the case that the page shows now */
  show(id) {
    this.#open = id;
  }

  /**
   * Write an operation to the journal and send it.
   *
   * @param {Case} given
   * @param {Operation} operation
   */
  async send(given, operation) {
    this.#known.add(operation.id);
    await this.#record({ ...this.#entry(given), operation: /** @type {any} */ (operation) });
    await this.sender.wake();
  }

  /**
   * Give an undecided case back to the queue.
   *
   * @param {Case} given
   */
  async giveBack(given) {
    const body = /** @type {any} */ ({ token: given.token, skip: true });
    const path = `adjudication/${given.id}/finish/`;
    this.#givingBack = this.#record({ ...this.#entry(given), kind: "skip", path, body });
    await this.#givingBack;
    void this.sender.wake();
  }

  /**
   * Ask for the answers of a blind case, after its decision is stored.
   *
   * @param {Case} given
   * @returns {Promise<import("../types.js").Revealed | null>} null: not now
   */
  async reveal(given) {
    await this.sender.wake();
    return this.api.reveal(given.id, given.token).catch(() => null);
  }

  /** Ask the server for the state of the case on the page. Without an answer, nothing changes. */
  async refresh() {
    const id = this.#open;
    if (!id) return;
    const given = await this.api.show(id).catch(() => null);
    if (!given || id !== this.#open) return;
    const isNew = given.mine.some((past) => !this.#known.has(past.id));
    for (const past of given.mine) this.#known.add(past.id);
    if (isNew) this.on.renewed(given);
  }

  /** Retry the failed requests. */
  retry() {
    return this.#wantsNext ? this.next() : this.sender.wake();
  }

  /** @param {number} [seq] key of one rejected entry; all of them without it */
  async sendAgain(seq) {
    await this.sender.retryRejected(seq);
  }

  /** @param {number} seq of a rejected entry */
  async discard(seq) {
    const entry = await this.sender.discard(seq);
    if (entry?.assignment === this.#open) await this.refresh();
  }

  /** Note a sign of activity; the next heartbeat is then sent. */
  touch() {
    this.#isActive = true;
  }

  /** @param {Prepared} prepared */
  #show({ given, pending }) {
    this.#open = given.id;
    for (const { id } of given.mine) this.#known.add(id);
    this.on.opened(given, pending);
    void this.#claimAhead();
  }

  /**
   * Read what the journal has about a case.
   *
   * @param {Case | null} given
   * @returns {Promise<Prepared | null>}
   */
  async #prepare(given) {
    if (!given) return null;
    this.#held.set(given.id, given);
    const entries = (await this.journal.entries(this.author)).filter(({ assignment }) => assignment === given.id);
    const unsent = entries.flatMap(({ operation, refused }) => (operation && refused === undefined ? operation : []));
    const drafts = await this.journal.drafts(this.author, given.id);
    return { given, pending: { unsent: /** @type {any} */ (unsent), draft: drafts[given.utterance] ?? null } };
  }

  async #claimAhead() {
    if (this.#ahead || this.#claiming || this.wanted) return;
    this.#claiming = this.#claim()
      .then((given) => this.#prepare(given))
      .catch(() => null) // the next request reports the failure
      .then((prepared) => {
        this.#ahead = prepared;
        this.#claiming = null;
        if (prepared) this.on.ahead(prepared.given);
      });
    await this.#claiming;
  }

  /** @returns {Promise<Case | null>} */
  async #claim() {
    if (this.wanted) {
      const utterance = this.wanted;
      return this.#held.size ? null : this.api.claim({ utterance });
    }
    const given = await this.api.claim({ order: this.order, besides: [...this.#held.keys()].slice(-MOST_BESIDES) });
    // a server that gives out one case at a time returns the one in hand
    return given && this.#held.has(given.id) ? null : given;
  }

  /** @param {Case} given */
  #entry(given) {
    const { dialogue, utterance } = given;
    const number = dialogue.utterances.findIndex(({ id }) => id === utterance) + 1;
    return {
      author: this.author,
      assignment: given.id,
      token: given.token,
      shown: { dialogue: dialogue.name, number },
    };
  }

  /** @param {Entry} entry */
  async #record(entry) {
    // report at once, so that the page does not show "saved" until the next report
    this.#report({ ...this.#last, waiting: this.#last.waiting + 1 });
    await this.sender.add(entry);
  }

  /** @param {string} id of a case whose end is acknowledged */
  #onEnded(id) {
    this.#held.delete(id);
    this.tabs.publish(id, [], true);
  }

  /** @param {Report} report */
  #onReport(report) {
    const hasLateWork = report.late > this.#last.late;
    this.#last = report;
    this.#report(report);
    if (hasLateWork && this.#open && report.superseded.has(this.#open)) this.on.lost("", "superseded");
  }

  /** @param {Report} report of the sender, to which the trouble of other requests is added */
  #report(report) {
    this.on.report({ ...report, trouble: report.trouble ?? this.#trouble });
  }

  async #beat() {
    if (!this.#isActive) return;
    this.#isActive = false;
    for (const { id, token } of this.#held.values()) {
      try {
        await this.api.heartbeat(id, token);
      } catch (error) {
        if (error instanceof Failure && error.code.endsWith(".superseded") && id === this.#open)
          this.on.lost(error.message, "superseded");
      }
    }
  }

  #clearTrouble() {
    if (!this.#trouble) return;
    this.#trouble = null;
    this.#report(this.#last);
  }

  /** @param {unknown} error of a claim; it is tried again later unless it was refused */
  #fail(error) {
    if (!(error instanceof Failure)) throw error;
    if (error.trouble === "refused") {
      this.#wantsNext = false;
      this.#clearTrouble();
      return this.on.lost(error.message, error.code);
    }
    this.#trouble = error.trouble;
    this.#report(this.#last);
    setTimeout(() => this.#wantsNext && this.next(), RETRY_MS);
    return undefined;
  }
}
