// Training and test: the accepted answers after each utterance of training, and what is said between the rounds.

import { CANNOT_JUDGE, NOT_APPLICABLE } from "../session/conditions.js";
import { namesOf, signed } from "./dialogue.js";
import { byId, el, fill } from "./dom.js";

/** @typedef {import("../session/session.js").Session} Session */
/** @typedef {import("../types.js").Answers} Answers */
/** @typedef {import("../types.js").Question} Question */
/** @typedef {import("../types.js").Round} Round */
/** @typedef {{acceptable: Record<string, any[]>, reasons: Record<string, string>, verdicts: Record<string, boolean>}} Taught */
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

const AGAIN_MS = 2_000;

export class Lesson {
  #root = byId("lesson");
  #title = byId("lesson-title");
  #body = byId("lesson-body");
  #round = byId("round");
  /** Counts up when something else is shown, so that an answer that comes late is not. */
  #turn = 0;
  #next = 0;

  /**
   * @param {Record<string, string>} texts
   * @param {ReturnType<typeof import("../sync/api.js").createApi>} api
   */
  constructor(texts, api) {
    this.texts = texts;
    this.api = api;
  }

  /**
   * Stay at the utterance that was just committed, and show its accepted answers as soon as the server has it.
   *
   * @param {Session} session
   * @param {number} place index of the utterance
   * @param {Promise<unknown>} sent
   */
  async teach(session, place, sent) {
    this.#next = session.index;
    session.go(place);
    const { id } = session.utterance;
    const answers = session.committed.get(id) ?? {};
    this.#title.textContent = this.texts.lessonWaits;
    this.#root.dataset.state = "waiting";
    this.#body.replaceChildren();
    const turn = ++this.#turn;
    await sent;
    /** @type {Taught} */
    const taught = await this.#fetch(() => this.api.lesson(session.work.id, id), turn);
    if (turn === this.#turn && taught) this.#show(session.questions, answers, taught);
  }

  /**
   * Go on to where the commit had led.
   *
   * @param {Session} session
   */
  leave(session) {
    this.#turn += 1;
    session.go(this.#next);
  }

  /**
   * Tell whether there is something to say before a dialogue is opened.
   *
   * @param {Round | null | undefined} before of the dialogue before it
   * @param {Session} session
   */
  isNews(before, session) {
    const { round } = session.work;
    if (!round) return Boolean(before);
    return (round.place === 1 && session.labelled === 0) || (before != null && before.use !== round.use);
  }

  /** Say what is over and what comes; where nothing comes any more, say so kindly. */
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

  /** @param {Round} round */
  where(round) {
    return fill(this.texts[`${round.use}Place`], { n: round.place, all: round.all });
  }

  /**
   * @param {string} title
   * @param {string} words
   */
  #write(title, words) {
    this.#round.replaceChildren(el("h2", {}, title), el("p", { class: "muted" }, words));
  }

  /**
   * @param {() => Promise<any>} ask
   * @param {number} turn
   * @returns {Promise<any>} null where it is not wanted any more, or refused
   */
  async #fetch(ask, turn) {
    while (turn === this.#turn) {
      try {
        return await ask();
      } catch (error) {
        const { trouble, message } = /** @type {import("../sync/api.js").Failure} */ (error);
        if (trouble === "refused") this.#title.textContent = message;
        if (trouble === "refused" || !trouble) return null;
        await new Promise((resolve) => setTimeout(resolve, AGAIN_MS));
      }
    }
    return null;
  }

  /**
   * @param {Question[]} questions
   * @param {Answers} answers
   * @param {Taught} taught
   */
  #show(questions, answers, { acceptable, reasons, verdicts }) {
    const right = Object.values(verdicts).every(Boolean);
    this.#root.dataset.state = right ? "right" : "wrong";
    this.#title.textContent = right ? this.texts.lessonRight : this.texts.lessonWrong;
    const rows = questions.flatMap((question) => {
      const values = acceptable[question.slug] ?? [];
      const verdict = verdicts[question.slug];
      // a link that was rightly not asked is no news
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
      return reason ? [row, el("tr", { class: "lesson-why" }, el("td", { colspan: 4 }, reason))] : [row];
    });
    const heads = ["", this.texts.lessonYours, this.texts.lessonAccepted, ""].map((words) =>
      el(words ? "th" : "td", words ? { scope: "col" } : {}, words),
    );
    const table = el("table", { class: "table" }, el("thead", {}, el("tr", {}, ...heads)), el("tbody", {}, ...rows));
    const whole = reasons[""] ? [el("p", { class: "lesson-reason" }, reasons[""])] : [];
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
