// The annotator's flags and inquiries, and the manager's answers.

/**
 * @typedef {object} Flag
 * @property {string} id
 * @property {string} utterance
 * @property {string} reason
 * @property {string} comment
 * @property {"open" | "accepted" | "declined"} state
 * @property {string} reply
 * @property {boolean} unread
 * @property {string} quote
 */

/**
 * @typedef {object} Inquiry
 * @property {string} id
 * @property {string | null} utterance
 * @property {string} about
 * @property {string} text
 * @property {"open" | "answered"} state
 * @property {string} reply
 * @property {boolean} unread
 * @property {string} quote
 */

/** @typedef {{id: string, quote: string, about: string, text: string, reply: string}} Published */
/** @typedef {{title: string, anchor: string, kind: string, lines: {kind: string, text: string, clip?: string | null}[]}} Section */
/** @typedef {{id: string, version: number, is_first: boolean, html: string, sections: Section[]}} Announcement */

/**
 * @typedef {object} News
 * @property {number} unread
 * @property {Flag[]} flags
 * @property {Inquiry[]} questions the inquiries
 * @property {Published[]} published
 * @property {Announcement | null} guideline
 * @property {string | null} [changed_at] time of the last edit of an utterance of the open dialogue
 */

/** @typedef {{kind?: string, body?: Record<string, any>}} Post a message that may not have arrived yet */

export class MessageStore {
  /** @type {News} */
  #news = { unread: 0, flags: [], questions: [], published: [], guideline: null };
  /** @type {Map<string, Post>} by id: messages of this page that the news does not contain yet */
  #pending = new Map();
  /** @type {Set<string>} ids of withdrawn flags */
  #withdrawn = new Set();

  /** @param {News} news */
  take(news) {
    this.#news = news;
    for (const { id } of [...news.flags, ...news.questions]) this.#pending.delete(id);
  }

  /** @param {Post} post made on this page, or found in its journal */
  add(post) {
    if (post.kind === "withdraw") this.#withdrawn.add(post.body?.flag);
    else if (post.body && (post.kind === "flag" || post.kind === "question")) this.#pending.set(post.body.id, post);
  }

  /** @param {Post} post that the server rejected and the annotator discarded */
  drop({ kind, body }) {
    if (kind === "withdraw") this.#withdrawn.delete(body?.flag);
    else this.#pending.delete(body?.id);
  }

  get flags() {
    return [...this.#pendingOf("flag"), ...this.#news.flags].filter(({ id }) => !this.#withdrawn.has(id));
  }

  get inquiries() {
    return [...this.#pendingOf("question"), ...this.#news.questions];
  }

  get published() {
    return this.#news.published;
  }

  get announcement() {
    return this.#news.guideline;
  }

  /** The ids of answered messages that the annotator has not read. */
  get unread() {
    return [...this.#news.flags, ...this.#news.questions].filter(({ unread }) => unread).map(({ id }) => id);
  }

  /** Mark all answers as read. */
  markRead() {
    for (const message of [...this.#news.flags, ...this.#news.questions]) message.unread = false;
  }

  /** Remove the announcement, which was acknowledged. */
  acknowledge() {
    this.#news.guideline = null;
  }

  /**
   * @param {"flag" | "question"} kind as in the journal; an inquiry is a "question" there
   * @returns {any[]} newest first
   */
  #pendingOf(kind) {
    const pending = [...this.#pending.values()].filter((post) => post.kind === kind).reverse();
    return pending.map(({ body }) => ({
      comment: "",
      about: "",
      quote: "",
      ...body,
      state: "open",
      reply: "",
      unread: false,
    }));
  }
}
