// What the server will not have: what it is, why, and what can be done about it.

import { byId, el, fill } from "../view/dom.js";
import { Slip } from "../view/form_dialog.js";

/** @typedef {import("../types.js").Entry} Entry */

export class Refused {
  #root = byId("refused");
  #list = byId("refused-list");
  /** @type {Map<number, HTMLElement>} by place in the journal */
  #shown = new Map();
  #asked = 0; // place of the entry that may be discarded

  /**
   * @param {Record<string, string>} texts
   * @param {object} on
   * @param {(seq?: number) => void} on.onSendAgain without a place: everything
   * @param {(seq: number) => void} on.onDiscard
   */
  constructor(texts, { onSendAgain, onDiscard }) {
    this.texts = texts;
    this.onSendAgain = onSendAgain;
    this.slip = new Slip("discard-slip", () => onDiscard(this.#asked));
    byId("refused-all").addEventListener("click", () => onSendAgain());
  }

  /** @param {Entry[]} refused */
  show(refused) {
    const left = new Set(refused.map(({ seq }) => seq ?? 0));
    const hadFocus = this.#root.contains(document.activeElement);
    for (const [seq, item] of this.#shown) {
      if (left.has(seq)) continue;
      item.remove();
      this.#shown.delete(seq);
    }
    // before anything is added to it: a live region that is hidden tells nobody what comes
    this.#root.hidden = refused.length === 0;
    for (const entry of refused) this.#add(entry);
    byId("refused-all").hidden = refused.length < 2;
    // whoever is here by keyboard or ear stays near, instead of at the top of the page
    if (hadFocus && !this.#root.contains(document.activeElement)) (refused.length ? this.#root : byId("now")).focus();
  }

  /** @param {Entry} entry what is shown already is left alone: it would be read out again */
  #add(entry) {
    const seq = entry.seq ?? 0;
    if (this.#shown.has(seq)) return;
    const words = fill(this.texts["refused.line"], { what: this.#name(entry), reason: entry.refused ?? "" });
    const again = el("button", { type: "button", class: "button-small" }, this.texts.sendAgain);
    const discard = el("button", { type: "button", class: "button-small" }, this.texts.discard);
    again.addEventListener("click", () => this.onSendAgain(seq));
    discard.addEventListener("click", () => {
      this.#asked = seq;
      this.slip.open(words);
    });
    const item = el("li", { class: "refused-item" }, el("span", { id: `refused-${seq}` }, words), again, discard);
    for (const button of [again, discard]) button.setAttribute("aria-describedby", `refused-${seq}`);
    this.#shown.set(seq, item);
    this.#list.append(item);
  }

  /** @param {Entry} entry */
  #name({ operation, kind, shown }) {
    const values = { n: shown?.number ?? "?", dialogue: shown?.dialogue ?? "?" };
    return fill(this.texts[`refused.${operation?.kind ?? kind}`], values);
  }
}
