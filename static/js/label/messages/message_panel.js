// The panel with everything said between this person and the manager, and what was answered for everybody.

import { byId, el } from "../view/dom.js";

/** @typedef {import("./message_store.js").Store} Store */
/** @typedef {import("../types.js").Question} Question */

export class Messages {
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
      const place = /** @type {HTMLElement | null} */ (/** @type {Element} */ (event.target).closest("[data-go]"));
      if (place?.dataset.go) onGo(place.dataset.go);
    });
  }

  get isOpen() {
    return !this.#panel.hidden;
  }

  /**
   * @param {Store} store
   * @param {Question[]} questions of the codebook, for their names
   * @param {(utterance: string | null) => boolean} isHere whether an utterance belongs to the dialogue that is open
   */
  show(store, questions, isHere) {
    const name = (/** @type {string} */ slug) => questions.find((each) => each.slug === slug)?.name ?? "";
    const asked = store.questions.map((each) =>
      this.#item({
        ...each,
        head: name(each.about),
        words: each.text,
        go: isHere(each.utterance) ? each.utterance : null,
      }),
    );
    const flagged = store.flags.map((each) =>
      this.#item({
        ...each,
        head: `⚑ ${this.texts[`reason.${each.reason}`]}`,
        words: each.comment,
        go: isHere(each.utterance) ? each.utterance : null,
      }),
    );
    const published = store.published.map((each) =>
      this.#item({ ...each, state: "", unread: false, head: name(each.about), words: each.text, go: null }),
    );
    this.#list.replaceChildren(
      ...this.#part(this.texts.myQuestions, asked),
      ...this.#part(this.texts.myFlags, flagged),
      ...this.#part(this.texts.forAll, published),
    );
    if (!asked.length && !flagged.length && !published.length) {
      this.#list.append(el("p", { class: "muted" }, this.texts.noMessages));
    }
    this.#panel.hidden = false;
    this.#panel.focus();
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

  /** @param {{head: string, words: string, quote: string, reply: string, state: string, unread: boolean, go: string | null}} note */
  #item({ head, words, quote, reply, state, unread, go }) {
    const badge = state ? el("span", { class: `badge badge-${state}` }, this.texts[`state.${state}`]) : "";
    return el(
      "li",
      { class: unread ? "message message-unread" : "message" },
      el("p", { class: "message-head" }, el("b", {}, head), badge),
      quote ? el("p", { class: "muted small" }, `“${quote}”`) : "",
      words ? el("p", {}, words) : "",
      reply ? el("p", { class: "message-reply" }, reply) : "",
      go ? el("button", { type: "button", class: "button-small", "data-go": go }, this.texts.goThere) : "",
    );
  }
}
