// The state of one open case: the columns, the draft of the decision, its key presses, and what is stored of it.

import {
  answer,
  isSame,
  openQuestions,
  questionState,
  sameAnswers,
  withInapplicableLinks,
} from "../../label/session/answers.js";
import { CutProposals } from "../../label/session/cut_proposals.js";
import { KeyPresses } from "../../label/session/key_presses.js";
import { newId } from "../../label/sync/new_id.js";
import {
  columnsOf,
  columnWith,
  differingQuestions,
  sharedAnswers,
  withColumnAnswer,
  withSharedLinks,
} from "./columns.js";

/** @typedef {import("../types.js").Answers} Answers */
/** @typedef {import("../types.js").Case} Case */
/** @typedef {import("../types.js").Column} Column */
/** @typedef {import("../types.js").Decision} Decision */
/** @typedef {import("../types.js").Effort} Effort */
/** @typedef {import("../types.js").Operation} Operation */
/** @typedef {import("../types.js").Question} Question */

export class CaseSession {
  /** @type {Column[]} */
  columns = [];
  /** @type {Question[]} */
  differing = [];
  /** @type {Map<string, Answers>} the dialogue mentions no answers */
  committed = new Map();
  cuts = new CutProposals();
  openings = { add() {} };
  isUnfolded = false;
  /** Milliseconds of the clip played for the last operation on this case. */
  played = 0;
  /** Whether the case was left without a decision. */
  isSkipped = false;
  /** @type {Answers} */
  #draft = {};
  /** @type {string | null} the column whose whole profile was taken last */
  #taken = null;
  /** @type {string | null} slug of the question that the arrow keys chose */
  #focus = null;
  #presses = new KeyPresses();
  /** @type {{operation: string, decision: Decision, before: Decision | null}[]} decisions that undo takes back */
  #decisions = [];
  #isHidden;
  /** Whether the decision that is made before the answers are shown is stored. */
  #hasBlindDecision = false;

  /**
   * @param {Case} given
   * @param {Question[]} questions
   * @param {{unsent?: Operation[], draft?: Answers | null}} [pending] entries of the browser's journal
   */
  constructor(given, questions, { unsent = [], draft = null } = {}) {
    this.given = given;
    this.questions = questions;
    this.work = given.dialogue;
    this.index = Math.max(
      0,
      given.dialogue.utterances.findIndex(({ id }) => id === given.utterance),
    );
    /** @type {Decision | null} */
    this.decision = given.decision;
    this.#isHidden = given.blind && given.columns.length === 0;
    this.#show(given.columns);
    const known = new Set(given.mine.map(({ id }) => id));
    this.#hasBlindDecision = given.blind && given.mine.some(({ kind }) => kind === "decide");
    for (const operation of unsent) if (!known.has(operation.id)) this.#replay(operation);
    if (draft) this.#draft = withInapplicableLinks(questions, draft);
  }

  get id() {
    return this.given.id;
  }

  get utterance() {
    return this.work.utterances[this.index];
  }

  get reach() {
    return this.work.utterances.length - 1;
  }

  get answers() {
    return this.#draft;
  }

  /** Whether the answers of the raters are hidden, until a decision is stored. */
  get isHidden() {
    return this.#isHidden;
  }

  /** Whether the decision cannot be changed: a second adjudicator has seen the answers since. */
  get isFinal() {
    return this.given.is_final === true;
  }

  /** Whether a decision was made before the answers are shown, so that they may be shown now. */
  get mayReveal() {
    return this.#isHidden && this.#hasBlindDecision;
  }

  /** The question that the next key answers: the chosen one, else the first open one. */
  get focus() {
    const chosen = this.questions.find(({ slug }) => slug === this.#focus);
    return chosen ?? this.firstOpen;
  }

  get firstOpen() {
    return openQuestions(this.questions, this.#draft)[0] ?? null;
  }

  /** The column that has exactly these answers, or null. */
  get takenFrom() {
    return columnWith(this.columns, this.#draft, this.#taken);
  }

  /** Whether the decision needs a reason: the answers were shown, and one of the decided answers is nobody's. */
  get needsReason() {
    if (this.#isHidden || this.columns.length === 0) return false;
    return this.questions.some(
      ({ slug }) => !this.columns.some((each) => isSame(each.answers[slug], this.#draft[slug])),
    );
  }

  /** Whether the draft differs from what is stored. */
  get isChanged() {
    return this.decision?.outcome !== "profile" || !sameAnswers(this.#draft, this.decision.answers);
  }

  get canUndo() {
    return !this.isFinal && (this.#presses.canUndo || this.#decisions.length > 0);
  }

  get canRedo() {
    return this.#presses.canRedo;
  }

  get hasPresses() {
    return this.#presses.canUndo;
  }

  /** Whether something is decided, in this page or before. */
  get isDecided() {
    return this.decision !== null;
  }

  /** The questions that the page shows while agreement is folded away. */
  get shown() {
    if (this.isUnfolded || this.columns.length === 0) return this.questions;
    const isShown = (/** @type {Question} */ question) =>
      this.differing.includes(question) || question === this.focus || !this.#isAgreed(question);
    // a link is asked only after its ends
    return this.questions.filter((each) => isShown(each) && !this.#isWaitingAgreed(each));
  }

  /** The questions that are folded away. */
  get folded() {
    const { shown } = this;
    return this.questions.filter((question) => !shown.includes(question));
  }

  /**
   * Take the whole profile of a column.
   *
   * @param {string} letter
   * @returns {boolean} whether there is such a column
   */
  take(letter) {
    const column = this.#column(letter);
    if (!column) return false;
    this.#press({ ...column.answers });
    this.#taken = letter;
    this.#focus = null;
    return true;
  }

  /**
   * Answer a question as a column does.
   *
   * @param {string} letter
   * @param {Question | null} [question] else the one in focus, or the first one that differs
   * @returns {boolean} whether the draft changed
   */
  settle(letter, question = this.focus ?? this.differing[0] ?? null) {
    const column = this.#column(letter);
    if (!column || !question) return false;
    return this.#change(withColumnAnswer(this.questions, this.#draft, question, column), question);
  }

  /**
   * Answer a question.
   *
   * @param {Question} question
   * @param {string | number} value
   * @returns {boolean} whether the draft changed
   */
  choose(question, value) {
    return this.#change(answer(this.questions, this.#draft, question, value), question);
  }

  /** @param {number} step to the question before (-1) or after (1) among the shown ones that are asked */
  moveFocus(step) {
    const stops = this.shown.filter((question) => questionState(question, this.#draft) === "asked");
    if (stops.length === 0) return;
    const index = this.focus ? stops.indexOf(this.focus) : step > 0 ? -1 : 0;
    this.#focus = stops[(index + step + stops.length) % stops.length].slug;
  }

  /** @param {import("../types.js").Revealed} revealed the answers, after a decision without them */
  reveal({ columns, is_final = false }) {
    this.#isHidden = false;
    this.given = { ...this.given, columns, is_final };
    const own = this.#draft;
    this.#show(columns);
    this.#draft = own;
    this.#presses.clear();
  }

  /**
   * Store the draft, or that the case cannot be decided or needs a discussion.
   *
   * @param {Effort} effort
   * @param {{outcome?: import("../types.js").Outcome, reason?: string, comment?: string, group?: string[]}} [how]
   * @returns {Operation | null} null if a question is open
   */
  decide(effort, { outcome = "profile", reason = "", comment = "", group = [] } = {}) {
    if (outcome === "profile" && this.firstOpen) return null;
    const answers = outcome === "profile" ? this.#draft : null;
    /** @type {Operation} */
    const operation = {
      id: newId(),
      kind: "decide",
      outcome,
      answers,
      taken_from: outcome === "profile" ? this.takenFrom : null,
      reason,
      comment,
      version: this.utterance.version,
      ...effort,
      made_at: new Date().toISOString(),
    };
    if (group.length) operation.group = group;
    this.#record(operation);
    return operation;
  }

  /**
   * Take back the last key press, or else the last decision of this page, whose answers become the draft again.
   *
   * @param {Effort} effort
   * @returns {Operation | null} null if only a key press, or nothing, was taken back
   */
  undo(effort) {
    const press = this.#presses.undo(this.#now());
    if (press) {
      this.#draft = /** @type {Answers} */ (press.draft);
      return null;
    }
    const last = this.#decisions.pop();
    if (!last) return null;
    this.decision = last.before;
    return { id: newId(), kind: "undo", undoes: last.operation, ...effort, made_at: new Date().toISOString() };
  }

  /** @returns {boolean} whether a key press that was undone was made again */
  redo() {
    const press = this.#presses.redo(this.#now());
    if (press) this.#draft = /** @type {Answers} */ (press.draft);
    return press !== undefined;
  }

  /** @param {Case} given the server's newer state of this case */
  renew(given) {
    const isEmpty = !this.#presses.canUndo;
    this.given = given;
    this.work = given.dialogue;
    this.decision = given.decision;
    if (given.columns.length) this.#isHidden = false;
    this.columns = columnsOf(this.questions, given.columns);
    this.differing = differingQuestions(this.questions, this.columns);
    if (isEmpty) this.#show(given.columns);
  }

  /** @param {string} letter */
  #column(letter) {
    return this.columns.find((each) => each.letter === letter);
  }

  /** @param {Question} question */
  #isAgreed({ slug }) {
    const value = this.#draft[slug];
    return value !== undefined && this.columns.every(({ answers }) => isSame(answers[slug], value));
  }

  /** @param {Question} question whether it is a link that no rater disputes and that is not asked so far */
  #isWaitingAgreed(question) {
    return questionState(question, this.#draft) === "waiting" && !this.differing.includes(question);
  }

  /**
   * @param {Answers} next
   * @param {Question} question that was answered
   */
  #change(next, question) {
    if (next === this.#draft) return false;
    this.#press(withSharedLinks(this.questions, this.columns, next));
    // several choices are toggled one by one, so their question stays in focus
    if (!question.many) this.#focus = null;
    else this.#focus = question.slug;
    return true;
  }

  /** @param {Answers} next */
  #press(next) {
    this.#presses.add(this.#now());
    this.#draft = next;
  }

  #now() {
    return { draft: this.#draft, cut: null };
  }

  /** @param {import("../types.js").RawColumn[]} columns */
  #show(columns) {
    this.columns = columnsOf(this.questions, columns);
    this.differing = differingQuestions(this.questions, this.columns);
    const stored = this.decision?.outcome === "profile" ? this.decision.answers : null;
    const shared = withSharedLinks(this.questions, this.columns, sharedAnswers(this.questions, this.columns));
    this.#draft = stored ? withInapplicableLinks(this.questions, stored) : shared;
  }

  /** @param {Operation} operation that the server has not acknowledged */
  #replay(operation) {
    if (operation.kind === "decide") this.#record(operation);
    else this.decision = this.#decisions.pop()?.before ?? null;
    if (operation.answers) this.#draft = withInapplicableLinks(this.questions, operation.answers);
  }

  /** @param {Operation} operation */
  #record({ id, outcome = "profile", answers = null, taken_from = null, reason = "", comment = "" }) {
    const decision = { outcome, answers, taken_from, reason, comment };
    this.#decisions.push({ operation: id, decision, before: this.decision });
    this.decision = decision;
    this.isSkipped = false;
    this.#presses.clear();
    if (this.#isHidden) this.#hasBlindDecision = true;
  }
}
