// The line above the questions: the full help of the question in focus, or of what is touched, pointed at or focused.

import { byId, el } from "./dom.js";

/** @typedef {import("../types.js").Question} Question */
/** @typedef {{name: string, help: string}} Hint */

export class HintLine {
  #line = byId("hint");
  /** @type {Question[]} */
  #questions = [];
  /** @type {Question | null} */
  #focus = null;
  /** @type {Hint | null} */
  #shown = null;

  /** @param {HTMLElement} root the page's parts with questions, answers and buttons */
  constructor(root) {
    root.addEventListener("focusin", ({ target }) => this.#explain(target, true));
    root.addEventListener("pointerdown", ({ target, pointerType }) => this.#explain(target, pointerType === "touch"));
    root.addEventListener("pointermove", ({ target, movementX, movementY, pointerType }) => {
      // a page that changes under a pointer at rest moves nothing
      if (pointerType !== "touch" && (movementX || movementY)) this.#explain(target);
    });
    root.addEventListener("pointerleave", ({ pointerType }) => {
      if (pointerType !== "touch") this.#show(this.#focus); // a finger leaves with every tap
    });
  }

  /** @param {Question[]} questions */
  open(questions) {
    this.#questions = questions;
  }

  /** @param {{focus: Question | null}} session */
  update({ focus }) {
    if (focus === this.#focus) return;
    this.#focus = focus;
    this.#show(focus);
  }

  /**
   * @param {EventTarget | null} target
   * @param {boolean} [withTitles] whether titles are shown too, which neither a finger nor a key can hover
   */
  #explain(target, withTitles = false) {
    const element = /** @type {HTMLElement} */ (target);
    this.#show(this.#hintOf(element) ?? (withTitles ? titleOf(element) : null) ?? this.#focus);
  }

  /**
   * @param {HTMLElement} element
   * @returns {Hint | null} about the answer or the question that an element belongs to
   */
  #hintOf(element) {
    const row = /** @type {HTMLElement | null} */ (element.closest("[data-question]"));
    const question = this.#questions.find(({ slug }) => slug === row?.dataset.question);
    const value = /** @type {HTMLElement | null} */ (element.closest("[data-value]"))?.dataset.value;
    return question?.options.find((each) => String(each.value) === value) ?? question ?? null;
  }

  /** @param {Hint | null} what */
  #show(what) {
    if (what === this.#shown) return;
    this.#shown = what;
    this.#line.replaceChildren(...(what ? [el("b", {}, what.name), what.help ? ` ${what.help}` : ""] : []));
  }
}

/**
 * @param {HTMLElement} element
 * @returns {Hint | null}
 */
function titleOf(element) {
  const title = element.closest("[title]")?.getAttribute("title");
  return title ? { name: title, help: "" } : null;
}
