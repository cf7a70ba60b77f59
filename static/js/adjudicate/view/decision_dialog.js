// The dialog for the reason of a decision: an own profile needs one, the other outcomes may have one.

import { byId } from "../../label/view/dom.js";
import { FormDialog } from "../../label/view/form_dialog.js";

/** @typedef {"own" | "undecidable" | "discussion"} Kind of decision */

const TYPED = "~typed"; // value of the reason that is typed; no slug can be it

export class DecisionDialog {
  #title = byId("decision-title");
  #why = byId("decision-why");
  /** @type {((how: {reason: string, comment: string}) => void) | null} */
  #then = null;

  /** @param {Record<string, string>} texts */
  constructor(texts) {
    this.texts = texts;
    this.dialog = new FormDialog("decision-dialog", () => this.#send());
    this.dialog.form.addEventListener("change", () => {
      const isTyped = this.dialog.value("reason") === TYPED;
      this.#comment.required = isTyped;
      if (isTyped) this.#comment.focus();
    });
  }

  /**
   * Ask for the reason, then do a step.
   *
   * @param {Kind} kind
   * @param {string} quote text of the utterance
   * @param {(how: {reason: string, comment: string}) => void} then
   */
  ask(kind, quote, then) {
    this.#then = then;
    this.#title.textContent = this.texts[`ask.${kind}`];
    this.#why.textContent = this.texts[`why.${kind}`];
    for (const field of this.dialog.form.elements)
      if (field instanceof HTMLInputElement && field.name === "reason") field.required = kind === "own";
    this.dialog.open(quote);
    if (kind !== "own") this.#comment.focus();
  }

  get #comment() {
    return /** @type {HTMLTextAreaElement} */ (this.dialog.form.elements.namedItem("comment"));
  }

  #send() {
    const reason = this.dialog.value("reason");
    this.#then?.({ reason: reason === TYPED ? "" : reason, comment: this.dialog.value("comment") });
    this.#then = null;
  }
}
