// One assignment in the hands of one person: what is answered, where they are, what can be undone.

import { newId } from "../sync/new_id.js";
import { answer, openQuestions, sameAnswers, settled } from "./answers.js";
import { policyOf } from "./codebook.js";
import { Cuts } from "./cut_proposals.js";
import { Opened } from "./opened_utterances.js";
import { usualAnswers } from "./shortcuts.js";
import { difference, shownAs } from "./utterance_edits.js";

/** @typedef {import("../types.js").Answers} Answers */
/** @typedef {import("../types.js").Operation} Operation */
/** @typedef {import("../types.js").Bounds} Bounds */
/** @typedef {import("../types.js").Draft} Draft */
/** @typedef {import("../types.js").Question} Question */
/** @typedef {import("../types.js").Shortcut} Shortcut */
/** @typedef {import("../types.js").Was} Was */
/** @typedef {import("../types.js").Work} Work */
/** @typedef {{active_ms: number, played_ms: number}} Effort */
/** @typedef {{draft: Draft, cut: Bounds | null}} Press what a key press changed */

// stands in a draft beside its answers; no question can have this name
const MARK = "~shortcut";

export class Session {
  /** @type {Map<string, Answers>} utterance -> what was committed */
  committed = new Map();
  /** @type {Map<string, Draft>} utterance -> what is pressed but not committed */
  drafts = new Map();
  cuts = new Cuts();
  /** @type {{operation: string, utterance: string, before: Answers | undefined, shortcut: Shortcut | ""}[]} */
  #done = [];
  /** @type {Press[]} what was there before each key press on the current utterance */
  #presses = [];
  /** @type {Set<string>} utterances that were changed before their labels came to the server */
  askedAgain = new Set();
  /** @type {Set<string>} utterances whose draft was made in this page, and is newer than what the journal had of it */
  #own = new Set();

  /**
   * @param {Work} work
   * @param {Question[]} questions
   * @param {{unsent?: Operation[], drafts?: Record<string, Draft>}} [kept] what the browser's journal still holds
   */
  constructor(work, questions, { unsent = [], drafts = {} } = {}) {
    this.work = work;
    this.questions = questions;
    this.policy = policyOf(work.codebook);
    this.#replay(unsent, drafts);
    this.openings = new Opened({
      all: work.utterances.length,
      context: this.policy.context,
      isText: !work.media,
      before: Math.max(0, ...[...work.history, ...unsent].map(({ opened }) => opened ?? 0)),
    });
    this.index = Math.max(0, this.#nextOpen(0));
    this.openings.add(this.index);
  }

  get utterance() {
    return this.work.utterances[this.index];
  }

  /** The answers that the page shows for the current utterance. */
  get answers() {
    const draft = this.drafts.get(this.utterance.id);
    if (!draft) return this.committed.get(this.utterance.id) ?? {};
    if (!(MARK in draft)) return draft;
    const { [MARK]: _, ...answers } = draft;
    return answers;
  }

  /** The key that answered everything on the current utterance, if one did. */
  get shortcut() {
    return /** @type {Shortcut | ""} */ (this.drafts.get(this.utterance.id)?.[MARK] ?? "");
  }

  /** The labels of the utterance before, where it has some. */
  get previous() {
    return this.committed.get(this.work.utterances[this.index - 1]?.id) ?? null;
  }

  /** The last utterance that may be shown. */
  get reach() {
    return this.openings.reach(this.#nextOpen(0));
  }

  /** The first question of the current utterance that has no answer yet. */
  get focus() {
    return openQuestions(this.questions, this.answers)[0] ?? null;
  }

  get labelled() {
    return this.work.utterances.filter(({ id }) => this.committed.has(id)).length;
  }

  get isComplete() {
    return this.labelled === this.work.utterances.length;
  }

  /** Whether an undo takes back a key press alone, of which the server never hears. */
  get hasPresses() {
    return this.#presses.length > 0;
  }

  get canUndo() {
    return this.#presses.length > 0 || this.#done.length > 0;
  }

  /**
   * Take over what the server holds by now, and stay where one is. What was pressed in this page stays as well.
   *
   * @param {Work} work the same assignment
   * @param {{unsent?: Operation[], drafts?: Record<string, Draft>, judged?: Map<string, Was>}} [kept] what the
   *   browser's journal still holds, and how utterances were whose labels the server refused, since they had changed
   * @returns {string[]} the utterances that are not what they were
   */
  renew(work, { unsent = [], drafts = {}, judged = new Map() } = {}) {
    const { id } = this.utterance;
    const before = new Map(this.work.utterances.map((utterance) => [utterance.id, utterance]));
    const was = new Map(this.work.utterances.map((utterance) => [utterance.id, shownAs(this.work, utterance)]));
    const own = [...this.#own].flatMap((utterance) => {
      const draft = this.drafts.get(utterance);
      return draft ? [[utterance, draft]] : [];
    });
    const utterances = work.utterances.map((utterance) => ({
      ...utterance,
      seen: difference(work, utterance, {
        ...was.get(utterance.id),
        ...before.get(utterance.id)?.seen,
        ...judged.get(utterance.id),
      }),
    }));
    this.work = { ...work, utterances, today: this.work.today }; // the day's sum goes on from where it was begun
    this.committed.clear();
    this.drafts.clear();
    this.#done = [];
    this.#replay(unsent, { ...drafts, ...Object.fromEntries(own) });
    this.index = Math.max(
      0,
      work.utterances.findIndex((utterance) => utterance.id === id),
    );
    for (const utterance of judged.keys()) if (!this.committed.has(utterance)) this.askedAgain.add(utterance);
    return work.utterances.flatMap((now) => (before.get(now.id)?.version === now.version ? [] : [now.id]));
  }

  /** Go to the first utterance without labels, where there is one. */
  goToOpen() {
    const open = this.#nextOpen(0);
    if (open >= 0) this.go(open);
  }

  /**
   * Answer a question of the current utterance.
   *
   * @param {Question} question
   * @param {string | number} value
   * @returns {boolean} whether that changed anything
   */
  choose(question, value) {
    const next = answer(this.questions, this.answers, question, value);
    if (next === this.answers) return false;
    this.#press(next, this.shortcut);
    return true;
  }

  /**
   * Answer every question at once, where the policy allows it.
   *
   * @param {Shortcut} kind
   * @returns {boolean} whether that changed anything
   */
  useShortcut(kind) {
    if (!this.policy.shortcuts.includes(kind)) return false;
    const answers = kind === "all_default" ? usualAnswers(this.questions) : this.previous;
    if (!answers) return false;
    this.#press(settled(this.questions, answers), kind);
    return true;
  }

  /**
   * Move an edge of the current utterance, as a proposal.
   *
   * @param {"start_ms" | "end_ms"} edge
   * @param {number} steps
   * @returns {boolean} whether it moved
   */
  moveCut(edge, steps) {
    const press = this.#before();
    const moved = this.cuts.move(this.utterance, edge, steps);
    if (moved) this.#presses.push(press);
    return moved;
  }

  /**
   * Commit the current utterance and go on.
   *
   * @param {Effort} effort
   * @returns {Operation | null} null where nothing changed, or questions are open
   */
  commit(effort) {
    if (this.focus) return null;
    const { id, version } = this.utterance;
    const { answers, shortcut } = this;
    const changed = !sameAnswers(answers, this.committed.get(id));
    /** @type {Operation} */
    const operation = { id: newId(), kind: "commit", utterance: id, version, answers, ...this.#circumstances(effort) };
    if (shortcut) operation.shortcut = shortcut;
    if (changed) this.#record(operation.id, id, answers, shortcut);
    this.drafts.delete(id);
    this.#own.delete(id);
    const next = this.#nextOpen(this.index + 1);
    this.go(next < 0 ? Math.min(this.index + 1, this.work.utterances.length - 1) : next);
    return changed ? operation : null;
  }

  /**
   * Take back the last key press of this utterance, or else the last commit: its labels lie open again.
   *
   * @param {Effort} effort
   * @returns {Operation | null} null where only a key press was taken back, or nothing
   */
  undo(effort) {
    const press = this.#presses.pop();
    if (press) {
      this.#draft(this.utterance.id, press.draft);
      this.cuts.put(this.utterance, press.cut);
      return null;
    }
    const last = this.#done.at(-1);
    if (!last) return null;
    const taken = this.committed.get(last.utterance);
    this.#takeBack(last.utterance);
    this.go(this.work.utterances.findIndex(({ id }) => id === last.utterance));
    if (taken) this.#draft(last.utterance, marked(taken, last.shortcut));
    return {
      id: newId(),
      kind: "undo",
      utterance: last.utterance,
      undoes: last.operation,
      ...this.#circumstances(effort),
    };
  }

  /** @param {number} index */
  go(index) {
    this.#presses = [];
    this.index = Math.max(0, Math.min(index, this.reach));
    this.openings.add(this.index);
  }

  /**
   * @param {Answers} answers
   * @param {Shortcut | ""} shortcut
   */
  #press(answers, shortcut) {
    this.#presses.push(this.#before());
    this.#draft(this.utterance.id, marked(answers, shortcut));
  }

  /**
   * @param {string} utterance
   * @param {Draft} draft
   */
  #draft(utterance, draft) {
    this.drafts.set(utterance, draft);
    this.#own.add(utterance);
  }

  /**
   * Go through everything that was done, in its order.
   *
   * @param {Operation[]} unsent
   * @param {Record<string, Draft>} drafts
   */
  #replay(unsent, drafts) {
    const { history } = this.work;
    for (const { operation, utterance, answers, undo, shortcut } of history) {
      if (undo) this.#takeBack(utterance);
      else if (answers) this.#record(operation ?? "", utterance, answers, shortcut);
      else this.#askAgain(utterance);
    }
    const known = new Set(history.map((past) => past.operation));
    for (const operation of unsent) {
      if (known.has(operation.id)) continue;
      if (operation.kind === "undo") this.#takeBack(operation.utterance);
      else if (operation.answers) {
        this.#record(operation.id, operation.utterance, operation.answers, operation.shortcut);
      }
    }
    for (const [utterance, draft] of Object.entries(drafts)) this.drafts.set(utterance, settled(this.questions, draft));
  }

  /** @returns {Press} */
  #before() {
    return { draft: marked(this.answers, this.shortcut), cut: this.cuts.of(this.utterance) };
  }

  /** @param {Effort} effort */
  #circumstances(effort) {
    return { ...effort, opened: this.openings.count, made_at: new Date().toISOString() };
  }

  /**
   * @param {string} operation
   * @param {string} utterance
   * @param {Answers} answers
   * @param {Shortcut | ""} [shortcut]
   */
  #record(operation, utterance, answers, shortcut = "") {
    this.#done.push({ operation, utterance, before: this.committed.get(utterance), shortcut });
    this.committed.set(utterance, answers);
    this.askedAgain.delete(utterance);
    this.drafts.delete(utterance); // what was asked again has its answer
  }

  /**
   * The utterance was changed by the manager: what was said of it before lies open, to be given again or changed, and
   * undo does not bring it back.
   *
   * @param {string} utterance
   */
  #askAgain(utterance) {
    const before = this.committed.get(utterance);
    if (before) this.drafts.set(utterance, settled(this.questions, before));
    this.committed.delete(utterance);
    this.#done = this.#done.filter((done) => done.utterance !== utterance);
  }

  /** @param {string} utterance */
  #takeBack(utterance) {
    const place = this.#done.findLastIndex((done) => done.utterance === utterance);
    if (place < 0) return;
    const [{ before }] = this.#done.splice(place, 1);
    if (before) this.committed.set(utterance, before);
    else this.committed.delete(utterance);
  }

  /**
   * @param {number} start
   * @returns {number} the first utterance without labels from `start` on, then from the top; -1 where all have theirs
   */
  #nextOpen(start) {
    const { utterances } = this.work;
    const later = utterances.findIndex(({ id }, index) => index >= start && !this.committed.has(id));
    return later >= 0 ? later : utterances.findIndex(({ id }) => !this.committed.has(id));
  }
}

/**
 * @param {Answers} answers
 * @param {Shortcut | ""} shortcut
 * @returns {Draft}
 */
function marked(answers, shortcut) {
  return shortcut ? { ...answers, [MARK]: shortcut } : answers;
}
