// The guideline in a panel beside the work, at the question in focus.

import { byId } from "./dom.js";

/** @typedef {import("../types.js").Question} Question */

export class Guideline {
  #panel = byId("guideline");
  /** @type {Element | null} */
  #before = null;

  constructor() {
    byId("guideline-close").addEventListener("click", () => this.close());
  }

  /** @param {Question | null} question whose part is shown first */
  toggle(question) {
    if (!this.#panel.hidden) return this.close();
    this.#before = document.activeElement;
    this.#panel.hidden = false;
    this.#panel.focus();
    const place = question?.anchor ? document.getElementById(question.anchor) : null;
    place?.scrollIntoView({ block: "start" });
    return undefined;
  }

  close() {
    if (this.#panel.hidden) return;
    this.#panel.hidden = true;
    if (this.#before instanceof HTMLElement) this.#before.focus();
  }
}
