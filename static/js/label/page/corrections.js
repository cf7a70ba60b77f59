// Correcting a dialogue that is handed in: the reason of the corrections, and the way back to the list.

import { byId, fill } from "../view/dom.js";
import { FormDialog } from "../view/form_dialog.js";

/** @typedef {import("../session/session.js").Session} Session */

export class Corrections {
  #button = byId("reason-open");
  #line = byId("reason-text");
  /** @type {(() => void) | null} the step that waits for a reason */
  #then = null;
  /** @type {Session | null} */
  #session = null;

  /**
   * @param {Record<string, string>} texts
   * @param {object} options
   * @param {string} options.list address of the list of finished dialogues
   * @param {(address: string) => void} [options.go]
   */
  constructor(texts, { list, go = (address) => window.location.assign(address) }) {
    this.texts = texts;
    this.list = list;
    this.go = go;
    this.dialog = new FormDialog("reason-dialog", () => this.#choose());
    this.dialog.form.addEventListener("change", () => {
      const comment = /** @type {HTMLTextAreaElement} */ (this.dialog.form.elements.namedItem("comment"));
      comment.required = this.dialog.value("reason") === "other";
    });
    this.#button.addEventListener("click", () => {
      this.#then = null;
      this.#ask();
    });
  }

  /** @param {Session} session whose reason was not chosen yet */
  open(session) {
    session.reason ??= this.#session?.work.id === session.work.id ? this.#session.reason : null;
    this.#session = session;
    this.#show();
  }

  /**
   * Do a step that needs a reason, after one is chosen. It is asked for once per dialogue.
   *
   * @param {() => void} step
   */
  withReason(step) {
    if (this.#session?.reason) return step();
    this.#then = step;
    return this.#ask();
  }

  /** Go back to the list of finished dialogues. */
  leave() {
    this.go(this.list);
  }

  #ask() {
    const { reason = "", comment = "" } = this.#session?.reason ?? {};
    this.dialog.open(this.#session?.utterance.text ?? "", { reason, comment });
  }

  #choose() {
    if (!this.#session) return;
    this.#session.reason = { reason: this.dialog.value("reason"), comment: this.dialog.value("comment") };
    this.#show();
    const then = this.#then;
    this.#then = null;
    then?.();
  }

  #show() {
    const { reason } = this.#session?.reason ?? {};
    this.#button.hidden = !reason;
    if (reason) this.#line.textContent = fill(this.texts.correctionReason, { reason: this.texts[`why.${reason}`] });
  }
}
