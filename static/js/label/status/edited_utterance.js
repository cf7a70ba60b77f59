// An utterance was changed while somebody labelled it: which one, until it has its labels again.

import { byId, fill } from "../view/dom.js";

/** @typedef {import("../session/session.js").Session} Session */

export class Changed {
  #line = byId("changed");
  #words = byId("changed-text");
  #place = -1;

  /**
   * @param {Record<string, string>} texts
   * @param {(index: number) => void} onGo
   */
  constructor(texts, onGo) {
    this.texts = texts;
    byId("changed-go").addEventListener("click", () => onGo(this.#place));
  }

  /** @param {Session | null} session */
  update(session) {
    const utterances = session?.work.utterances ?? [];
    this.#place = utterances.findIndex(({ id }) => session?.askedAgain.has(id));
    this.#line.hidden = this.#place < 0;
    const words = this.#place < 0 ? "" : fill(this.texts.changedAsk, { n: this.#place + 1 });
    if (this.#words.textContent !== words) this.#words.textContent = words;
    // who is there already reads beside it what it was
    byId("changed-go").hidden = this.#place === session?.index;
  }
}
