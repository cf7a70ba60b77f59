// The timeline editor: its contents, selection, options, and the saving of edits.

import { csrfToken } from "../../label/sync/api.js";
import { draft } from "../model/drafting.js";
import { showsAtOnce } from "../model/effects.js";
import { EpisodeModel } from "../model/episode.js";
import { History } from "../model/history.js";
import { lanesOf, overlapsOf, remarksOf } from "../model/remarks.js";
import { Queue } from "../save/queue.js";
import { Server } from "../save/server.js";
import { Window } from "../view/window.js";
import { bothValues, filled } from "./dialogs.js";

/** @typedef {import("../types.js").Line} Line */
/** @typedef {import("../types.js").Edit} Edit */
/** @typedef {import("../types.js").Span} Span */

const OPTIONS_KEY = "timeline-options";

export class Editor {
  /** @type {Set<string>} */
  selected = new Set();
  /** @type {string | null} */
  focus = null;
  /** @type {string | null} */
  #anchor = null;
  /** @type {import("../types.js").Marks} */
  marks = { silences: [], shots: [] };
  options = { snap: true, follow: true, go_on: false, gap: 80, ...stored() };
  /** @type {Map<string, number>} */
  lanes = new Map();
  /** @type {import("../model/remarks.js").Remark[]} */
  remarks = [];
  /** @type {Map<string, string>} */
  notes = new Map();
  /** @type {Set<string>} */
  flagged = new Set();
  /** @type {Map<string, Span>} */
  proposals = new Map();
  /** @type {string[]} */
  people = [];
  revision = 0;
  /** @type {Map<string, number>} a speaker keeps its key while the page is open */
  #keys = new Map();

  /**
   * @param {object} with_
   * @param {import("../types.js").Contents} with_.contents
   * @param {Server} with_.server
   * @param {import("./dialogs.js").Dialogs} with_.dialogs
   * @param {Record<string, string>} with_.texts
   * @param {(what: "contents" | "selection" | "state") => void} with_.changed
   * @param {(text: string, kind?: "info" | "error") => void} with_.say
   */
  constructor({ contents, server, dialogs, texts, changed, say }) {
    this.server = server;
    this.dialogs = dialogs;
    this.texts = texts;
    this.changed = changed;
    this.say = say;
    this.model = new EpisodeModel(contents);
    this.window = new Window(contents.episode.duration_ms);
    this.history = new History(contents.edits);
    this.people = contents.people;
    this.queue = new Queue({
      send: (edit) => server.send(edit, this.model.versionsFor(edit), this.model.head),
      saved: (news) => this.absorb(news),
      ask: (edit, outcome) => this.#ask(edit, outcome),
      changed: () => this.refresh(),
      storage: localStorage,
      key: `timeline:${contents.episode.id}:${server.session}`,
    });
  }

  /** Compute everything that follows from the contents, and draw. */
  refresh() {
    this.model.rebase(this.queue.pending);
    this.lanes = lanesOf(this.model.sorted);
    const { model, texts } = this;
    this.remarks = remarksOf(model, ([first]) => filled(texts.overlaps, { text: first.text }));
    this.flagged = new Set(model.flags.map((flag) => flag.line));
    this.proposals = new Map();
    for (const flag of model.flags) {
      if (flag.start_ms !== null && flag.end_ms !== null) {
        this.proposals.set(flag.line, { start: flag.start_ms, end: flag.end_ms });
      }
    }
    this.notes = new Map();
    for (const { line, text } of this.remarks) {
      this.notes.set(line, this.notes.has(line) ? `${this.notes.get(line)}; ${text}` : text);
    }
    for (const speaker of model.speakers) {
      if (!this.#keys.has(speaker.id)) this.#keys.set(speaker.id, this.#keys.size);
    }
    if (this.focus && !model.lines.has(this.focus)) this.#refocus();
    this.selected = new Set([...this.selected].filter((id) => model.lines.has(id)));
    if (this.focus) this.selected.add(this.focus);
    this.revision += 1;
    this.changed("contents");
  }

  #refocus() {
    const { ordered } = this.model;
    const at = this.#focusTime;
    this.focus = (ordered.find((line) => Number(line.start_ms) >= at) ?? ordered.at(-1))?.id ?? null;
    this.#anchor = this.focus;
  }

  #focusTime = 0;

  /**
   * Return the colour of a speaker, and the key and name that say it without colour.
   *
   * @param {string | null} id
   */
  badge(id) {
    const speaker = this.model.speaker(id);
    if (!speaker) return { hue: -1, label: "–" };
    const index = this.#keys.get(speaker.id) ?? -2;
    const key = index >= 0 && index < 9 ? `${index + 1} ` : "";
    return { hue: index, label: `${key}${speaker.name}` };
  }

  /**
   * @param {number} number of the key
   * @returns {string | undefined} the name of the speaker
   */
  speakerOfKey(number) {
    const found = [...this.#keys].find(([, index]) => index === number - 1);
    return found ? this.model.speaker(found[0])?.name : undefined;
  }

  get line() {
    return this.focus ? this.model.lines.get(this.focus) : undefined;
  }

  /** The selected utterances, in order. */
  get chosen() {
    return this.model.ordered.filter((line) => this.selected.has(line.id));
  }

  /**
   * @param {string} id
   * @param {boolean} [extend] from the utterance selected first
   */
  select(id, extend = false) {
    const { ordered } = this.model;
    const to = ordered.findIndex((line) => line.id === id);
    const from = ordered.findIndex((line) => line.id === this.#anchor);
    if (to < 0) return;
    if (extend && from >= 0) {
      const range = ordered.slice(Math.min(from, to), Math.max(from, to) + 1);
      this.selected = new Set(range.map((line) => line.id));
    } else {
      this.selected = new Set([id]);
      this.#anchor = id;
    }
    this.focus = id;
    this.#focusTime = Number(ordered[to].start_ms ?? 0);
    this.changed("selection");
  }

  // --- edits ------------------------------------------------------------------------------------------------

  /**
   * Make an edit. What concerns frozen dialogues is drawn once the server has made it, since it may ask first.
   *
   * @param {string} action
   * @param {Record<string, any>} values
   * @param {(Line | import("../types.js").Band)[]} [rows] on which it is based
   * @param {number} [basedOn] number of the newest edit known when they were shown
   */
  make(action, values, rows = [], basedOn = this.model.head) {
    const edit = draft(action, values, rows, basedOn);
    this.history.note({ operation: edit.operation, action, undoes: action === "undo" ? values.edit : null });
    this.queue.add(edit);
    if (!showsAtOnce(action)) this.changed("state");
    return edit;
  }

  undo() {
    if (this.history.last) this.make("undo", { edit: this.history.last });
  }

  redo() {
    if (this.history.undone) this.make("undo", { edit: this.history.undone });
  }

  /**
   * @param {Line} line
   * @param {Span} span
   */
  retime(line, { start, end }) {
    const change = {
      id: line.id,
      ...(start !== line.start_ms && { start_ms: start }),
      ...(end !== line.end_ms && { end_ms: end }),
    };
    if (Object.keys(change).length > 1) this.make("change", { lines: [change] }, [line]);
  }

  /**
   * @param {Edit} edit
   * @param {{kind: string, answer: any}} outcome
   * @returns {Promise<Edit | null>}
   */
  async #ask(edit, { kind, answer }) {
    const entry = {
      operation: edit.operation,
      action: edit.action,
      undoes: edit.action === "undo" ? edit.values.edit : null,
    };
    if (kind === "confirm") {
      if (await this.dialogs.confirm(answer)) return { ...edit, confirmed: answer.total };
    } else if (kind === "conflict") {
      this.model.reset(await this.server.contents());
      if (edit.action === "undo") {
        this.history.forget(edit.values.edit);
        this.say(filled(this.texts.cannot_undo, { by: answer.by }), "error");
      } else {
        const missing = answer.gone.map((/** @type {string} */ id) => ({ id, gone: true }));
        const rows = bothValues(edit, { ...answer, lines: [...answer.lines, ...missing] }, this.texts);
        if ((await this.dialogs.conflict(rows, answer.by)) === "mine") return this.#onPresent(edit);
      }
    } else {
      this.say(answer.error || this.texts.refused, "error");
    }
    this.history.drop(entry);
    return null;
  }

  /**
   * Return an edit based on the present versions.
   *
   * @param {Edit} edit
   * @returns {Edit}
   */
  #onPresent(edit) {
    /** @type {Record<string, number>} */
    const versions = {};
    for (const id of Object.keys(edit.versions)) {
      versions[id] = this.model.stored(id)?.version ?? this.model.band(id)?.version ?? edit.versions[id];
    }
    return { ...edit, versions, basedOn: this.model.head };
  }

  // --- news -------------------------------------------------------------------------------------------------

  /** @param {import("../types.js").News} news */
  absorb(news) {
    const theirs = news.edits.filter((made) => made.session !== this.server.session && made.number > this.model.head);
    this.model.absorb(news, this.server.session);
    this.people = news.people;
    this.refresh();
    const last = theirs.at(-1);
    if (last) this.say(filled(this.texts.others_edited, { by: last.by, count: theirs.length }));
  }

  /** Ask the server for the edits of others; read everything again if something was changed on another page. */
  async poll() {
    if (this.queue.pending.length) return;
    const news = await this.server.news(this.model.head);
    if (this.queue.pending.length) return;
    this.absorb(news);
    if (!this.model.agrees(news.checksum)) {
      this.model.reset(await this.server.contents());
      this.refresh();
    }
    return news;
  }

  /** @returns {number} number of overlaps */
  get overlaps() {
    return overlapsOf(this.model.sorted).length;
  }

  keepOptions() {
    localStorage.setItem(OPTIONS_KEY, JSON.stringify(this.options));
    this.changed("state");
  }
}

function stored() {
  try {
    return JSON.parse(localStorage.getItem(OPTIONS_KEY) ?? "{}");
  } catch {
    return {};
  }
}

/**
 * @param {DOMStringMap} data addresses
 * @param {string} session
 */
export function serverOf(data, session) {
  const { contents = "", news = "", edits = "", marks = "" } = data;
  return new Server({ contents, news, edits, marks }, () => csrfToken(document.cookie), session);
}
