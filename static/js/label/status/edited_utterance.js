// Notice that an utterance was edited before its answers were saved; visible until it is answered again.

import { byId, fill } from "../view/dom.js";

/** @typedef {import("../session/session.js").Session} Session */

export class EditedUtteranceNotice {
  #line = byId("edited");
  #text = byId("edited-text");
  #index = -1;

  /**
   * @param {Record<string, string>} texts
   * @param {(index: number) => void} onGo
   */
  constructor(texts, onGo) {
    this.texts = texts;
    byId("edited-go").addEventListener("click", () => onGo(this.#index));
  }

  /** @param {Session | null} session */
  update(session) {
    const utterances = session?.work.utterances ?? [];
    this.#index = utterances.findIndex(({ id }) => session?.reopened.has(id));
    this.#line.hidden = this.#index < 0;
    const text = this.#index < 0 ? "" : fill(this.texts.changedAsk, { n: this.#index + 1 });
    if (this.#text.textContent !== text) this.#text.textContent = text;
    // at that utterance, the earlier version is shown next to it
    byId("edited-go").hidden = this.#index === session?.index;
  }
}
