// The contents of an episode: what the server has stored, and on top of it the edits that are not saved yet.

import { applyEdit, UNSAVED } from "./effects.js";

/** @typedef {import("../types.js").Line} Line */
/** @typedef {import("../types.js").Band} Band */
/** @typedef {import("../types.js").Edit} Edit */

export class EpisodeModel {
  /** @type {Map<string, Line>} */
  #stored = new Map();
  /** @type {Band[]} */
  #storedBands = [];
  /** @type {import("../types.js").Speaker[]} */
  #storedSpeakers = [];
  /** @type {Map<string, number>} id -> number of the newest edit by someone else */
  #foreign = new Map();
  /** @type {Map<string, Line>} */
  lines = new Map();
  /** @type {Band[]} */
  bands = [];
  /** @type {Line[]} all utterances with times, by start */
  sorted = [];
  /** @type {Line[]} all utterances in the order of dialogues */
  ordered = [];

  /** @param {import("../types.js").Contents} contents */
  constructor(contents) {
    this.episode = contents.episode;
    this.head = 0;
    /** @type {import("../types.js").Speaker[]} */
    this.speakers = [];
    /** @type {import("../types.js").Flag[]} */
    this.flags = [];
    /** @type {import("../types.js").Finding[]} */
    this.findings = [];
    this.reset(contents);
  }

  /**
   * Show other contents, when something was changed elsewhere.
   *
   * @param {import("../types.js").Contents} contents
   */
  reset(contents) {
    for (const line of contents.lines) {
      const known = this.#stored.get(line.id);
      if (known && known.version !== line.version) this.#foreign.set(line.id, contents.head);
    }
    this.#stored = new Map(contents.lines.map((line) => [line.id, line]));
    this.#storedBands = contents.dialogues;
    this.speakers = this.#storedSpeakers = contents.speakers;
    this.flags = contents.flags;
    this.findings = contents.findings;
    this.head = contents.head;
  }

  /**
   * Take in what the server has sent.
   *
   * @param {import("../types.js").News} news
   * @param {string} session of this page
   * @returns {Line[]} utterances changed by someone else
   */
  absorb(news, session) {
    const others = new Set();
    for (const made of news.edits) {
      if (made.session === session || made.number <= this.head) continue;
      for (const id of made.lines) {
        others.add(id);
        this.#foreign.set(id, made.number);
      }
    }
    for (const line of news.lines) {
      if (line.gone) this.#stored.delete(line.id);
      else this.#stored.set(line.id, line);
    }
    if (news.dialogues) {
      this.#storedBands = news.dialogues;
    }
    if (news.speakers) this.speakers = this.#storedSpeakers = news.speakers;
    this.flags = news.flags;
    this.head = Math.max(this.head, news.head);
    return [...others].flatMap((id) => this.#stored.get(id) ?? []);
  }

  /**
   * Return whether the number of utterances and the sum of their versions are those of the server.
   *
   * @param {[number, number]} checksum
   */
  agrees([count, versions]) {
    let sum = 0;
    for (const line of this.#stored.values()) sum += line.version;
    return this.#stored.size === count && sum === versions;
  }

  /**
   * Compute what the page shows.
   *
   * @param {Edit[]} pending not saved yet, in order
   */
  rebase(pending) {
    this.lines = new Map(this.#stored);
    this.bands = this.#storedBands.map((band) => ({ ...band, lines: [...band.lines] }));
    this.speakers = this.#storedSpeakers.map((speaker) => ({ ...speaker }));
    for (const edit of pending) applyEdit(this, edit);
    this.#sort();
  }

  #sort() {
    this.ordered = this.bands.flatMap((band) => band.lines.flatMap((id) => this.lines.get(id) ?? []));
    this.sorted = this.ordered.filter((line) => line.start_ms !== null);
    this.sorted.sort((a, b) => /** @type {number} */ (a.start_ms) - /** @type {number} */ (b.start_ms));
  }

  /**
   * Return the versions on which an edit is based: the present ones, except of what others have changed since.
   *
   * @param {Edit} edit
   * @returns {Record<string, number>}
   */
  versionsFor(edit) {
    /** @type {Record<string, number>} */
    const versions = {};
    for (const [id, shown] of Object.entries(edit.versions)) {
      const stored = this.#stored.get(id) ?? this.#storedBands.find((band) => band.id === id);
      const changed = (this.#foreign.get(id) ?? 0) > edit.basedOn;
      versions[id] = stored && !changed ? stored.version : shown;
    }
    return versions;
  }

  /**
   * Return an utterance as the server has stored it.
   *
   * @param {string} id
   */
  stored(id) {
    return this.#stored.get(id);
  }

  /** @param {string} id */
  bandOf(id) {
    return this.bands.find((band) => band.lines.includes(id));
  }

  /** @param {string} id of a dialogue */
  band(id) {
    return this.bands.find((band) => band.id === id);
  }

  /**
   * Return the speaker with an id; one that is not saved yet has only a name.
   *
   * @param {string | null} id
   * @returns {{id: string, name: string} | undefined}
   */
  speaker(id) {
    if (id?.startsWith(UNSAVED)) return { id, name: id.slice(UNSAVED.length) };
    return this.speakers.find((speaker) => speaker.id === id);
  }

  /**
   * Return the utterances that overlap a span, by start.
   *
   * @param {number} from
   * @param {number} to
   * @returns {Line[]}
   */
  within(from, to) {
    return this.sorted.filter((line) => Number(line.end_ms) > from && Number(line.start_ms) < to);
  }

  /**
   * Return the utterance at a time: the one that began last.
   *
   * @param {number} ms
   * @returns {Line | undefined}
   */
  at(ms) {
    return this.within(ms, ms + 1).at(-1);
  }
}
