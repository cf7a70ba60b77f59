// The questions of an utterance: one row each, one button with its key for each answer.

import { questionState } from "../session/answers.js";
import { CANNOT_JUDGE } from "../session/conditions.js";
import { el, fill, setAttributes } from "./dom.js";
import { fullNameOf, isNumeric, isYesNo, linkClass, namesOf, signed } from "./format.js";

/** @typedef {import("../types.js").Profile} Profile */
/** @typedef {import("../types.js").Option} Option */
/** @typedef {import("../types.js").Question} Question */
/**
 * @typedef {object} Row
 * @property {Question} question
 * @property {HTMLElement} row
 * @property {HTMLElement} note
 * @property {HTMLButtonElement[]} buttons
 * @property {HTMLButtonElement | null} cannotJudge
 */

export class QuestionRows {
  /** @type {Row[]} */
  #rows = [];

  /**
   * @param {HTMLElement} root
   * @param {Record<string, string>} texts
   * @param {(question: Question, value: string | number) => void} onChoose
   */
  constructor(root, texts, onChoose) {
    this.root = root;
    this.texts = texts;
    this.onChoose = onChoose;
  }

  /** @param {Question[]} questions */
  open(questions) {
    this.#rows = questions.map((question) => this.#makeRow(question));
    this.root.replaceChildren(...this.#rows.map(({ row }) => row));
    this.#rows.forEach(({ row, question }, index) => {
      const below = this.#rows[index + 1]?.question.slug ?? "";
      // leaves room for the arc between two rows that a link joins
      const isJoined = questions.some(
        ({ link }) => link && [link.from, link.to].sort().join() === [question.slug, below].sort().join(),
      );
      row.classList.toggle("q-joined", isJoined);
    });
  }

  /** @param {Profile} session */
  update(session) {
    const { answers, focus } = session;
    for (const { question, row, note, buttons, cannotJudge } of this.#rows) {
      const value = answers[question.slug];
      const state = questionState(question, answers);
      const chosen = Array.isArray(value) ? value : [value];
      setAttributes(row, { "data-state": state, "data-focus": focus === question });
      const text = this.#note(session, question, state);
      if (note.title !== text) note.textContent = note.title = text;
      buttons.forEach((button, i) => {
        const isChosen = chosen.includes(/** @type {any} */ (question.options[i].value));
        setAttributes(button, { "aria-checked": String(isChosen), disabled: state !== "asked" });
        const isFirstStop = value === undefined || value === CANNOT_JUDGE || Array.isArray(value);
        button.tabIndex = isChosen || (i === 0 && isFirstStop) ? 0 : -1;
      });
      if (cannotJudge) setAttributes(cannotJudge, { "aria-pressed": String(value === CANNOT_JUDGE) });
    }
  }

  /** Move the row of the question that has to be answered before the utterance can be committed. */
  nudge() {
    const row = /** @type {HTMLElement | null} */ (this.root.querySelector("[data-focus]"));
    row?.animate({ transform: ["none", "translateX(6px)", "translateX(-4px)", "none"] }, 220);
  }

  /**
   * @param {Profile} session
   * @param {Question} question
   * @param {ReturnType<typeof questionState>} state
   */
  #note({ questions, answers }, question, state) {
    if (!question.link) return question.help;
    if (state === "not_applicable") return this.texts.notApplicable;
    const end = (/** @type {string} */ slug) => {
      const task = questions.find((each) => each.slug === slug);
      if (!task) return slug;
      if (isYesNo(task) || isNumeric(task)) return fullNameOf(task, answers[slug]);
      return namesOf(task, answers[slug]) || task.name;
    };
    return `${end(question.link.from)} → ${end(question.link.to)}`;
  }

  /**
   * @param {Question} question
   * @returns {Row}
   */
  #makeRow(question) {
    const id = `q-${question.slug}`;
    const note = el("span", { class: "q-note", id: `${id}-note` });
    const buttons = question.options.map((option) => this.#makeOption(question, option));
    const role = question.many ? "group" : "radiogroup";
    const [low, high] = [makeEnd(question, "low"), makeEnd(question, "high")];
    const described = [note, low, high].flatMap((each) => (each ? [each.id] : [])).join(" ");
    const group = el(
      "div",
      { class: "q-options", role, "aria-labelledby": id, "aria-describedby": described },
      low ?? "",
      ...buttons,
      high ?? "",
    );
    group.addEventListener("keydown", (event) => moveFocus(event, buttons));
    const cannotJudge = question.allowsCannotJudge ? this.#makeCannotJudge(question) : null;
    const head = el("div", { class: "q-head" }, el("span", { class: "q-name", id }, question.name), note);
    const row = el(
      "div",
      { class: `q-row q-${question.kind}`, "data-question": question.slug },
      head,
      group,
      cannotJudge ?? "",
    );
    return { question, row, note, buttons, cannotJudge };
  }

  /**
   * @param {Question} question
   * @param {Option} option
   */
  #makeOption(question, option) {
    const isBareValue = question.kind === "link" && option.name === String(option.value);
    const key = option.key.toUpperCase();
    const button = el(
      "button",
      {
        type: "button",
        class: question.kind === "link" ? `q-option ${linkClass(Number(option.value))}` : "q-option",
        role: question.many ? "checkbox" : "radio",
        title: option.help || null,
        "data-value": option.value,
        "aria-keyshortcuts": key || null,
      },
      key ? el("kbd", { "aria-hidden": "true" }, key) : "",
      el("span", { class: "q-label" }, isBareValue ? signed(Number(option.value)) : option.name),
    );
    button.addEventListener("click", () => this.onChoose(question, option.value));
    return button;
  }

  /** @param {Question} question */
  #makeCannotJudge(question) {
    const label = fill(this.texts.cannotJudge, { what: question.name });
    const button = el(
      "button",
      { type: "button", class: "q-cannot-judge", title: `${label} (0)`, "aria-label": label },
      "?",
    );
    button.addEventListener("click", () => this.onChoose(question, CANNOT_JUDGE));
    return button;
  }
}

/**
 * Return the name of an end of the scale, which stands beside the button of that end.
 *
 * @param {Question} question
 * @param {"low" | "high"} end
 * @returns {HTMLElement | null}
 */
function makeEnd(question, end) {
  const name = question[end];
  if (!name) return null;
  const option = question.options[end === "low" ? 0 : question.options.length - 1];
  return el(
    "span",
    { class: `q-end q-${end}`, id: `q-${question.slug}-${end}`, title: `${option.name}: ${name}` },
    name,
  );
}

/**
 * Move the focus within a group by arrow keys, as in any group of radio buttons.
 *
 * @param {KeyboardEvent} event
 * @param {HTMLButtonElement[]} buttons
 */
function moveFocus(event, buttons) {
  const step = { ArrowLeft: -1, ArrowRight: 1 }[event.code];
  if (!step) return;
  const index = buttons.indexOf(/** @type {HTMLButtonElement} */ (document.activeElement));
  buttons[(index + step + buttons.length) % buttons.length].focus();
  event.preventDefault();
}
