// Notice that the codebook changed while the page was open; visible until it is closed.

import { byId, fill } from "../view/dom.js";

export class CodebookNews {
  #line = byId("codebook-news");

  /** @param {Record<string, string>} texts */
  constructor(texts) {
    this.texts = texts;
    byId("codebook-news-close").addEventListener("click", () => {
      this.#line.hidden = true;
    });
  }

  /** @param {import("../types.js").Work} work under the new version */
  show(work) {
    const asked = work.utterances.filter((utterance) => utterance.asked).length;
    const text = asked ? this.texts.codebookAsks : this.texts.codebookMoved;
    byId("codebook-news-text").textContent = fill(text, { version: work.codebook_version ?? "", n: asked });
    this.#line.hidden = false;
  }
}
