// The changes of a new guideline, section by section, until the annotator acknowledges them.

import { byId, el, fill } from "../view/dom.js";

/** @typedef {import("./message_store.js").Announcement} Announcement */

export class GuidelineChanges {
  #line = byId("guideline-news");
  #panel = byId("guideline-changes");
  #list = byId("guideline-changes-list");
  /** @type {Announcement | null} */
  #announcement = null;

  /**
   * @param {Record<string, string>} texts
   * @param {(announcement: Announcement) => void} onAcknowledge
   */
  constructor(texts, onAcknowledge) {
    this.texts = texts;
    byId("guideline-news-show").addEventListener("click", () => {
      this.open();
      this.#list.focus(); // the arrow keys scroll it; a panel that opens on its own takes no key away
    });
    byId("guideline-changes-close").addEventListener("click", () => this.close());
    byId("guideline-acknowledge").addEventListener("click", () => {
      const announcement = this.#announcement;
      if (!announcement) return;
      this.show(null);
      onAcknowledge(announcement);
    });
  }

  /** @param {Announcement | null} announcement opens by itself the first time, later on request */
  show(announcement) {
    const isNew = announcement !== null && announcement.id !== this.#announcement?.id;
    this.#announcement = announcement;
    this.#line.hidden = announcement === null;
    if (!announcement) return this.close();
    byId("guideline-news-text").textContent = fill(this.texts.guidelineChanged, { version: announcement.version });
    this.#list.replaceChildren(...announcement.sections.map(section));
    const otherwise = announcement.is_first ? this.texts.guidelineNew : this.texts.guidelineForm;
    if (announcement.sections.length === 0) this.#list.append(el("p", {}, otherwise));
    if (isNew) this.open();
    return undefined;
  }

  open() {
    this.#panel.hidden = false;
    this.#list.scrollTop = 0;
  }

  close() {
    this.#panel.hidden = true;
  }
}

/** @param {import("./message_store.js").Section} part */
function section({ title, kind, lines }) {
  const shown = lines.map((line) => {
    if (line.clip && line.kind !== "removed") {
      return el("video", { class: "guideline-clip", controls: true, preload: "none", src: line.clip });
    }
    const text = line.kind === "added" ? el("ins", {}, line.text) : line.text;
    return el("p", { class: `change-${line.kind}` }, line.kind === "removed" ? el("del", {}, line.text) : text);
  });
  return el("section", { class: `change change-${kind}` }, el("h3", {}, title), ...shown);
}
