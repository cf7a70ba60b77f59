// The answers of the raters in columns A, B, C beside each question, and the line of what is folded away.

import { isSame, questionState } from "../../label/session/answers.js";
import { CANNOT_JUDGE, NOT_APPLICABLE } from "../../label/session/conditions.js";
import { byId, el, fill, setAttributes } from "../../label/view/dom.js";
import { isYesNo, namesOf, shortNameOf, signed } from "../../label/view/format.js";
import { groupsOf } from "../session/columns.js";

/** @typedef {import("../session/case_session.js").CaseSession} CaseSession */
/** @typedef {import("../session/column_keys.js").ColumnKey} ColumnKey */
/** @typedef {import("../types.js").Question} Question */

export class ColumnCells {
  #root = byId("questions");
  #head = byId("columns");
  #fold = /** @type {HTMLButtonElement} */ (byId("fold"));
  #foldText = byId("fold-text");
  /** @type {{letter: string, button: HTMLButtonElement}[]} */
  #takes = [];
  /** @type {{question: Question, row: HTMLElement, cells: {letter: string, button: HTMLButtonElement}[]}[]} */
  #rows = [];

  /**
   * @param {Record<string, string>} texts
   * @param {object} on
   * @param {(letter: string) => void} on.take the whole profile
   * @param {(letter: string, question: Question) => void} on.settle one question
   * @param {() => void} on.unfold
   */
  constructor(texts, on) {
    this.texts = texts;
    this.on = on;
    this.#fold.addEventListener("click", () => on.unfold());
  }

  /**
   * Draw the columns of a case into the rows of its questions.
   *
   * @param {CaseSession} session
   * @param {ColumnKey[]} keys
   */
  open(session, keys) {
    const { columns, questions } = session;
    this.#root.style.setProperty("--columns", String(columns.length));
    this.#root.dataset.columns = this.#head.dataset.columns = columns.length ? "shown" : "hidden";
    this.#head.style.setProperty("--columns", String(columns.length));
    this.#takes = columns.map(({ letter }) => ({ letter, button: this.#makeTake(letter, keys) }));
    byId("columns-takes").replaceChildren(...this.#takes.map(({ button }) => button));
    this.#rows = questions.map((question) => this.#makeRow(session, question, keys));
  }

  /** @param {CaseSession} session */
  update(session) {
    const { answers, takenFrom } = session;
    for (const { letter, button } of this.#takes)
      setAttributes(button, { "aria-pressed": String(letter === takenFrom) });
    const shown = new Set(session.shown);
    for (const { question, row, cells } of this.#rows) {
      row.hidden = !shown.has(question);
      const isAsked = questionState(question, answers) === "asked";
      session.columns.forEach((column, index) => {
        const value = column.answers[question.slug];
        const isDecided = answers[question.slug] !== undefined && isSame(value, answers[question.slug]);
        const { button } = cells[index];
        setAttributes(button, { "aria-pressed": String(isDecided), disabled: !isAsked || value === NOT_APPLICABLE });
      });
    }
    this.#updateFold(session);
  }

  /** @param {CaseSession} session */
  #updateFold({ folded, isUnfolded, answers, columns }) {
    const list = folded.map((question) => this.#short(question, answers[question.slug])).filter(Boolean);
    this.#fold.hidden = columns.length === 0 || (!isUnfolded && folded.length === 0);
    setAttributes(this.#fold, { "aria-expanded": String(isUnfolded) });
    const agreed = fill(list.length ? this.texts.agreed : this.texts.unfold, {
      n: list.length,
      answers: list.join(" · "),
    });
    const text = isUnfolded ? this.texts.fold : agreed;
    if (this.#foldText.textContent !== text) this.#foldText.textContent = text;
  }

  /**
   * @param {string} letter
   * @param {ColumnKey[]} keys
   */
  #makeTake(letter, keys) {
    const key = keys.find((each) => each.letter === letter)?.key ?? "";
    const label = fill(this.texts.takeAll, { letter });
    const button = el(
      "button",
      { type: "button", class: "column-take", title: key ? `${label} (${key})` : label, "aria-label": label },
      el("b", {}, letter),
      key ? el("kbd", { "aria-hidden": "true" }, key) : "",
    );
    setAttributes(button, { "aria-keyshortcuts": key || null });
    button.addEventListener("click", () => this.on.take(letter));
    return button;
  }

  /**
   * @param {CaseSession} session
   * @param {Question} question
   * @param {ColumnKey[]} keys
   */
  #makeRow({ columns, differing }, question, keys) {
    const row = /** @type {HTMLElement} */ (this.#root.querySelector(`[data-question="${question.slug}"]`));
    row.querySelector(".column-cells")?.remove();
    row.classList.toggle("q-differs", differing.includes(question));
    const groups = groupsOf(columns, question.slug);
    const cells = columns.map(({ letter, answers }, index) => {
      const value = answers[question.slug];
      const text = this.#text(question, value);
      const key = keys.find((each) => each.letter === letter)?.key;
      const label = fill(this.texts.settle, { letter, question: question.name, answer: text });
      const button = el(
        "button",
        {
          type: "button",
          class: `column-cell column-group-${groups[index]}`,
          title: key ? `${label} (⇧ ${key})` : label,
          "aria-label": label,
        },
        el("span", { class: "column-letter", "aria-hidden": "true" }, letter),
        el("span", { class: "column-answer" }, text),
      );
      button.addEventListener("click", () => this.on.settle(letter, question));
      return { letter, button };
    });
    if (columns.length)
      row.querySelector(".q-head")?.after(el("div", { class: "column-cells" }, ...cells.map(({ button }) => button)));
    return { question, row, cells };
  }

  /**
   * @param {Question} question
   * @param {import("../types.js").Answers[string]} value
   */
  #text(question, value) {
    if (value === undefined) return "–";
    if (value === CANNOT_JUDGE) return "?";
    if (value === NOT_APPLICABLE) return this.texts.none;
    return namesOf(question, value) || (question.kind === "link" ? signed(Number(value)) : String(value));
  }

  /**
   * @param {Question} question
   * @param {import("../types.js").Answers[string]} value
   */
  #short(question, value) {
    if (value === NOT_APPLICABLE || value === undefined) return "";
    if (question.kind === "link" || isYesNo(question) || value === CANNOT_JUDGE)
      return `${question.name} ${this.#text(question, value)}`;
    return shortNameOf(question, value);
  }
}
