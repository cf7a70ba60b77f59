// Dialogues come, labels go: everything this page needs the network for, and what happens when it fails.

import { shownAs } from "../session/utterance_edits.js";
import { Failure } from "./api.js";
import { newId } from "./new_id.js";
import { Sender } from "./sender.js";

/** @typedef {import("../types.js").Answers} Answers */
/** @typedef {import("../types.js").Entry} Entry */
/** @typedef {import("../types.js").Operation} Operation */
/** @typedef {import("../types.js").Work} Work */
/** @typedef {import("./api.js").Trouble} Trouble */
/** @typedef {import("./sender.js").Report} Report */

/**
 * @typedef {object} Kept what the journal holds of an assignment
 * @property {Operation[]} unsent
 * @property {Entry[]} posts flags, questions and the like that are not sent yet
 * @property {Record<string, Answers>} drafts by utterance
 * @property {Map<string, import("../types.js").Was>} judged how utterances were whose labels came after they had changed
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
  /** @type {Set<string | null>} operations of the dialogue in hand that the page shows */
  #known = new Set();
  #made = 0; // operations made in this page
  /** @type {Kept["judged"]} */
  #judged = new Map();
  /** @type {Set<string>} the same of other dialogues: assignment and utterance */
  #drafted = new Set();
  /** @type {Promise<void> | null} */
  #looking = null;
  #lookAgain = false;
  #mustTell = false; // the page is known to show something else than the server holds
  /** @type {Trouble | null} of a message that is not the sender's */
  #trouble = null;
  /** @type {Report} */
  #last = { waiting: 0, refused: [], setAside: 0, superseded: new Set(), durable: true, trouble: null };

  /**
   * @param {object} options
   * @param {ReturnType<typeof import("./api.js").createApi>} options.api
   * @param {import("../types.js").Journal} options.journal
   * @param {string} options.author
   * @param {object} options.on
   * @param {(work: Work, kept: Kept) => void} options.on.work
   * @param {(work: Work, kept: Kept) => void} options.on.renewed the server holds something else of the dialogue in hand
   * @param {() => void} options.on.nothing nothing is left
   * @param {(reason: string, code?: string) => void} options.on.lost the assignment went to someone else, or none may be
   *   had; the reason may be empty, where the status tells it
   * @param {(reason: string) => void} options.on.refused the dialogue can't be handed in
   * @param {(report: Report) => void} options.on.report
   * @param {(entry: Entry, answer: any) => void} [options.on.answer] a flag, a question or the like is saved
   * @param {(entry: Entry) => void} [options.on.discarded] something that was refused is not wanted any more
   * @param {import("./tabs.js").Tabs} options.tabs
   * @param {number} [options.heartbeatMs] 0 for none
   */
  constructor({ api, journal, author, on, tabs, heartbeatMs = HEARTBEAT_MS }) {
    this.api = api;
    this.journal = journal;
    this.author = author;
    this.on = on;
    this.tabs = tabs;
    this.sender = new Sender({
      journal,
      author,
      send: api.send,
      post: api.post,
      onReport: (report) => this.#onReport(report),
      onAnswer: (entry, answer) => this.#onAnswer(entry, answer),
      onSaved: (assignment, operations) => tabs.tell(assignment, operations),
      onOutdated: (entry) => this.#askAgain(entry),
      onForgotten: () => void this.refresh(true),
    });
    tabs.listen((said) => this.#hear(said));
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
      // another tab may have saved something after the server had written this page
      if (this.tabs.isOpen) this.tabs.ask(inHand.id);
      else void this.refresh();
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
    this.#made += 1;
    this.#known.add(operation.id);
    if (operation.answers) this.#judged.delete(operation.utterance);
    const shown = this.#shown(operation.utterance);
    await this.#keep({ author: this.author, assignment: id, token, operation, shown });
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
    const shown = this.#shown(body.utterance);
    await this.#keep({ author: this.author, assignment, token, kind, path, body: whole, shown });
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

  /**
   * Send what the server refused once more; what it accepts now is shown, as it was not taken for labelled before.
   *
   * @param {number} [seq] of one entry; all without it
   */
  async sendAgain(seq) {
    await this.sender.retryRefused(seq);
    await this.refresh();
  }

  /**
   * Forget something that the server refused, and show what it holds instead.
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
   * Ask the server what it holds of the dialogue in hand, and tell where that is not what the page shows. Without an
   * answer everything stays as it is.
   *
   * @param {boolean} [isSure] the page is known to show something else
   * @returns {Promise<void>}
   */
  refresh(isSure = false) {
    this.#mustTell ||= isSure;
    if (this.#looking) this.#lookAgain = true;
    this.#looking ??= this.#look().finally(() => {
      this.#looking = null;
    });
    return this.#looking;
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
    this.#judged = new Map();
    if (!work) return this.on.nothing();
    return this.on.work(work, await this.#keptOf(work));
  }

  /**
   * @param {Work} work
   * @param {Entry[]} [before] what the journal held when the work was asked for: what has left it since was answered
   *   after the server had looked
   * @returns {Promise<Kept>}
   */
  async #keptOf(work, before = []) {
    const now = await this.journal.entries(this.author);
    const drafts = await this.journal.drafts(this.author, work.id);
    const entries = new Map([...before, ...now].map((entry) => [entry.seq, entry]));
    const own = [...entries.values()].filter((entry) => entry.assignment === work.id && entry.refused === undefined);
    const unsent = own.flatMap(({ operation }) => operation ?? []);
    this.#known = new Set([...work.history.map(({ operation }) => operation), ...unsent.map(({ id }) => id)]);
    return { unsent, posts: own.filter(({ operation }) => !operation), drafts, judged: this.#judged };
  }

  async #look() {
    do {
      this.#lookAgain = false;
      const held = this.#work;
      if (!held || this.#claim !== "idle" || this.#then) return;
      const made = this.#made;
      const before = await this.journal.entries(this.author);
      const work = await this.api.show(held.id).catch(() => null); // whatever is wrong, the next message says it
      if (!work || this.#work !== held) return;
      if (work.state !== "open") return this.#leave(work);
      if (!this.#isNews(work, held)) continue;
      const kept = await this.#keptOf(work, before);
      // a label that was made meanwhile may be in neither: it came too late for the one and has left the other
      if (made !== this.#made) this.#lookAgain = true;
      else if (this.#work === held && !this.#then) {
        this.#work = work;
        this.#mustTell = false;
        this.on.renewed(work, kept);
      }
    } while (this.#lookAgain);
  }

  /**
   * Labels came after their utterance had been changed: they lie open, to be given again or changed.
   *
   * @param {Entry} entry
   */
  async #askAgain({ assignment, operation, shown }) {
    if (!operation?.answers) return;
    const { utterance, answers } = operation;
    const drafts = await this.journal.drafts(this.author, assignment);
    // what was pressed since is newer than these labels, but they are newer than those refused before them
    const key = `${assignment} ${utterance}`;
    const isHere = assignment === this.#work?.id;
    if (!(utterance in drafts) || (isHere ? this.#judged.has(utterance) : this.#drafted.has(key))) {
      await this.journal.keepDraft(this.author, assignment, utterance, answers);
    }
    if (!isHere) this.#drafted.add(key);
    if (assignment === this.#work?.id) this.#judged.set(utterance, { ...shown?.was, ...this.#judged.get(utterance) });
  }

  /**
   * The dialogue was ended elsewhere.
   *
   * @param {Work} work
   */
  #leave({ state }) {
    if (state === "released") this.on.lost("");
    else void this.start();
  }

  /** @param {import("./tabs.js").Said} said */
  #hear({ assignment, operations, isOver }) {
    if (assignment !== this.#work?.id) return;
    if (isOver || operations.some((id) => !this.#known.has(id))) void this.refresh();
  }

  /**
   * @param {Entry} entry
   * @param {any} answer
   */
  #onAnswer(entry, answer) {
    if (entry.kind === "return") this.tabs.tell(entry.assignment, [], true);
    this.on.answer?.(entry, answer);
  }

  /**
   * @param {Work} work as the server has it
   * @param {Work} held as the page has it
   */
  #isNews(work, held) {
    const own = (/** @type {Work} */ { token, state, comment, utterances }) =>
      JSON.stringify([token, state, comment, utterances]);
    const withdrawn = (/** @type {Work} */ { history }) => history.filter(({ operation }) => operation === null).length;
    return (
      this.#mustTell ||
      work.history.some(({ operation }) => !this.#known.has(operation)) ||
      withdrawn(work) !== withdrawn(held) ||
      own(work) !== own(held)
    );
  }

  /**
   * @param {string | undefined} utterance
   * @returns {import("../types.js").Shown | undefined}
   */
  #shown(utterance) {
    if (!this.#work) return undefined;
    const { dialogue, utterances } = this.#work;
    const place = utterances.findIndex(({ id }) => id === utterance);
    if (place < 0) return { dialogue: dialogue.name };
    return { dialogue: dialogue.name, number: place + 1, was: shownAs(this.#work, utterances[place]) };
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
        this.#fail(error, this.on.refused);
        if (!this.#then) await this.refresh(true); // something is missing there that the page shows
        return undefined;
      }
    }
    this.#well();
    this.tabs.tell(this.#work.id, [], true);
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
