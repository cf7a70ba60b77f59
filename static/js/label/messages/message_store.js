// What this person told the manager and what the manager answered, as far as this page knows it.

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
 * @typedef {object} Asked
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
/** @typedef {{title: string, anchor: string, kind: string, lines: {kind: string, text: string}[]}} Section */
/** @typedef {{id: string, version: number, is_first: boolean, html: string, sections: Section[]}} Announcement */

/**
 * @typedef {object} News
 * @property {number} unread
 * @property {Flag[]} flags
 * @property {Asked[]} questions
 * @property {Published[]} published
 * @property {Announcement | null} guideline
 * @property {string | null} [changed_at] when an utterance of a dialogue in hand was changed last
 */

/** @typedef {{kind?: string, body?: Record<string, any>}} Post one message that may not have arrived yet */

export class Store {
  /** @type {News} */
  #news = { unread: 0, flags: [], questions: [], published: [], guideline: null };
  /** @type {Map<string, Post>} by id: made here, not yet among the news */
  #own = new Map();
  /** @type {Set<string>} flags taken back */
  #withdrawn = new Set();

  /** @param {News} news */
  take(news) {
    this.#news = news;
    for (const { id } of [...news.flags, ...news.questions]) this.#own.delete(id);
  }

  /** @param {Post} post made on this page, or kept by its journal from before */
  add(post) {
    if (post.kind === "withdraw") this.#withdrawn.add(post.body?.flag);
    else if (post.body && (post.kind === "flag" || post.kind === "question")) this.#own.set(post.body.id, post);
  }

  /** @param {Post} post that the server will not have and nobody wants any more */
  drop({ kind, body }) {
    if (kind === "withdraw") this.#withdrawn.delete(body?.flag);
    else this.#own.delete(body?.id);
  }

  get flags() {
    return [...this.#made("flag"), ...this.#news.flags].filter(({ id }) => !this.#withdrawn.has(id));
  }

  get questions() {
    return [...this.#made("question"), ...this.#news.questions];
  }

  get published() {
    return this.#news.published;
  }

  get announcement() {
    return this.#news.guideline;
  }

  /** The ids of what was settled and not looked at yet. */
  get unread() {
    return [...this.#news.flags, ...this.#news.questions].filter(({ unread }) => unread).map(({ id }) => id);
  }

  /** They were looked at. */
  read() {
    for (const note of [...this.#news.flags, ...this.#news.questions]) note.unread = false;
  }

  /** The new guideline was acknowledged. */
  acknowledged() {
    this.#news.guideline = null;
  }

  /**
   * @param {"flag" | "question"} kind
   * @returns {any[]} newest first
   */
  #made(kind) {
    const own = [...this.#own.values()].filter((post) => post.kind === kind).reverse();
    return own.map(({ body }) => ({
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
