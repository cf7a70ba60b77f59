// The save status of the annotator's work, and the notices that belong to it.

import { byId, fill, setAttributes } from "../view/dom.js";
import { RejectedEntries } from "./rejected_entries.js";
import { SignIn } from "./sign_in.js";

/** @typedef {import("../sync/sender.js").Report} Report */

export class SaveStatus {
  #line = byId("saved");
  #lateWork = byId("late-work");
  #lateWorkText = byId("late-work-text");

  /**
   * @param {Record<string, string>} texts
   * @param {{onSendAgain: (seq?: number) => void, onDiscard: (seq: number) => void, onSignedIn: () => void}} options
   */
  constructor(texts, { onSendAgain, onDiscard, onSignedIn }) {
    this.texts = texts;
    this.signIn = new SignIn(texts, onSignedIn);
    this.rejectedEntries = new RejectedEntries(texts, { onSendAgain, onDiscard });
  }

  get isSaved() {
    return this.#line.dataset.state === "saved";
  }

  /** @param {Report} report */
  show({ waiting, rejected, late, durable, trouble }) {
    const left = rejected.length;
    const state = !waiting && !trouble && !left ? "saved" : waiting && !trouble ? "waiting" : "stuck";
    setAttributes(this.#line, { "data-state": state });
    const status = this.#statusText(waiting, left, trouble);
    const text = waiting && !durable ? `${status} · ${this.texts.keepOpen}` : status;
    if (this.#line.textContent !== text) this.#line.textContent = text;
    this.rejectedEntries.show(rejected);
    this.#showLateWork(late);
    if (trouble === "expired" || trouble === "stranger") this.signIn.ask(trouble, waiting);
    else this.signIn.close();
  }

  /**
   * @param {number} waiting
   * @param {number} left number of rejected entries
   * @param {Report["trouble"]} trouble
   */
  #statusText(waiting, left, trouble) {
    if (!waiting && left) return fill(this.texts.notAccepted, { n: left });
    if (!waiting) return trouble ? this.texts.offline : this.texts.saved;
    return fill(trouble === "offline" ? this.texts.offlineWaiting : this.texts.waiting, { n: waiting });
  }

  /** @param {number} late number of operations under a superseded token */
  #showLateWork(late) {
    this.#lateWork.hidden = late === 0;
    const text = late ? fill(this.texts.setAside, { n: late }) : "";
    if (this.#lateWorkText.textContent !== text) this.#lateWorkText.textContent = text;
  }
}
