// The list of rejected entries, with the reason and two actions for each: send again, discard.

import { byId, el, fill } from "../view/dom.js";
import { FormDialog } from "../view/form_dialog.js";

/** @typedef {import("../types.js").Entry} Entry */

export class RejectedEntries {
  #root = byId("rejected");
  #list = byId("rejected-list");
  /** @type {Map<number, HTMLElement>} list items by the entry's key in the journal */
  #shown = new Map();
  #toDiscard = 0; // key of the entry in the dialog

  /**
   * @param {Record<string, string>} texts
   * @param {object} on
   * @param {(seq?: number) => void} on.onSendAgain without a key: all entries
   * @param {(seq: number) => void} on.onDiscard
   */
  constructor(texts, { onSendAgain, onDiscard }) {
    this.texts = texts;
    this.onSendAgain = onSendAgain;
    this.dialog = new FormDialog("discard-dialog", () => onDiscard(this.#toDiscard));
    byId("rejected-all").addEventListener("click", () => onSendAgain());
  }

  /** @param {Entry[]} rejected */
  show(rejected) {
    const left = new Set(rejected.map(({ seq }) => seq ?? 0));
    const hadFocus = this.#root.contains(document.activeElement);
    for (const [seq, item] of this.#shown) {
      if (left.has(seq)) continue;
      item.remove();
      this.#shown.delete(seq);
    }
    // before items are added: screen readers do not announce changes of a hidden live region
    this.#root.hidden = rejected.length === 0;
    for (const entry of rejected) this.#add(entry);
    byId("rejected-all").hidden = rejected.length < 2;
    // keeps the focus near for keyboard and screen reader users, instead of at the top of the page
    if (hadFocus && !this.#root.contains(document.activeElement))
      (rejected.length ? this.#root : byId("current-utterance")).focus();
  }

  /** @param {Entry} entry if it is in the list already, it stays untouched: it would be read out again */
  #add(entry) {
    const seq = entry.seq ?? 0;
    if (this.#shown.has(seq)) return;
    const text = fill(this.texts["refused.line"], { what: this.#name(entry), reason: entry.refused ?? "" });
    const again = el("button", { type: "button", class: "button-small" }, this.texts.sendAgain);
    const discard = el("button", { type: "button", class: "button-small" }, this.texts.discard);
    again.addEventListener("click", () => this.onSendAgain(seq));
    discard.addEventListener("click", () => {
      this.#toDiscard = seq;
      this.dialog.open(text);
    });
    const item = el("li", { class: "rejected-item" }, el("span", { id: `rejected-${seq}` }, text), again, discard);
    for (const button of [again, discard]) button.setAttribute("aria-describedby", `rejected-${seq}`);
    this.#shown.set(seq, item);
    this.#list.append(item);
  }

  /** @param {Entry} entry */
  #name({ operation, kind, shown }) {
    const values = { n: shown?.number ?? "?", dialogue: shown?.dialogue ?? "?" };
    return fill(this.texts[`refused.${operation?.kind ?? kind}`], values);
  }
}
