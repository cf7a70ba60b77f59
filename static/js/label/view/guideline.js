// The guideline in a panel, scrolled to the section of the question in focus.

import { byId } from "./dom.js";

/** @typedef {import("../types.js").Question} Question */

export class GuidelinePanel {
  #panel = byId("guideline");
  /** @type {Element | null} */
  #focusBefore = null;

  constructor() {
    byId("guideline-close").addEventListener("click", () => this.close());
  }

  /** @param {Question | null} question whose section is scrolled to */
  toggle(question) {
    if (!this.#panel.hidden) return this.close();
    this.#focusBefore = document.activeElement;
    this.#panel.hidden = false;
    byId("guideline-text").focus(); // the arrow keys scroll it
    const section = question?.anchor ? document.getElementById(question.anchor) : null;
    section?.scrollIntoView({ block: "start" });
    return undefined;
  }

  close() {
    if (this.#panel.hidden) return;
    this.#panel.hidden = true;
    if (this.#focusBefore instanceof HTMLElement) this.#focusBefore.focus();
  }
}
