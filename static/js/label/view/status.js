// Whether the work is saved, in words that can be trusted.

import { byId, fill, setAttributes } from "../dom.js";
import { SignIn } from "./signin.js";

/** @typedef {import("../sender.js").Report} Report */

export class Status {
  #line = byId("saved");
  #kept = byId("kept");
  #reason = byId("kept-reason");

  /**
   * @param {Record<string, string>} texts
   * @param {{onRetry: () => void, onSignedIn: () => void}} options
   */
  constructor(texts, { onRetry, onSignedIn }) {
    this.texts = texts;
    this.signIn = new SignIn(texts, onSignedIn);
    byId("kept-retry").addEventListener("click", onRetry);
  }

  get isSaved() {
    return this.#line.dataset.state === "saved";
  }

  /** @param {Report} report */
  show({ waiting, refused, setAside, durable, trouble }) {
    const state = !waiting && !trouble ? "saved" : trouble ? "stuck" : "waiting";
    setAttributes(this.#line, { "data-state": state });
    const words = this.#words(waiting, trouble);
    const said = waiting && !durable ? `${words} · ${this.texts.keepOpen}` : words;
    if (this.#line.textContent !== said) this.#line.textContent = said;
    this.#showKept(refused, setAside);
    if (trouble === "expired" || trouble === "stranger") this.signIn.ask(trouble, waiting);
    else this.signIn.close();
  }

  /**
   * @param {number} waiting
   * @param {Report["trouble"]} trouble
   */
  #words(waiting, trouble) {
    if (!waiting) return trouble ? this.texts.offline : this.texts.saved;
    return fill(trouble === "offline" ? this.texts.offlineWaiting : this.texts.waiting, { n: waiting });
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
