// Feedback in training and test: the accepted answers after each utterance of training, and results between rounds.

import { CANNOT_JUDGE, NOT_APPLICABLE } from "../session/conditions.js";
import { byId, el, fill } from "./dom.js";
import { namesOf, signed } from "./format.js";

/** @typedef {import("../session/session.js").Session} Session */
/** @typedef {import("../types.js").Answers} Answers */
/** @typedef {import("../types.js").Question} Question */
/** @typedef {import("../types.js").Round} Round */
/** @typedef {{acceptable: Record<string, any[]>, reasons: Record<string, string>, verdicts: Record<string, boolean>}} AcceptedAnswers */
/** @typedef {{number: number, right: number, judged: number, pass_percent: number, passed: boolean}} Attempt */
/**
 * @typedef {object} Standing
 * @property {"training" | "test" | "failed" | "qualified"} stage
 * @property {{done: number, all: number}} training
 * @property {{done: number, all: number}} test
 * @property {number} pass_percent
 * @property {number} attempts_left
 * @property {Attempt[]} attempts
 */

const RETRY_MS = 2_000;
const NOT_SAVED = "annotator.not_committed"; // an attempt to send the answers failed: they are sent again by themselves

export class TrainingFeedback {
  #root = byId("feedback");
  #title = byId("feedback-title");
  #body = byId("feedback-body");
  #round = byId("round");
  /** Increases when something else is shown, so that a late response is ignored. */
  #turn = 0;
  #next = 0; // index of the utterance to go to afterwards

  /**
   * @param {Record<string, string>} texts
   * @param {ReturnType<typeof import("../sync/api.js").createApi>} api
   */
  constructor(texts, api) {
    this.texts = texts;
    this.api = api;
  }

  /**
   * Stay at the utterance that was just committed, and show its accepted answers when the server has saved it.
   *
   * @param {Session} session
   * @param {number} index of the utterance
   * @param {Promise<unknown>} sent
   */
  async show(session, index, sent) {
    this.#next = session.index;
    session.go(index);
    const { id } = session.utterance;
    const answers = session.committed.get(id) ?? {};
    this.#title.textContent = this.texts.lessonWaits;
    this.#root.dataset.state = "waiting";
    this.#body.replaceChildren();
    const turn = ++this.#turn;
    await sent;
    /** @type {AcceptedAnswers} */
    const accepted = await this.#fetch(() => this.api.trainingFeedback(session.work.id, id), turn);
    if (turn === this.#turn && accepted) this.#showAccepted(session.questions, answers, accepted);
  }

  /**
   * Go to the utterance that follows the committed one.
   *
   * @param {Session} session
   */
  leave(session) {
    this.#turn += 1;
    session.go(this.#next);
  }

  /**
   * Return whether a new stage begins, which is announced before the dialogue is opened.
   *
   * @param {Round | null | undefined} before round of the previous dialogue
   * @param {Session} session
   */
  isNewStage(before, session) {
    const { round } = session.work;
    if (!round) return Boolean(before);
    return (round.place === 1 && session.labelled === 0) || (before != null && before.use !== round.use);
  }

  /** Show the result of the last round and the next one; after the last failed test, show that no attempt is left. */
  async announce() {
    const turn = ++this.#turn;
    this.#write("", this.texts.lessonWaits);
    /** @type {Standing} */
    const standing = await this.#fetch(() => this.api.standing(), turn);
    if (turn !== this.#turn || !standing) return;
    const { stage, attempts, training, test } = standing;
    const last = attempts.at(-1);
    const values = {
      share: `${last?.judged ? Math.floor((100 * last.right) / last.judged) : 0} %`,
      mark: `${last?.pass_percent ?? standing.pass_percent} %`,
      asked: `${standing.pass_percent} %`,
      left: standing.attempts_left,
      n: stage === "training" ? training.all : test.all,
    };
    const isLetThrough = stage === "qualified" && !last?.passed;
    const key = isLetThrough ? "begin" : stage === "test" && last && !last.passed ? "again" : stage;
    this.#write(fill(this.texts[`${key}Title`], values), fill(this.texts[`${key}Text`], values));
  }

  /**
   * Return the position of a dialogue in its round, as text.
   *
   * @param {Round} round
   */
  position(round) {
    return fill(this.texts[`${round.use}Place`], { n: round.place, all: round.all });
  }

  /**
   * @param {string} title
   * @param {string} text
   */
  #write(title, text) {
    this.#round.replaceChildren(el("h2", {}, title), el("p", { class: "muted" }, text));
  }

  /**
   * @param {() => Promise<any>} request
   * @param {number} turn
   * @returns {Promise<any>} null if something else is shown by now, or if the server refuses
   */
  async #fetch(request, turn) {
    while (turn === this.#turn) {
      try {
        return await request();
      } catch (error) {
        const { trouble, code, message } = /** @type {import("../sync/api.js").Failure} */ (error);
        if (trouble === "refused" && turn === this.#turn) this.#title.textContent = message;
        if ((trouble === "refused" && code !== NOT_SAVED) || !trouble) return null;
        await new Promise((resolve) => setTimeout(resolve, RETRY_MS));
      }
    }
    return null;
  }

  /**
   * @param {Question[]} questions
   * @param {Answers} answers
   * @param {AcceptedAnswers} accepted
   */
  #showAccepted(questions, answers, { acceptable, reasons, verdicts }) {
    const right = Object.values(verdicts).every(Boolean);
    this.#root.dataset.state = right ? "right" : "wrong";
    this.#title.textContent = right ? this.texts.lessonRight : this.texts.lessonWrong;
    const rows = questions.flatMap((question) => {
      const values = acceptable[question.slug] ?? [];
      const verdict = verdicts[question.slug];
      // leaves out a link that was correctly not asked
      const isIdle = verdict === undefined && values.includes(/** @type {any} */ (answers[question.slug]));
      if (values.length === 0 || isIdle) return [];
      const state = verdict === undefined ? "open" : verdict ? "right" : "wrong";
      const row = el(
        "tr",
        { "data-verdict": state },
        el("th", { scope: "row" }, question.name),
        el("td", {}, this.#name(question, answers[question.slug])),
        el("td", {}, ...values.flatMap((value, i) => [i ? " / " : "", el("b", {}, this.#name(question, value))])),
        el("td", {}, el("span", { class: "verdict" }, this.texts[`verdict-${state}`])),
      );
      const reason = reasons[question.slug];
      return reason ? [row, el("tr", { class: "feedback-why" }, el("td", { colspan: 4 }, reason))] : [row];
    });
    const heads = ["", this.texts.lessonYours, this.texts.lessonAccepted, ""].map((text) =>
      el(text ? "th" : "td", text ? { scope: "col" } : {}, text),
    );
    const table = el("table", { class: "table" }, el("thead", {}, el("tr", {}, ...heads)), el("tbody", {}, ...rows));
    const whole = reasons[""] ? [el("p", { class: "feedback-reason" }, reasons[""])] : [];
    this.#body.replaceChildren(...whole, table);
  }

  /**
   * @param {Question} question
   * @param {any} value
   */
  #name(question, value) {
    if (value === undefined || value === null) return "–";
    if (value === NOT_APPLICABLE) return this.texts.notApplicable;
    if (value === CANNOT_JUDGE) return this.texts.lessonUnsure;
    if (question.kind !== "link") return namesOf(question, value);
    const name = namesOf(question, value);
    return name && name !== String(value) ? `${signed(Number(value))} ${name}` : signed(Number(value));
  }
}
