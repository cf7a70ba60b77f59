// The line above the questions: the full help of the question in focus, or of what was touched, pointed at or focused.

import { byId, el } from "./dom.js";

/** @typedef {import("../types.js").Question} Question */

export class HintLine {
  #line = byId("hint");
  /** @type {Question[]} */
  #questions = [];
  /** @type {Question | null} */
  #focus = null;
  /** @type {{name: string, help: string} | null} */
  #shown = null;

  /** @param {HTMLElement} root the questions */
  constructor(root) {
    root.addEventListener("focusin", (event) => this.#point(event.target));
    root.addEventListener("pointerdown", (event) => this.#point(event.target));
    root.addEventListener("pointermove", ({ target, movementX, movementY }) => {
      // a page that changes under a pointer at rest moves nothing
      if (movementX || movementY) this.#point(target);
    });
    root.addEventListener("pointerleave", () => this.#show(this.#focus));
  }

  /** @param {Question[]} questions */
  open(questions) {
    this.#questions = questions;
  }

  /** @param {import("../session/session.js").Session} session */
  update({ focus }) {
    if (focus === this.#focus) return;
    this.#focus = focus;
    this.#show(focus);
  }

  /** @param {EventTarget | null} target */
  #point(target) {
    const element = /** @type {HTMLElement} */ (target);
    const row = /** @type {HTMLElement | null} */ (element.closest("[data-question]"));
    const question = this.#questions.find(({ slug }) => slug === row?.dataset.question);
    if (!question) return;
    const value = /** @type {HTMLElement | null} */ (element.closest("[data-value]"))?.dataset.value;
    const option = question.options.find((each) => String(each.value) === value);
    this.#show(option ?? question);
  }

  /** @param {{name: string, help: string} | null} what */
  #show(what) {
    if (what === this.#shown) return;
    this.#shown = what;
    this.#line.replaceChildren(...(what ? [el("b", {}, what.name), what.help ? ` ${what.help}` : ""] : []));
  }
}
