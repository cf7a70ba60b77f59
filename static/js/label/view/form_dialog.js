// A form in a dialog: digits choose a reason, Enter sends, Escape closes.

import { byId } from "./dom.js";

export class FormDialog {
  /**
   * @param {string} id of the dialog
   * @param {(form: HTMLFormElement) => void} onSend called with the filled form
   */
  constructor(id, onSend) {
    this.dialog = /** @type {HTMLDialogElement} */ (byId(id));
    this.form = /** @type {HTMLFormElement} */ (this.dialog.querySelector("form"));
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      this.close();
      onSend(this.form);
    });
    this.dialog.querySelector("[data-cancel]")?.addEventListener("click", () => this.close());
    this.dialog.addEventListener("keydown", (event) => this.#onKey(event));
  }

  /**
   * Open the dialog with an empty form.
   *
   * @param {string} quote text of the utterance, or the name of the subject of the dialog
   * @param {Record<string, string>} [values] initial values of fields
   */
  open(quote, values = {}) {
    this.form.reset();
    for (const [name, value] of Object.entries(values)) this.set(name, value);
    const element = this.dialog.querySelector("[data-quote]");
    if (element) element.textContent = quote;
    this.dialog.showModal();
    this.form.dispatchEvent(new Event("change"));
  }

  /**
   * Show only some of the reasons; the digits count the visible ones.
   *
   * @param {(reason: string) => boolean} isOffered
   */
  offer(isOffered) {
    let number = 0;
    for (const reason of this.#reasons()) {
      reason.disabled = !isOffered(reason.value);
      const label = /** @type {HTMLElement} */ (reason.closest("label"));
      label.hidden = reason.disabled;
      const digit = label.querySelector("kbd");
      if (digit && !reason.disabled) digit.textContent = String(++number);
    }
  }

  /** @returns {HTMLInputElement[]} */
  #reasons() {
    return [.../** @type {NodeListOf<HTMLInputElement>} */ (this.form.querySelectorAll("[name=reason]"))];
  }

  close() {
    this.dialog.close();
    // until the next frame, the browser would send keys to the field that had the focus
    const { activeElement } = document;
    if (activeElement instanceof HTMLElement && this.dialog.contains(activeElement)) activeElement.blur();
  }

  /**
   * @param {string} name of a field
   * @returns {string}
   */
  value(name) {
    return String(new FormData(this.form).get(name) ?? "").trim();
  }

  /**
   * @param {string} name
   * @param {string} value
   */
  set(name, value) {
    const field = this.form.elements.namedItem(name);
    if (field && "value" in field) field.value = value;
  }

  /** @param {KeyboardEvent} event */
  #onKey(event) {
    const isText = event.target instanceof HTMLTextAreaElement;
    if (isText && event.key === "Enter" && !event.shiftKey && !event.isComposing && event.keyCode !== 229) {
      event.preventDefault();
      this.form.requestSubmit();
    }
    const reasons = this.#reasons().filter(({ disabled }) => !disabled);
    const digit = /^(?:Digit|Numpad)([1-9])$/.exec(event.code)?.[1];
    const reason = isText ? undefined : reasons[Number(digit) - 1];
    if (!reason) return;
    event.preventDefault();
    reason.checked = true;
    reason.focus();
    this.form.dispatchEvent(new Event("change"));
  }
}
