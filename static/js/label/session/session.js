// The state of one open assignment: answers, drafts, the current utterance, and undo.

import { newId } from "../sync/new_id.js";
import { answer, offeredAnswers, openQuestions, sameAnswers, withInapplicableLinks } from "./answers.js";
import { policyOf } from "./codebook.js";
import { CommitHistory } from "./commit_history.js";
import { CutProposals } from "./cut_proposals.js";
import { KeyPresses } from "./key_presses.js";
import { OpenedUtterances } from "./opened_utterances.js";
import { defaultAnswers } from "./shortcuts.js";
import { difference, visibleFields } from "./utterance_edits.js";

/** @typedef {import("../types.js").Answers} Answers */
/** @typedef {import("../types.js").Operation} Operation */
/** @typedef {import("../types.js").Draft} Draft */
/** @typedef {import("../types.js").Question} Question */
/** @typedef {import("../types.js").Shortcut} Shortcut */
/** @typedef {import("../types.js").FormerFields} FormerFields */
/** @typedef {import("../types.js").Work} Work */
/** @typedef {{active_ms: number, played_ms: number}} Effort */

// stored in a draft next to its answers; no question can have this slug
const SHORTCUT_KEY = "~shortcut";

export class Session {
  /** @type {Map<string, Answers>} utterance -> committed answers */
  committed = new Map();
  /** @type {Map<string, Draft>} utterance -> answers that are not committed yet */
  drafts = new Map();
  cuts = new CutProposals();
  #presses = new KeyPresses();
  /** @type {{reason: string, comment: string} | null} of the corrections; null: not chosen yet */
  reason = null;
  /** @type {Set<string>} utterances that were edited before their answers reached the server */
  reopened = new Set();
  /** @type {Set<string>} utterances whose draft was made in this page; it is newer than the journal's */
  #draftedHere = new Set();

  /**
   * @param {Work} work
   * @param {Question[]} questions
   * @param {{unsent?: Operation[], drafts?: Record<string, Draft>}} [pending] entries of the browser's journal
   * @param {boolean} [isCorrection] whether the dialogue is handed in, and its answers are being corrected
   */
  constructor(work, questions, { unsent = [], drafts = {} } = {}, isCorrection = false) {
    this.work = work;
    this.questions = questions;
    this.isCorrection = isCorrection;
    this.commits = new CommitHistory(isCorrection);
    this.policy = policyOf(work.codebook);
    this.#replay(unsent, drafts);
    this.openings = new OpenedUtterances({
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

  /** The answers of the current utterance: its draft, or else the committed ones. */
  get answers() {
    const draft = this.drafts.get(this.utterance.id);
    if (!draft) return this.committed.get(this.utterance.id) ?? {};
    if (!(SHORTCUT_KEY in draft)) return draft;
    const { [SHORTCUT_KEY]: _, ...answers } = draft;
    return answers;
  }

  /** The shortcut that answered the current utterance; empty for none. */
  get shortcut() {
    return /** @type {Shortcut | ""} */ (this.drafts.get(this.utterance.id)?.[SHORTCUT_KEY] ?? "");
  }

  /** The committed answers of the previous utterance, or null. */
  get previous() {
    return this.committed.get(this.work.utterances[this.index - 1]?.id) ?? null;
  }

  /** The index of the last utterance that may be shown. */
  get reach() {
    return this.openings.reach(this.#nextOpen(0));
  }

  /** The first open question of the current utterance, or null. */
  get focus() {
    return openQuestions(this.questions, this.answers)[0] ?? null;
  }

  get labelled() {
    return this.work.utterances.filter(({ id }) => this.committed.has(id)).length;
  }

  get isComplete() {
    return this.labelled === this.work.utterances.length;
  }

  /** Whether undo takes back a key press only; without a request to the server. */
  get hasPresses() {
    return this.#presses.canUndo;
  }

  get canUndo() {
    return this.#presses.canUndo || this.commits.last !== undefined;
  }

  get canRedo() {
    return this.#presses.canRedo || this.commits.undone !== undefined;
  }

  /** Whether the answers of the current utterance differ from the committed ones. */
  get isChanged() {
    return !sameAnswers(this.answers, this.committed.get(this.utterance.id));
  }

  /**
   * Take over the server's present state, and stay at the current utterance. Drafts made in this page stay.
   *
   * @param {Work} work the same assignment
   * @param {{unsent?: Operation[], drafts?: Record<string, Draft>, judged?: Map<string, FormerFields>}} [pending]
   *   entries of the browser's journal; `judged`: the former fields of utterances whose answers the server rejected
   *   because of an edit
   * @returns {string[]} ids of the utterances that were edited
   */
  renew(work, { unsent = [], drafts = {}, judged = new Map() } = {}) {
    const { id } = this.utterance;
    const before = new Map(this.work.utterances.map((utterance) => [utterance.id, utterance]));
    const shown = new Map(this.work.utterances.map((utterance) => [utterance.id, visibleFields(this.work, utterance)]));
    const draftsOfPage = [...this.#draftedHere].flatMap((utterance) => {
      const draft = this.drafts.get(utterance);
      return draft ? [[utterance, draft]] : [];
    });
    const utterances = work.utterances.map((utterance) => ({
      ...utterance,
      seen: difference(work, utterance, {
        ...shown.get(utterance.id),
        ...before.get(utterance.id)?.seen,
        ...judged.get(utterance.id),
      }),
    }));
    this.work = { ...work, utterances, today: this.work.today }; // the day's total continues from its first value
    this.committed.clear();
    this.drafts.clear();
    this.commits.clear();
    this.#replay(unsent, { ...drafts, ...Object.fromEntries(draftsOfPage) });
    this.index = Math.max(
      0,
      work.utterances.findIndex((utterance) => utterance.id === id),
    );
    for (const utterance of judged.keys()) if (!this.committed.has(utterance)) this.reopened.add(utterance);
    return work.utterances.flatMap((now) => (before.get(now.id)?.version === now.version ? [] : [now.id]));
  }

  /** Go to the first utterance without answers, if there is one. */
  goToOpen() {
    const open = this.#nextOpen(0);
    if (open >= 0) this.go(open);
  }

  /**
   * Answer a question of the current utterance.
   *
   * @param {Question} question
   * @param {string | number} value
   * @returns {boolean} whether the draft changed
   */
  choose(question, value) {
    const next = answer(this.questions, this.answers, question, value);
    if (next === this.answers) return false;
    this.#press(next, this.shortcut);
    return true;
  }

  /**
   * Answer every question, if the policy allows this shortcut.
   *
   * @param {Shortcut} kind
   * @returns {boolean} whether the draft changed
   */
  useShortcut(kind) {
    if (!this.policy.shortcuts.includes(kind)) return false;
    const answers = kind === "all_default" ? defaultAnswers(this.questions) : this.previous;
    if (!answers) return false;
    this.#press(withInapplicableLinks(this.questions, answers), kind);
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
    const press = this.#now();
    const moved = this.cuts.move(this.utterance, edge, steps);
    if (moved) this.#presses.add(press);
    return moved;
  }

  /**
   * Commit the current utterance and go to the next one without answers.
   *
   * A correction needs a reason in `reason`.
   *
   * @param {Effort} effort
   * @returns {Operation | null} null if nothing changed, or if questions are open
   */
  commit(effort) {
    if (this.focus) return null;
    const { id, version } = this.utterance;
    const { answers, shortcut, isChanged: changed } = this;
    /** @type {Operation} */
    const operation = { id: newId(), kind: "commit", utterance: id, version, answers, ...this.#circumstances(effort) };
    if (this.isCorrection) Object.assign(operation, { kind: "correct", ...this.reason });
    if (shortcut) operation.shortcut = shortcut;
    if (changed) this.#record(operation.id, id, answers, shortcut, this.isCorrection);
    this.drafts.delete(id);
    this.#draftedHere.delete(id);
    const next = this.#nextOpen(this.index + 1);
    this.go(next < 0 ? Math.min(this.index + 1, this.work.utterances.length - 1) : next);
    return changed ? operation : null;
  }

  /**
   * Take back the last key press of this utterance, or else the last commit, whose answers become a draft.
   *
   * @param {Effort} effort
   * @returns {Operation | null} null if only a key press, or nothing, was taken back
   */
  undo(effort) {
    const press = this.#presses.undo(this.#now());
    if (press) {
      this.#restore(press);
      return null;
    }
    const { last } = this.commits;
    if (!last) return null;
    const answers = this.committed.get(last.utterance);
    this.#takeBack(last.utterance);
    this.go(this.work.utterances.findIndex(({ id }) => id === last.utterance));
    if (answers) this.#draft(last.utterance, draftOf(answers, last.shortcut));
    return {
      id: newId(),
      kind: "undo",
      utterance: last.utterance,
      undoes: last.operation,
      ...this.#circumstances(effort),
    };
  }

  /**
   * Redo the key press on this utterance that was undone last.
   *
   * @returns {boolean} whether there was one
   */
  redoPress() {
    const press = this.#presses.redo(this.#now());
    if (press) this.#restore(press);
    return press !== undefined;
  }

  /**
   * Go to the utterance whose commit was undone last, with the undone answers as its draft. A commit of them ends the
   * redo, as an ordinary operation.
   *
   * @returns {boolean} whether there was one
   */
  goToUndone() {
    const { undone } = this.commits;
    if (!undone) return false;
    this.go(this.work.utterances.findIndex(({ id }) => id === undone.utterance));
    this.#draft(undone.utterance, draftOf(withInapplicableLinks(this.questions, undone.answers), undone.shortcut));
    return true;
  }

  /** @param {number} index */
  go(index) {
    this.#presses.clear();
    this.index = Math.max(0, Math.min(index, this.reach));
    this.openings.add(this.index);
  }

  /**
   * @param {Answers} answers
   * @param {Shortcut | ""} shortcut
   */
  #press(answers, shortcut) {
    this.#presses.add(this.#now());
    this.#draft(this.utterance.id, draftOf(answers, shortcut));
  }

  /**
   * @param {string} utterance
   * @param {Draft} draft
   */
  #draft(utterance, draft) {
    this.drafts.set(utterance, draft);
    this.#draftedHere.add(utterance);
  }

  /**
   * Apply the history, then the unsent operations, then the drafts.
   *
   * @param {Operation[]} unsent
   * @param {Record<string, Draft>} drafts
   */
  #replay(unsent, drafts) {
    const { history } = this.work;
    for (const { operation, utterance, answers, undo, shortcut, correction, moved, draft } of history) {
      if (moved) this.#move(utterance, answers, draft ?? null);
      else if (undo) this.#takeBack(utterance);
      else if (answers) this.#record(operation ?? "", utterance, answers, shortcut, correction);
      else this.#reopen(utterance);
    }
    const known = new Set(history.map((past) => past.operation));
    for (const operation of unsent) {
      if (known.has(operation.id)) continue;
      if (operation.kind === "undo") this.#takeBack(operation.utterance);
      else if (operation.answers) {
        const { id, kind, utterance, answers, shortcut } = operation;
        this.#record(id, utterance, answers, shortcut, kind === "correct");
      }
    }
    for (const [utterance, draft] of Object.entries(drafts))
      this.drafts.set(utterance, withInapplicableLinks(this.questions, offeredAnswers(this.questions, draft)));
  }

  /**
   * Take over the answers that a change of the codebook moved; undo does not go behind them.
   *
   * @param {string} utterance
   * @param {Answers | null} answers null: some questions are asked again
   * @param {Answers | null} draft the answers to the others
   */
  #move(utterance, answers, draft) {
    this.commits.forget(utterance);
    this.drafts.delete(utterance);
    if (answers) this.committed.set(utterance, answers);
    else this.committed.delete(utterance);
    if (draft) this.drafts.set(utterance, withInapplicableLinks(this.questions, draft));
  }

  #now() {
    return { draft: draftOf(this.answers, this.shortcut), cut: this.cuts.of(this.utterance) };
  }

  /** @param {import("./key_presses.js").Press} press */
  #restore({ draft, cut }) {
    this.#draft(this.utterance.id, draft);
    this.cuts.put(this.utterance, cut);
  }

  /** @param {Effort} effort */
  #circumstances(effort) {
    const { codebook_version: codebook } = this.work;
    return { ...effort, opened: this.openings.count, made_at: new Date().toISOString(), codebook };
  }

  /**
   * @param {string} operation
   * @param {string} utterance
   * @param {Answers} answers
   * @param {Shortcut | ""} [shortcut]
   * @param {boolean} [isCorrection]
   */
  #record(operation, utterance, answers, shortcut = "", isCorrection = false) {
    const before = this.committed.get(utterance);
    this.commits.add({ operation, utterance, answers, before, shortcut, isCorrection });
    this.committed.set(utterance, answers);
    this.reopened.delete(utterance);
    this.drafts.delete(utterance); // a reopened utterance has its answers again
  }

  /**
   * Reopen an utterance that the manager edited: its answers become a draft, and undo does not restore them.
   *
   * @param {string} utterance
   */
  #reopen(utterance) {
    const before = this.committed.get(utterance);
    if (before) this.drafts.set(utterance, withInapplicableLinks(this.questions, before));
    this.committed.delete(utterance);
    this.commits.forget(utterance);
  }

  /** @param {string} utterance */
  #takeBack(utterance) {
    const commit = this.commits.takeBack(utterance);
    if (!commit) return;
    const { before } = commit;
    if (before) this.committed.set(utterance, before);
    else this.committed.delete(utterance);
  }

  /**
   * @param {number} start
   * @returns {number} the first utterance without answers, from `start` on, then from the top; -1 for none
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
function draftOf(answers, shortcut) {
  return shortcut ? { ...answers, [SHORTCUT_KEY]: shortcut } : answers;
}
