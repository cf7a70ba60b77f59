// A small form that lies over the page: digits choose a reason, Enter sends, Escape closes.

import { byId } from "./dom.js";

export class Slip {
  /**
   * @param {string} id of the dialog
   * @param {(form: HTMLFormElement) => void} onSend with the form as it was filled in
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
   * @param {string} quote what was said, to see what one is at
   * @param {Record<string, string>} [values] to begin with
   */
  open(quote, values = {}) {
    this.form.reset();
    for (const [name, value] of Object.entries(values)) this.set(name, value);
    const place = this.dialog.querySelector("[data-quote]");
    if (place) place.textContent = quote;
    this.dialog.showModal();
    this.form.dispatchEvent(new Event("change"));
  }

  close() {
    this.dialog.close();
    // until the next frame the browser would give a key to the field that had the focus
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
    const writes = event.target instanceof HTMLTextAreaElement;
    if (writes && event.key === "Enter" && !event.shiftKey && !event.isComposing && event.keyCode !== 229) {
      event.preventDefault();
      this.form.requestSubmit();
    }
    const reasons = /** @type {NodeListOf<HTMLInputElement>} */ (this.form.querySelectorAll("[name=reason]"));
    const place = /^(?:Digit|Numpad)([1-9])$/.exec(event.code)?.[1];
    const reason = writes ? undefined : reasons[Number(place) - 1];
    if (!reason) return;
    event.preventDefault();
    reason.checked = true;
    reason.focus();
    this.form.dispatchEvent(new Event("change"));
  }
}
