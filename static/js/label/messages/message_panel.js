// The panel with the annotator's inquiries and flags, their answers, and answers published to everyone.

import { byId, el } from "../view/dom.js";

/** @typedef {import("./message_store.js").MessageStore} MessageStore */
/** @typedef {import("../types.js").Question} Question */

export class MessagePanel {
  #panel = byId("messages");
  #list = byId("messages-list");

  /**
   * @param {Record<string, string>} texts
   * @param {(utterance: string) => void} onGo
   */
  constructor(texts, onGo) {
    this.texts = texts;
    byId("messages-close").addEventListener("click", () => this.close());
    this.#list.addEventListener("click", (event) => {
      const button = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest("[data-go]"));
      if (button?.dataset.go) onGo(button.dataset.go);
    });
  }

  get isOpen() {
    return !this.#panel.hidden;
  }

  /**
   * @param {MessageStore} store
   * @param {Question[]} questions of the codebook, for their names
   * @param {(utterance: string | null) => boolean} isInDialogue whether an utterance belongs to the open dialogue
   */
  show(store, questions, isInDialogue) {
    const name = (/** @type {string} */ slug) => questions.find((each) => each.slug === slug)?.name ?? "";
    const inquiries = store.inquiries.map((each) =>
      this.#item({
        ...each,
        head: name(each.about),
        text: each.text,
        go: isInDialogue(each.utterance) ? each.utterance : null,
      }),
    );
    const flags = store.flags.map((each) =>
      this.#item({
        ...each,
        head: `⚑ ${this.texts[`reason.${each.reason}`]}`,
        text: each.comment,
        go: isInDialogue(each.utterance) ? each.utterance : null,
      }),
    );
    const published = store.published.map((each) =>
      this.#item({ ...each, state: "", unread: false, head: name(each.about), text: each.text, go: null }),
    );
    this.#list.replaceChildren(
      ...this.#part(this.texts.myQuestions, inquiries),
      ...this.#part(this.texts.myFlags, flags),
      ...this.#part(this.texts.forAll, published),
    );
    if (!inquiries.length && !flags.length && !published.length) {
      this.#list.append(el("p", { class: "muted" }, this.texts.noMessages));
    }
    this.#panel.hidden = false;
    this.#list.scrollTop = 0;
    this.#list.focus(); // the arrow keys scroll it
  }

  close() {
    this.#panel.hidden = true;
  }

  /**
   * @param {string} title
   * @param {HTMLElement[]} items
   */
  #part(title, items) {
    return items.length ? [el("h3", {}, title), el("ul", { class: "messages-part" }, ...items)] : [];
  }

  /** @param {{head: string, text: string, quote: string, reply: string, state: string, unread: boolean, go: string | null}} message */
  #item({ head, text, quote, reply, state, unread, go }) {
    const badge = state ? el("span", { class: `badge badge-${state}` }, this.texts[`state.${state}`]) : "";
    return el(
      "li",
      { class: unread ? "message message-unread" : "message" },
      el("p", { class: "message-head" }, el("b", {}, head), badge),
      quote ? el("p", { class: "muted small" }, `“${quote}”`) : "",
      text ? el("p", {}, text) : "",
      reply ? el("p", { class: "message-reply" }, reply) : "",
      go ? el("button", { type: "button", class: "button-small", "data-go": go }, this.texts.goThere) : "",
    );
  }
}
