// A changed guideline: what changed, section by section, until it is acknowledged.

import { byId, el, fill } from "../view/dom.js";

/** @typedef {import("./message_store.js").Announcement} Announced */

export class Announcement {
  #line = byId("guideline-news");
  #panel = byId("guideline-changes");
  #list = byId("guideline-changes-list");
  /** @type {Announced | null} */
  #announced = null;

  /**
   * @param {Record<string, string>} texts
   * @param {(announced: Announced) => void} onAcknowledge
   */
  constructor(texts, onAcknowledge) {
    this.texts = texts;
    byId("guideline-news-show").addEventListener("click", () => this.open());
    byId("guideline-changes-close").addEventListener("click", () => this.close());
    byId("guideline-acknowledge").addEventListener("click", () => {
      const announced = this.#announced;
      if (!announced) return;
      this.tell(null);
      onAcknowledge(announced);
    });
  }

  /** @param {Announced | null} announced shows by itself the first time, later on request */
  tell(announced) {
    const isNew = announced !== null && announced.id !== this.#announced?.id;
    this.#announced = announced;
    this.#line.hidden = announced === null;
    if (!announced) return this.close();
    byId("guideline-news-text").textContent = fill(this.texts.guidelineChanged, { version: announced.version });
    this.#list.replaceChildren(...announced.sections.map(section));
    const otherwise = announced.is_first ? this.texts.guidelineNew : this.texts.guidelineForm;
    if (announced.sections.length === 0) this.#list.append(el("p", {}, otherwise));
    if (isNew) this.open();
    return undefined;
  }

  open() {
    this.#panel.hidden = false;
    this.#panel.scrollTop = 0;
  }

  close() {
    this.#panel.hidden = true;
  }
}

/** @param {import("./message_store.js").Section} part */
function section({ title, kind, lines }) {
  const shown = lines.map((line) => {
    const words = line.kind === "added" ? el("ins", {}, line.text) : line.text;
    return el("p", { class: `change-${line.kind}` }, line.kind === "removed" ? el("del", {}, line.text) : words);
  });
  return el("section", { class: `change change-${kind}` }, el("h3", {}, title), ...shown);
}
