// Whether the work is saved, in words that can be trusted.

import { byId, fill, setAttributes } from "../dom.js";

/** @typedef {import("../sender.js").Report} Report */

export class Status {
  #line = byId("saved");
  #kept = byId("kept");
  #reason = byId("kept-reason");
  #dialog = /** @type {HTMLDialogElement} */ (byId("sign-in"));

  /**
   * @param {Record<string, string>} texts
   * @param {{durable: boolean, onRetry: () => void, onSignedIn: () => void}} options
   */
  constructor(texts, { durable, onRetry, onSignedIn }) {
    this.texts = texts;
    this.durable = durable;
    byId("kept-retry").addEventListener("click", onRetry);
    byId("sign-in-done").addEventListener("click", onSignedIn);
    this.#dialog.addEventListener("cancel", (event) => event.preventDefault());
  }

  get isSaved() {
    return this.#line.dataset.state === "saved";
  }

  /** @param {Report} report */
  show({ waiting, refused, setAside, trouble }) {
    const state = !waiting && !trouble ? "saved" : trouble ? "stuck" : "waiting";
    setAttributes(this.#line, { "data-state": state });
    const words = this.#words(waiting, trouble);
    if (this.#line.textContent !== words) this.#line.textContent = words;
    this.#showKept(refused, setAside);
    if (trouble === "expired" || trouble === "stranger") this.#askToSignIn(trouble, waiting);
    else this.#dialog.close();
  }

  /**
   * @param {"expired" | "stranger"} trouble
   * @param {number} waiting
   */
  #askToSignIn(trouble, waiting) {
    byId("sign-in-text").textContent = fill(this.texts[trouble], { n: waiting });
    if (!this.#dialog.open) this.#dialog.showModal();
  }

  /**
   * @param {number} waiting
   * @param {Report["trouble"]} trouble
   */
  #words(waiting, trouble) {
    if (!waiting) return trouble ? this.texts.offline : this.texts.saved;
    const words = fill(trouble === "offline" ? this.texts.offlineWaiting : this.texts.waiting, { n: waiting });
    return this.durable ? words : `${words} · ${this.texts.keepOpen}`;
  }

  /**
   * @param {Report["refused"]} refused
   * @param {number} setAside
   */
  #showKept(refused, setAside) {
    this.#kept.hidden = refused.length === 0 && setAside === 0;
    byId("kept-retry").hidden = refused.length === 0;
    this.#reason.textContent = refused.length
      ? fill(this.texts.refused, { n: refused.length, reason: refused[0].refused ?? "" })
      : fill(this.texts.setAside, { n: setAside });
  }
}
