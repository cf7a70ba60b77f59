// One assignment in the hands of one person: what is answered, where they are, what can be undone.

import { answer, openQuestions, sameAnswers, settled } from "./answers.js";
import { newId } from "./ids.js";

/** @typedef {import("./types.js").Answers} Answers */
/** @typedef {import("./types.js").Operation} Operation */
/** @typedef {import("./types.js").Question} Question */
/** @typedef {import("./types.js").Work} Work */
/** @typedef {{active_ms: number, played_ms: number}} Effort */

export class Session {
  /** @type {Map<string, Answers>} utterance -> what was committed */
  committed = new Map();
  /** @type {Map<string, Answers>} utterance -> what is pressed but not committed */
  drafts = new Map();
  /** @type {{operation: string, utterance: string, before: Answers | undefined}[]} */
  #done = [];
  /** @type {Answers[]} the drafts before each key press on the current utterance */
  #presses = [];

  /**
   * @param {Work} work
   * @param {Question[]} questions
   * @param {{unsent?: Operation[], drafts?: Record<string, Answers>}} [kept] what the browser's journal still holds
   */
  constructor(work, questions, { unsent = [], drafts = {} } = {}) {
    this.work = work;
    this.questions = questions;
    for (const { operation, utterance, answers, undo } of work.history) {
      if (undo) this.#takeBack(utterance);
      else if (answers) this.#record(operation ?? "", utterance, answers);
    }
    const known = new Set(work.history.map((past) => past.operation));
    for (const operation of unsent) {
      if (known.has(operation.id)) continue;
      if (operation.kind === "undo") this.#takeBack(operation.utterance);
      else if (operation.answers) this.#record(operation.id, operation.utterance, operation.answers);
    }
    for (const [utterance, answers] of Object.entries(drafts)) this.drafts.set(utterance, settled(questions, answers));
    this.index = Math.max(0, this.#nextOpen(0));
  }

  get utterance() {
    return this.work.utterances[this.index];
  }

  /** The answers that the page shows for the current utterance. */
  get answers() {
    return this.drafts.get(this.utterance.id) ?? this.committed.get(this.utterance.id) ?? {};
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

  get canUndo() {
    return this.#presses.length > 0 || this.#done.length > 0;
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
    this.#presses.push(this.answers);
    this.drafts.set(this.utterance.id, next);
    return true;
  }

  /**
   * Commit the current utterance and go on.
   *
   * @param {Effort} effort
   * @returns {Operation | null} null where nothing changed, or questions are open
   */
  commit(effort) {
    if (this.focus) return null;
    const { id } = this.utterance;
    const answers = this.answers;
    const changed = !sameAnswers(answers, this.committed.get(id));
    /** @type {Operation} */
    const operation = { id: newId(), kind: "commit", utterance: id, answers, ...effort, made_at: now() };
    if (changed) this.#record(operation.id, id, answers);
    this.drafts.delete(id);
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
      this.drafts.set(this.utterance.id, press);
      return null;
    }
    const last = this.#done.at(-1);
    if (!last) return null;
    const taken = this.committed.get(last.utterance);
    this.#takeBack(last.utterance);
    this.go(this.work.utterances.findIndex(({ id }) => id === last.utterance));
    if (taken) this.drafts.set(last.utterance, taken);
    return { id: newId(), kind: "undo", utterance: last.utterance, undoes: last.operation, ...effort, made_at: now() };
  }

  /** @param {number} index */
  go(index) {
    this.#presses = [];
    this.index = Math.max(0, Math.min(index, this.work.utterances.length - 1));
  }

  /**
   * @param {string} operation
   * @param {string} utterance
   * @param {Answers} answers
   */
  #record(operation, utterance, answers) {
    this.#done.push({ operation, utterance, before: this.committed.get(utterance) });
    this.committed.set(utterance, answers);
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

function now() {
  return new Date().toISOString();
}
