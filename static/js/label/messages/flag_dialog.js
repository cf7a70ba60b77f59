// Flagging an utterance: the reason and a comment; a cut that was moved on the stage goes with it as a proposal.

import { byId, el } from "../view/dom.js";
import { Slip } from "../view/form_dialog.js";

/** @typedef {import("../types.js").Utterance} Utterance */
/** @typedef {import("./message_store.js").Flag} Flag */

export class FlagSlip {
  #own = byId("flag-own");
  #cut = byId("flag-cut");

  /**
   * @param {Record<string, string>} texts
   * @param {object} on
   * @param {(reason: string, comment: string) => void} on.send
   * @param {(flag: string) => void} on.withdraw
   * @param {() => void} on.giveBack
   */
  constructor(texts, on) {
    this.texts = texts;
    this.on = on;
    this.slip = new Slip("flag-slip", () => on.send(this.slip.value("reason"), this.slip.value("comment")));
    this.slip.form.addEventListener("change", () => {
      this.#cut.hidden = this.slip.value("reason") !== "bad_cut";
    });
    this.#own.addEventListener("click", (event) => this.#onOwn(/** @type {Element} */ (event.target)));
    byId("flag-return").addEventListener("click", () => {
      this.slip.close();
      on.giveBack();
    });
  }

  /**
   * @param {Utterance} utterance
   * @param {Flag[]} own flags of this person on it
   * @param {string} reason chosen at the start, or ""
   */
  open(utterance, own, reason) {
    this.#own.replaceChildren(...own.map((flag) => this.#row(flag)));
    this.slip.open(utterance.text, reason ? { reason } : {});
  }

  /** @param {Flag} flag */
  #row(flag) {
    const words = [this.texts[`reason.${flag.reason}`], flag.comment].filter(Boolean).join(": ");
    const end =
      flag.state === "open"
        ? el("button", { type: "button", class: "button-small", "data-flag": flag.id }, this.texts.takeBack)
        : el("span", { class: "badge" }, this.texts[`state.${flag.state}`]);
    return el("li", {}, el("span", {}, `⚑ ${words}`), end);
  }

  /** @param {Element} target */
  #onOwn(target) {
    const button = /** @type {HTMLElement | null} */ (target.closest("[data-flag]"));
    if (!button?.dataset.flag) return;
    button.closest("li")?.remove();
    this.on.withdraw(button.dataset.flag);
  }
}
