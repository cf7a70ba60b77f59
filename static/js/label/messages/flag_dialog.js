// The dialog to flag an utterance: reason and comment; a moved cut is sent with it as a proposal.

import { byId, el } from "../view/dom.js";
import { FormDialog } from "../view/form_dialog.js";

/** @typedef {import("../types.js").Utterance} Utterance */
/** @typedef {import("./message_store.js").Flag} Flag */

export class FlagDialog {
  #own = byId("flag-own");
  #cut = byId("flag-cut");

  /**
   * @param {Record<string, string>} texts
   * @param {object} on
   * @param {(reason: string, comment: string) => void} on.send
   * @param {(flag: string) => void} on.withdraw
   * @param {() => void} on.returnDialogue
   */
  constructor(texts, on) {
    this.texts = texts;
    this.on = on;
    this.dialog = new FormDialog("flag-dialog", () =>
      on.send(this.dialog.value("reason"), this.dialog.value("comment")),
    );
    this.dialog.form.addEventListener("change", () => {
      this.#cut.hidden = this.dialog.value("reason") !== "bad_cut";
    });
    this.#own.addEventListener("click", (event) => this.#withdraw(/** @type {Element} */ (event.target)));
    byId("flag-return").addEventListener("click", () => {
      this.dialog.close();
      on.returnDialogue();
    });
  }

  /**
   * @param {Utterance} utterance
   * @param {Flag[]} own flags of this annotator on it
   * @param {(reason: string) => boolean} isOffered whether a reason makes sense under the codebook
   * @param {string} reason initially chosen; empty for none
   */
  open(utterance, own, isOffered, reason) {
    this.dialog.offer(isOffered);
    this.#own.replaceChildren(...own.map((flag) => this.#row(flag)));
    this.dialog.open(utterance.text, reason ? { reason } : {});
  }

  /** @param {Flag} flag */
  #row(flag) {
    const text = [this.texts[`reason.${flag.reason}`], flag.comment].filter(Boolean).join(": ");
    const end =
      flag.state === "open"
        ? el("button", { type: "button", class: "button-small", "data-flag": flag.id }, this.texts.takeBack)
        : el("span", { class: "badge" }, this.texts[`state.${flag.state}`]);
    return el("li", {}, el("span", {}, `⚑ ${text}`), end);
  }

  /** @param {Element} target */
  #withdraw(target) {
    const button = /** @type {HTMLElement | null} */ (target.closest("[data-flag]"));
    if (!button?.dataset.flag) return;
    button.closest("li")?.remove();
    this.on.withdraw(button.dataset.flag);
  }
}
