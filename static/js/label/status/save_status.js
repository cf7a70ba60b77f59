// Whether the work is saved, in words that can be trusted.

import { byId, fill, setAttributes } from "../view/dom.js";
import { Refused } from "./rejected_entries.js";
import { SignIn } from "./sign_in.js";

/** @typedef {import("../sync/sender.js").Report} Report */

export class Status {
  #line = byId("saved");
  #kept = byId("kept");
  #reason = byId("kept-reason");

  /**
   * @param {Record<string, string>} texts
   * @param {{onSendAgain: (seq?: number) => void, onDiscard: (seq: number) => void, onSignedIn: () => void}} options
   */
  constructor(texts, { onSendAgain, onDiscard, onSignedIn }) {
    this.texts = texts;
    this.signIn = new SignIn(texts, onSignedIn);
    this.refused = new Refused(texts, { onSendAgain, onDiscard });
  }

  get isSaved() {
    return this.#line.dataset.state === "saved";
  }

  /** @param {Report} report */
  show({ waiting, refused, setAside, durable, trouble }) {
    const left = refused.length;
    const state = !waiting && !trouble && !left ? "saved" : waiting && !trouble ? "waiting" : "stuck";
    setAttributes(this.#line, { "data-state": state });
    const words = this.#words(waiting, left, trouble);
    const said = waiting && !durable ? `${words} · ${this.texts.keepOpen}` : words;
    if (this.#line.textContent !== said) this.#line.textContent = said;
    this.refused.show(refused);
    this.#showSetAside(setAside);
    if (trouble === "expired" || trouble === "stranger") this.signIn.ask(trouble, waiting);
    else this.signIn.close();
  }

  /**
   * @param {number} waiting
   * @param {number} left that the server did not accept
   * @param {Report["trouble"]} trouble
   */
  #words(waiting, left, trouble) {
    if (!waiting && left) return fill(this.texts.notAccepted, { n: left });
    if (!waiting) return trouble ? this.texts.offline : this.texts.saved;
    return fill(trouble === "offline" ? this.texts.offlineWaiting : this.texts.waiting, { n: waiting });
  }

  /** @param {number} setAside */
  #showSetAside(setAside) {
    this.#kept.hidden = setAside === 0;
    const words = setAside ? fill(this.texts.setAside, { n: setAside }) : "";
    if (this.#reason.textContent !== words) this.#reason.textContent = words;
  }
}
